import Claims
import Learning
import Multiprecision
import Reporting
import Testing

/// What reports say of instances that do not apply, of estimates, and of comparisons that leave numbers out.
@Suite struct ClaimReportTests {
  private static func number(_ value: Int?, rigorous: Bool = true) -> Measurement {
    Measurement(
      [.init("a", Ball(1, precision: 64)), .init("b", value.map { Ball(Rational($0), precision: 64) })],
      isRigorous: rigorous, why: rigorous ? nil : "no tube")
  }

  private static func instance(
    _ name: String, _ observed: Measurement, status: Condition.Status = .certified
  ) -> Instance {
    Instance(
      name, conditions: { [Condition("rank", status, "2")] }, observed: { observed },
      predicted: { number(1) },
      controls: [
        .init("two") {
          Measurement(
            [.init("a", Ball(2, precision: 64)), .init("b", Ball(1, precision: 64))], isRigorous: true)
        }
      ])
  }

  private func report(_ instances: [Instance], mustApply: Int? = nil) async -> ClaimReport {
    let claim = Claim(
      id: "claim", title: "title", statement: "statement", hypotheses: [], section: "T0", theorem: nil,
      range: .init(claimed: "", tested: ""), mustApply: mustApply
    ) { _ in instances }
    let settings = CheckSettings(digits: 10)
    return ClaimReport(
      results: await Runner(settings: settings, jobs: 1).run([claim]), settings: settings, seconds: 0)
  }

  @Test func instancesThatDoNotApplyAreSeenEverywhere() async {
    let short = await report([
      Self.instance("good", Self.number(1)), Self.instance("out", Self.number(1), status: .violated),
    ])
    #expect(short.lines().contains { $0.contains("1 of 2") && $0.contains("inconclusive") })
    #expect(short.lines().contains { $0.contains("1 of 2 instances apply, 2 must: out does not hold here") })
    let junit = short.junit.text
    #expect(junit.contains("<skipped message=\"does not hold here: rank (2)\""))
    #expect(junit.contains("name=\"instances that apply\"") && junit.contains("failures=\"1\""))
    let json = short.document.text()
    #expect(json.contains("\"applicable\": 1,") && json.contains("\"mustApply\": 2,"))
    // Where fewer need to, it is a pass, and is said.
    let enough = await report(
      [Self.instance("good", Self.number(1)), Self.instance("out", Self.number(1), status: .violated)],
      mustApply: 1)
    #expect(enough.lines().contains { $0.contains("1 of 2 instances apply; 1 must") })
    #expect(enough.junit.text.contains("failures=\"0\""))
  }

  @Test func numbersOfWhichASideSaysNothingAreCounted() async {
    let partial = await report([Self.instance("partial", Self.number(nil))])
    #expect(
      partial.lines().contains { $0.contains("compared: 1 of 2 numbers") }
    )
    #expect(partial.document.text().contains("\"compared\": 1,"))
    let whole = await report([Self.instance("whole", Self.number(1))])
    #expect(!whole.lines().contains { $0.contains("numbers compared") })
  }

  @Test func estimatesAreSaidToBeSuch() async {
    let confirmed = await report([Self.instance("estimate", Self.number(1, rigorous: false))])
    let json = confirmed.document.text()
    #expect(json.contains("\"rigorous\": false,") && json.contains("\"why\": \"no tube\""))
    let refuted = await report([Self.instance("estimate", Self.number(3, rigorous: false))])
    #expect(
      refuted.lines().contains {
        $0.contains("refuted: by an estimate: b: observed 3") && $0.contains("|difference| 2")
      })
    let proved = await report([Self.instance("proof", Self.number(3))])
    #expect(proved.document.text().contains("\"rigorous\": true,"))
    #expect(!proved.lines().contains { $0.contains("by an estimate") })
  }
}
