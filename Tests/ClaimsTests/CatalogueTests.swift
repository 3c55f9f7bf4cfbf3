import Claims
import Testing

@Test(arguments: Catalogue.claims.map(\.id))
func claimHoldsAndItsControlsAreRefuted(_ id: String) async throws {
  let claim = try #require(Catalogue.claim(id))
  let result = try await Runner(settings: CheckSettings(digits: 50), jobs: 2).run([claim])[0]
  for instance in result.instances where !instance.verdict.holds {
    Issue.record("\(id), \(instance.name): \(instance.verdict.name), \(instance.verdict.detail)")
  }
  #expect(result.verdict.holds, "\(result.verdict.detail)")
  #expect(result.controlsRun == result.controlsRefuted)
}
