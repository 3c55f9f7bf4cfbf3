import Multiprecision
import Testing

@testable import Claims

/// The constants of the claims' formulas, changed a little one at a time: the claim must then be refuted.
@Suite struct ConstantMutationTests {
  /// What is added to a constant: far below what would show in a plot, far above the digits.
  private static let change = Rational(1, 1_000_000_000_000)

  struct Constant: Sendable, CustomTestStringConvertible {
    let claim: Claim
    let name: String
    var testDescription: String { "\(claim.id): \(name)" }
  }

  /// Each constant with the claim, found by a run that records.
  private static let all: [Constant] = Catalogue.claims.flatMap { claim in
    let recorder = ConstantMutation(target: nil, change: 0)
    var settings = CheckSettings(digits: 20)
    settings.mutation = recorder
    for instance in (try? claim.instances(settings)) ?? [] { _ = try? instance.predicted() }
    return recorder.constants.keys.sorted().map { Constant(claim: claim, name: $0) }
  }

  @Test func namesAreUnique() {
    let names = Self.all.map(\.name)
    #expect(!names.isEmpty)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: all) func aChangedConstantIsRefuted(constant: Constant) throws {
    var settings = CheckSettings(digits: 20)
    let mutation = ConstantMutation(target: constant.name, change: Self.change)
    settings.mutation = mutation
    for instance in try constant.claim.instances(settings) {
      let predicted = try instance.predicted()
      guard mutation.constants[constant.name] != nil else { continue }
      let verdict = Measurement.compare(try instance.observed(), predicted, digits: settings.digits)
      if verdict.isRefuted { return }
    }
    Issue.record("no instance of \(constant.claim.id) notices that \(constant.name) is changed")
  }
}
