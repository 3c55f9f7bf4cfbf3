import Claims
import Testing

@Test(arguments: Catalogue.claims.map(\.id))
func claimHoldsAndItsControlsAreRefuted(_ id: String) async throws {
  let claim = try #require(Catalogue.claim(id))
  let result = try await Runner(settings: CheckSettings(digits: 50), jobs: 2).run([claim])[0]
  for i in result.instances {
    print(
      "@", id, i.name, i.verdict.name, i.verdict.detail,
      i.controls.map { $0.verdict.isRefuted ? "refuted" : $0.verdict.detail }, Int(i.seconds * 1000), "ms")
  }
  for instance in result.instances where !instance.verdict.holds {
    Issue.record("\(id), \(instance.name): \(instance.verdict.name), \(instance.verdict.detail)")
  }
  #expect(result.verdict.holds, "\(result.verdict.detail)")
  #expect(result.controlsRun == result.controlsRefuted)
}
