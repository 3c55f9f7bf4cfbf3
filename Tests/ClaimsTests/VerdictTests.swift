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
    mustApply: Int? = nil, secondOpinions: Set<Int> = []
  ) -> ClaimResult {
    ClaimResult(
      claim: TestClaims.claim("test", mustApply: mustApply, []),
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
    // It does not stand in for an instance that must apply.
    #expect(result([(Self.outside, []), estimated], secondOpinions: [1]).verdict.name == "inconclusive")
    for bad in [Self.refuted, Self.doubt] {
      #expect(result([proved, (bad, [Self.refuted])], secondOpinions: [1]).verdict == bad)
    }
  }

  /// An integration that loses its flow makes an instance notApplicable: the claim does not pass on the others.
  @Test func fewerInstancesThanMustApplyAreNoPass() {
    let good = (verdict: Verdict.certified(digits: 20), controls: [Self.refuted])
    let out = (verdict: Self.outside, controls: [Verdict]())
    let short = result([good, out, good])
    #expect(short.verdict.name == "inconclusive" && short.applicable == 2 && short.mustApply == 3)
    #expect(short.verdict.detail == "2 of 3 instances apply, 3 must: instance 1 does not hold here: rank")
    #expect(short.shortfall == short.verdict.detail)
    let enough = result([good, out, good], mustApply: 2)
    #expect(enough.verdict == .certified(digits: 20) && enough.shortfall == nil && enough.mustApply == 2)
    #expect(result([good, out, good], mustApply: 9).verdict.name == "inconclusive")
    // Where none applies the claim says so, and it is short all the same.
    let none = result([out, out], mustApply: 1)
    #expect(none.verdict == Self.outside && none.shortfall != nil && none.applicable == 0)
    // What is refuted or in doubt stays so, and a run that was stopped has not lost its instances.
    #expect(result([(Self.refuted, []), out]).verdict == Self.refuted)
    #expect(result([(Self.doubt, []), out]).verdict == Self.doubt)
    #expect(result([good, out], of: 3).shortfall == nil)
  }

  @Test func whatIsProvedIsNamedFirst() {
    let estimate = Verdict.refuted(
      .init(label: "y", observed: "1", predicted: "2", difference: "1.00", agreeing: 0, isRigorous: false))
    #expect(Verdict.overall([estimate, Self.refuted]) == Self.refuted)
    #expect(Verdict.overall([estimate, .certified(digits: 20)]) == estimate)
    #expect(
      estimate.detail == "by an estimate: y: observed 1, predicted 2: |difference| 1.00, 0 digits agree")
    #expect(Self.refuted.detail == "x: observed 1, predicted 2")
    #expect(estimate.isRigorous == false && Self.refuted.isRigorous == true && Self.doubt.isRigorous == nil)
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
