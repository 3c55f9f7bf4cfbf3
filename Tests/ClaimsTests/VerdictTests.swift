import Multiprecision
import Testing

@testable import Claims

/// Verdicts of several instances together, and of a claim with its controls.
@Suite struct VerdictTests {
  static let refuted = Verdict.refuted(
    .init(label: "x", observed: "1", predicted: "2", isRigorous: true))
  private static let doubt = Verdict.inconclusive(why: "doubt")
  private static let outside = Verdict.notApplicable(hypothesis: "rank")

  @Test func overall() {
    #expect(Verdict.overall([.certified(digits: 30), .certified(digits: 20)]) == .certified(digits: 20))
    #expect(Verdict.overall([.certified(digits: 20), .confirmed(digits: 30)]) == .confirmed(digits: 20))
    #expect(Verdict.overall([.certified(digits: 20), Self.outside]) == .certified(digits: 20))
    #expect(Verdict.overall([Self.outside, Self.outside]) == Self.outside)
    #expect(Verdict.overall([.certified(digits: 20), Self.outside, Self.doubt]) == Self.doubt)
    #expect(Verdict.overall([Self.doubt, .confirmed(digits: 9), Self.refuted, Self.outside]) == Self.refuted)
    #expect(Verdict.overall([]).name == "inconclusive")
  }

  @Test func onlyAgreementHolds() {
    let verdicts: [Verdict] = [
      .certified(digits: 1), .confirmed(digits: 1), Self.refuted, Self.doubt, Self.outside,
    ]
    #expect(verdicts.map(\.holds) == [true, true, false, false, false])
    #expect(verdicts.map(\.isRefuted) == [false, false, true, false, false])
    #expect(verdicts.map(\.digits) == [1, 1, nil, nil, nil])
    #expect(
      verdicts.map(\.name) == ["certified", "confirmed", "refuted", "inconclusive", "notApplicable"])
  }

  private func result(
    _ instances: [(verdict: Verdict, controls: [Verdict])], of count: Int? = nil,
    secondOpinions: Set<Int> = []
  ) -> ClaimResult {
    ClaimResult(
      claim: TestClaims.claim("test", []),
      instances: instances.enumerated().map { index, instance in
        InstanceResult(
          name: "instance \(index)", verdict: instance.verdict,
          isSecondOpinion: secondOpinions.contains(index), conditions: [],
          controls: instance.controls.map { .init(name: "control", verdict: $0) }, compared: 1, entries: 1,
          why: nil, seconds: 0.5)
      }, instanceCount: count ?? instances.count)
  }

  @Test func everyControlMustBeRefuted() {
    let good = (verdict: Verdict.confirmed(digits: 20), controls: [Self.refuted, Self.refuted])
    #expect(result([good, good]).verdict == .confirmed(digits: 20))
    for control in [Verdict.confirmed(digits: 20), .certified(digits: 20), Self.doubt, Self.outside] {
      let weak = (verdict: Verdict.confirmed(digits: 20), controls: [Self.refuted, control])
      let found = result([good, weak])
      #expect(found.verdict.name == "inconclusive", "\(control)")
      #expect(found.verdict.detail.contains("'control' of instance 1 was not refuted"))
      #expect(found.controlsRun == 4 && found.controlsRefuted == 3 && found.seconds == 1)
    }
    // A refutation of the statement itself stands, whatever the controls do.
    #expect(result([(Self.refuted, [Self.doubt])]).verdict == Self.refuted)
  }

  /// A second opinion can refute and leave doubt, but it does not decide whether the claim is certified.
  @Test func secondOpinionsDoNotLowerRigour() {
    let proved = (verdict: Verdict.certified(digits: 30), controls: [Self.refuted])
    let estimated = (verdict: Verdict.confirmed(digits: 20), controls: [Self.refuted])
    #expect(result([proved, estimated]).verdict == .confirmed(digits: 20))
    #expect(result([proved, estimated], secondOpinions: [1]).verdict == .certified(digits: 20))
    #expect(result([estimated, proved], secondOpinions: [1]).verdict == .confirmed(digits: 20))
    #expect(result([estimated], secondOpinions: [0]).verdict == .confirmed(digits: 20))
    #expect(result([(Self.outside, []), estimated], secondOpinions: [1]).verdict == .confirmed(digits: 20))
    for bad in [Self.refuted, Self.doubt] {
      #expect(result([proved, (bad, [Self.refuted])], secondOpinions: [1]).verdict == bad)
    }
  }

  @Test func withoutControlNothingIsShown() {
    #expect(result([(.certified(digits: 20), [])]).verdict.name == "inconclusive")
    #expect(result([(Self.outside, [])]).verdict == Self.outside)
    #expect(result([]).verdict.name == "inconclusive")
  }

  @Test func aPartialRunIsInconclusive() {
    let good = (verdict: Verdict.confirmed(digits: 20), controls: [Self.refuted])
    #expect(
      result([good, good], of: 3).verdict == .inconclusive(why: "stopped after 2 of 3 instances"))
    #expect(result([(Self.refuted, [])], of: 3).verdict == Self.refuted, "what is refuted stays so")
  }
}
