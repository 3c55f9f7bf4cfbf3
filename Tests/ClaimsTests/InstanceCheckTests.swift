import Integrators
import Learning
import Multiprecision
import Synchronization
import Testing

@testable import Claims

/// What becomes of hypotheses, errors and controls.
@Suite struct InstanceCheckTests {
  private struct Failure: Error, CustomStringConvertible { let description = "it broke" }

  private func check(
    _ statuses: [Condition.Status] = [], observed: @escaping Instance.Side = { TestClaims.number(1) },
    predicted: @escaping Instance.Side = { TestClaims.number(1) },
    controls: [Instance.Control] = [.init("two") { TestClaims.number(2) }],
    _ settings: CheckSettings = CheckSettings(digits: 20)
  ) throws -> InstanceResult {
    try Instance(
      "test",
      conditions: { statuses.enumerated().map { Condition("hypothesis \($0)", $1, "detail") } },
      observed: observed, predicted: predicted, controls: controls
    ).check(settings)
  }

  @Test func rigorousSidesUnderProvedHypothesesCertify() throws {
    let result = try check([.certified])
    #expect(result.verdict == .certified(digits: 29))
    #expect(result.controls.map(\.verdict.isRefuted) == [true] && result.conditions.count == 1)
    // A hypothesis that is only monitored leaves a confirmation.
    #expect(try check([.certified, .monitored]).verdict == .confirmed(digits: 29))
  }

  @Test func hypothesesComeFirst() throws {
    let neverRun: Instance.Side = {
      Issue.record("a side was computed although a hypothesis does not hold")
      throw Failure()
    }
    let violated = try check([.certified, .undecided, .violated], observed: neverRun)
    #expect(violated.verdict == .notApplicable(hypothesis: "hypothesis 2 (detail)"))
    #expect(violated.controls.isEmpty && violated.conditions.count == 3)
    let undecided = try check([.monitored, .undecided], observed: neverRun)
    #expect(undecided.verdict == .inconclusive(why: "undecided: hypothesis 1 (detail)"))
  }

  @Test func certificatesCanBeRequired() throws {
    var settings = CheckSettings(digits: 20)
    settings.rigour = .required
    let estimated: Instance.Side = { TestClaims.number(1, rigorous: false) }
    #expect(try check([.certified], observed: estimated).verdict == .confirmed(digits: 29))
    #expect(try check([.certified], observed: estimated, settings).verdict.name == "inconclusive")
    #expect(try check([.monitored], settings).verdict.name == "inconclusive")
    #expect(try check([.certified], settings).verdict == .certified(digits: 29))
    // A wrong estimate is refuted all the same.
    let wrong: Instance.Side = { TestClaims.number(3, rigorous: false) }
    #expect(try check([.certified], observed: wrong, settings).verdict.isRefuted)
  }

  @Test(arguments: [
    IntegrationError.singular(time: 0.625, reason: "rank"), .stepUnderflow(time: 0.625, step: 1e-20),
  ])
  func aFlowThatStopsIsOutsideTheHypotheses(error: IntegrationError) throws {
    let result = try check([.monitored], observed: { throw error })
    guard case .notApplicable(let hypothesis) = result.verdict else {
      Issue.record("expected notApplicable, found \(result.verdict)")
      return
    }
    #expect(hypothesis.contains("t = 0.625"))
  }

  @Test func otherErrorsLeaveDoubt() throws {
    let errors: [any Error] = [
      IntegrationError.stepBudget(time: 1, steps: 2), IntegrationError.timeBudget(time: 1, seconds: 2),
      IntegrationError.accuracyNotReached(digits: 20, estimatedDigits: 3), LinearAlgebraError.undecided,
      ProblemError(field: "x", "y"), Failure(),
    ]
    for error in errors {
      #expect(try check(observed: { throw error }).verdict.name == "inconclusive", "\(error)")
      #expect(try check(predicted: { throw error }).verdict.name == "inconclusive", "\(error)")
    }
    #expect(try check(observed: { throw Failure() }).verdict == .inconclusive(why: "it broke"))
    let broken = Instance(
      "test", conditions: { throw Failure() }, observed: { TestClaims.number(1) },
      predicted: { TestClaims.number(1) }, controls: [])
    #expect(try broken.check(CheckSettings()).verdict == .inconclusive(why: "it broke"))
  }

  @Test func cancellationIsPassedOn() {
    #expect(throws: CancellationError.self) { try check(observed: { throw CancellationError() }) }
    #expect(throws: CancellationError.self) {
      try check(controls: [.init("cancelled") { throw CancellationError() }])
    }
  }

  /// A control that cannot be computed refutes nothing: also where it is its flow that stops.
  @Test func controlsThatFailRefuteNothing() throws {
    let result = try check(controls: [
      .init("broken") { throw Failure() },
      .init("stopped") { throw IntegrationError.singular(time: 1, reason: "rank") },
      .init("right") { TestClaims.number(1) },
      .init("own observation", observed: { TestClaims.number(5) }) { TestClaims.number(5) },
      .init("wrong observation", observed: { TestClaims.number(5) }) { TestClaims.number(1) },
    ])
    #expect(result.verdict == .certified(digits: 29))
    #expect(
      result.controls.map(\.verdict.name) == [
        "inconclusive", "inconclusive", "certified", "certified", "refuted",
      ])
  }

  /// The observation is computed once, for the statement and all its controls.
  @Test func observationIsComputedOnce() throws {
    let count = Mutex(0)
    _ = try Instance(
      "test",
      observed: {
        count.withLock { $0 += 1 }
        return TestClaims.number(1)
      }, predicted: { TestClaims.number(1) },
      controls: [.init("two") { TestClaims.number(2) }, .init("three") { TestClaims.number(3) }]
    ).check(CheckSettings(digits: 20))
    #expect(count.withLock { $0 } == 1)
  }
}
