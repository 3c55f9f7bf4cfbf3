import ComputationGraph
import Multiprecision

/// The adaptive Taylor method of high order, for smooth initial-value problems at many digits.
///
/// **Order and step** (Jorba & Zou 2005): the step is a quarter to an eighth of ρ, an estimate of the radius of
/// convergence from the last two coefficients; the order follows from the digits and that (`StepPlan`). The truncated
/// part of each step is then about 10^-digits, relative to max(1, |state|). Sample times do not limit the steps: the
/// step's polynomial is evaluated at them, so they are hit exactly.
///
/// **Stiff flows**: where Taylor steps are as short as the fast scale of a flow that has long left it, steps of Radau IIA
/// collocation are taken instead (`ImplicitPhase`).
///
/// **Error estimate**: each step's local errors are bounded over the whole step (`LocalErrors`), and the linear equation of
/// errors carries them along (`ErrorTransport`). The estimate is what comes of them, times a safety factor of 10. Where it
/// exceeds the error asked for at a sample time, or at the end of any step before, the run is repeated with as many digits
/// more. It is an estimate, not a bound: errors are added with random signs, and what is of second order in them is left
/// out.
///
/// **Memory**: the series of the graph's nodes (order × entries × limbs), whatever the number of steps; the
/// dense output, if asked for, grows by the state's series with each step.
public struct TaylorIntegrator: Sendable {
  /// What to offer users: more than these are needed on the way.
  public static let digitsRange = 5...10_000
  static let workingDigitsRange = 5...1_000_000

  /// Correct decimal digits to aim for.
  public var digits: Int
  public var budget: IntegrationBudget
  public var keepsDenseOutput: Bool
  public var estimatesError: Bool
  public var arithmetic: Arithmetic

  /// How power series are computed.
  public enum Arithmetic: Sendable {
    /// In fixed point where it is served, since it is faster there on every processor (Benchmarks/README.md), else by Arb.
    case automatic
    /// By Arb.
    case ball
    /// In fixed point where it is served.
    case fixedPoint
    /// The same by the kernels for every processor: the results are the same too.
    case portableFixedPoint

    /// Whether steps are taken in fixed point where it is served.
    var isFixedPoint: Bool { self != .ball }
  }

  public init(
    digits: Int, budget: IntegrationBudget = .init(), keepsDenseOutput: Bool = false,
    estimatesError: Bool = true, arithmetic: Arithmetic = .automatic
  ) {
    self.arithmetic = arithmetic
    self.digits = digits
    self.budget = budget
    self.keepsDenseOutput = keepsDenseOutput
    self.estimatesError = estimatesError
  }

  /// The solution that starts at `initial` at time 0.
  ///
  /// - Parameters:
  ///   - initial: one matrix for each of the field's state.
  ///   - times: the sample times: not negative, increasing.
  ///   - progress: called after each step with the flow time reached.
  /// - Throws: `IntegrationError`; `CancellationError` when the task is cancelled.
  public func integrate(
    _ field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    try integrateToStop(field, from: initial, at: times, progress: progress).orThrow()
  }

  /// The same as far as it goes: where the flow stops, or the budget ends, the samples before are there, as good as any,
  /// and `stop` says why there are no more.
  ///
  /// - Throws: `IntegrationError` where there is no sample to give: bad arguments, digits that are not reached;
  ///   `CancellationError`.
  public func integrateToStop(
    _ field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    try checkArguments(field, initial, times)
    let start = ContinuousClock.now
    var firstRadius: Double?
    func pass(_ digits: Int) throws -> TaylorSteps {
      try TaylorSteps(
        field: field, from: initial, digits: digits, budget: budget, start: start,
        keepsDenseOutput: keepsDenseOutput, arithmetic: arithmetic,
        errors: estimatesError ? .estimates : .nothing, goal: self.digits, firstRadius: firstRadius)
    }
    var search = DigitSearch(digits: digits, end: times.last?.doubleValue ?? 0)
    while true {
      do {
        var steps = try pass(search.workingDigits)
        defer { firstRadius = steps.firstRadius }
        let trajectory = try steps.run(at: times, progress: progress)
        guard estimatesError || trajectory.stop?.isObstacle == true else { return trajectory }
        if let result = try search.judge(trajectory, log10Error: steps.log10Error, lost: steps.lost) {
          return result
        }
      } catch let error as IntegrationError where error.isObstacle {
        guard search.wantsAnotherTry(after: error) else { throw error }
      }
    }
  }

  /// Hands each step of one pass at these digits to `receive` as soon as it is computed, and keeps none. Its rounding
  /// errors are bounded on the way. The next step starts where it says, and is not much longer.
  ///
  /// - Precondition: `checkArguments`, but for the number of digits.
  func forEachStep(
    of field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    _ receive: @escaping TaylorSteps.Receiver
  ) throws {
    var steps = try TaylorSteps(
      field: field, from: initial, digits: digits, budget: budget, start: .now, keepsDenseOutput: false,
      arithmetic: arithmetic, errors: .enclosures)
    _ = try steps.run(at: times, progress: nil, receive: receive).orThrow()
  }

  func checkArguments(
    _ field: VectorField, _ initial: [Matrix<Rational>], _ times: [Rational]
  ) throws(IntegrationError) {
    guard Self.workingDigitsRange.contains(digits) else {
      throw .invalidDigits(digits, limit: Self.workingDigitsRange)
    }
    guard times.allSatisfy({ $0.signum() >= 0 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalidTimes("must be increasing and not negative")
    }
    guard initial.map(\.shape) == field.state.map(\.shape) else {
      throw .invalidState(expected: field.state.map(\.shape), found: initial.map(\.shape))
    }
  }
}
