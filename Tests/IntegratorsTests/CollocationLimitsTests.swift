import Integrators
import Multiprecision
import Testing

/// Where collocation must stop, and with which error.
@Suite struct CollocationLimitsTests {
  private let one = [BigFloat(1, precision: 200)]

  @Test func blowUpInFiniteTime() throws {
    // y' = y²: y = 1/(1 - t).
    let integrator = CollocationIntegrator(digits: 30)
    let before = try integrator.integrate({ [$0[0] * $0[0]] }, from: one, at: [Rational(9, 10)])
    #expect((before.samples[0].state[0][0, 0] - BigFloat(10, precision: 200)).log10Magnitude <= -29)
    let error = #expect(throws: IntegrationError.self) {
      try integrator.integrate({ [$0[0] * $0[0]] }, from: one, at: [2])
    }
    guard case .stepUnderflow(let time, _)? = error else {
      Issue.record("expected stepUnderflow, found \(String(describing: error))")
      return
    }
    #expect(time <= 1 && time > 0.999_999)
  }

  @Test func endOfTheDomain() throws {
    // y' = -1/y: y = √(1 - 2t), which stops at 1/2; the field throws below zero.
    let error = #expect(throws: IntegrationError.self) {
      try CollocationIntegrator(digits: 20).integrate(
        { y in
          guard y[0].signum() > 0 else { throw LinearAlgebraError.singular }
          return [BigFloat(-1, precision: y[0].precision) / y[0]]
        }, from: one, at: [1])
    }
    let time = try #require(error?.time)
    #expect(time <= 0.5 && time > 0.499_999)
  }

  /// What changes between the last stage of a step and its end is seen by no stage, of this step or the next.
  @Test(arguments: [12, 20], [Rational(2, 5), Rational(1, 2), Rational(1, 7)])
  func switchesAndKinksBetweenSteps(digits: Int, place: Rational) throws {
    let zero = [BigFloat(0, precision: 200), BigFloat(0, precision: 200)]
    func check(_ end: Rational, _ slope: @escaping (BigFloat) -> BigFloat) throws {
      let integrator = CollocationIntegrator(digits: digits, budget: IntegrationBudget(seconds: 20))
      let sample: Trajectory.Sample
      do {
        sample = try integrator.integrate(
          { y in
            [
              slope(y[1] - BigFloat(place, precision: y[1].precision)),
              BigFloat(1, precision: y[1].precision),
            ]
          },
          from: zero, at: [1]
        ).samples[0]
      } catch let error as IntegrationError {
        #expect(!error.isObstacle, "the flow does not stop: \(error)")
        return
      }
      let error = sample.state[0][0, 0] - BigFloat(end, precision: 200)
      #expect(error.log10Magnitude <= sample.log10Error, "off by 10^\(error.log10Magnitude)")
    }
    try check(1 - 2 * place) { BigFloat($0.signum(), precision: $0.precision) }
    try check((place * place + (1 - place) * (1 - place)) / 2, \.magnitude)
  }

  /// A component that is 0 has no size by which to measure its errors until it changes. The difference grows as e^(2 rate t).
  @Test func errorsOfNearDuplicatesAreCarried() throws {
    let start = try [-9, Rational(10).power(-37) - 9].map { BigFloat($0, precision: 200) }
    let (rate, end) = (Rational(29, 3), Rational(7, 2))
    let sample = try CollocationIntegrator(digits: 20).integrate(
      { y in
        let speed = BigFloat(rate, precision: y[0].precision) * (y[0] - y[1])
        return [speed, -speed]
      }, from: start, at: [end]
    ).samples[0]
    let growth = BigFloat.exp(BigFloat(2 * rate * end, precision: 300))
    let half = BigFloat(Rational(1, 2), precision: 300)
    let (mean, difference) = ((start[0] + start[1]) * half, (start[0] - start[1]) * half * growth)
    for (value, exact) in zip(sample.state[0].elements, [mean + difference, mean - difference]) {
      #expect((value - exact).log10Magnitude <= sample.log10Error)
    }
  }

  /// The time that may be taken includes that for making the rule.
  @Test func rulesOfManyStagesKeepToTheTime() {
    let start = ContinuousClock.now
    let error = #expect(throws: IntegrationError.self) {
      try CollocationIntegrator(digits: 1_000, budget: .init(seconds: 1)).integrate(
        { $0 }, from: one, at: [1])
    }
    guard case .timeBudget? = error else {
      Issue.record("expected timeBudget, found \(String(describing: error))")
      return
    }
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func singularAtTheStart() {
    let error = #expect(throws: IntegrationError.self) {
      try CollocationIntegrator(digits: 20).integrate(
        { _ in throw LinearAlgebraError.singular }, from: one, at: [1])
    }
    guard case .singular(0, _)? = error else {
      Issue.record("expected singular, found \(String(describing: error))")
      return
    }
  }

  @Test func budgets() {
    func failure(
      digits: Int = 30, at times: [Rational] = [1_000], _ budget: IntegrationBudget
    ) -> IntegrationError? {
      #expect(throws: IntegrationError.self) {
        try CollocationIntegrator(digits: digits, budget: budget)
          .integrate({ [-$0[0]] }, from: one, at: times)
      }
    }
    if case .stepBudget(let time, 3)? = failure(.init(steps: 3)) {
      #expect(time > 0)
    } else {
      Issue.record("expected stepBudget")
    }
    guard case .timeBudget? = failure(.init(seconds: 0)) else {
      Issue.record("expected timeBudget")
      return
    }
    guard case .memoryBudget? = failure(.init(bytes: 1_000)) else {
      Issue.record("expected memoryBudget")
      return
    }
    guard case .invalidDigits(4, _)? = failure(digits: 4, .init()) else {
      Issue.record("expected invalidDigits")
      return
    }
    for times: [Rational] in [[-1], [1, 1], [2, 1]] {
      guard case .invalidTimes? = failure(at: times, .init()) else {
        Issue.record("expected invalidTimes")
        return
      }
    }
  }

  @Test func otherErrorsOfTheFieldPass() {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try CollocationIntegrator(digits: 20).integrate({ _ in throw Failure() }, from: one, at: [1])
    }
  }

  @Test func cancellation() async {
    let integration = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try CollocationIntegrator(digits: 20).integrate({ $0 }, from: one, at: [1]).samples.count
    }
    await #expect(throws: CancellationError.self) { try await integration.value }
  }
}
