import ComputationGraph
import Multiprecision

/// The adaptive Taylor method of high order, for smooth initial-value problems at many digits.
///
/// **Order and step** (Jorba & Zou 2005): the step is a quarter to an eighth of ρ, an estimate of the radius of
/// convergence from the last two coefficients; the order follows from the digits and that (`StepPlan`). The truncated
/// part of each step is then about 10^-digits, relative to max(1, |state|). Sample times do not limit the steps: the
/// step's polynomial is evaluated at them, so they are hit exactly.
///
/// **Error estimate**: a companion run with a quarter of the digits, whose state is changed a little at random
/// after each step, shows by how much the flow amplifies errors; the main run's local errors (last terms and defects,
/// `StepEnd`), times that and a safety factor of 10, is the estimate. Where it exceeds the error asked for, the run is repeated with as many
/// digits more; where the changes have grown as large as the state, the companion is, with twice the digits. It
/// is an estimate, not a bound.
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
    try checkArguments(field, initial, times)
    let start = ContinuousClock.now
    var firstRadius: Double?
    func run(_ digits: Int, perturbation: StatePerturbation? = nil) throws -> Trajectory {
      let isMain = perturbation == nil
      var steps = TaylorSteps(
        field: field, digits: digits, budget: budget, start: start,
        keepsDenseOutput: keepsDenseOutput && isMain, perturbation: perturbation, arithmetic: arithmetic,
        firstRadius: firstRadius)
      defer { firstRadius = steps.firstRadius }
      return try steps.run(from: initial, at: times, progress: isMain ? progress : nil)
    }
    guard estimatesError else { return try run(digits) }
    var (workingDigits, companionDigits) = (digits, min(digits, max(digits / 4, Self.leastCompanionDigits)))
    var (main, companion): (Trajectory?, Trajectory?) = (nil, nil)
    var estimate = Double.infinity
    for _ in 0..<Self.attempts {
      let perturbation = try StatePerturbation(digits: companionDigits + 2)
      do {
        companion = try companion ?? run(companionDigits, perturbation: perturbation)
      } catch let error as IntegrationError where error.isObstacle {
        // The flow stops: the run without changes tells where.
        _ = try run(workingDigits)
        throw error
      }
      var trajectory = try main ?? run(workingDigits)
      trajectory.estimateErrors(from: companion?.samples ?? [], log10Perturbation: perturbation.log10Size)
      estimate = trajectory.log10Error
      if estimate <= -Double(digits) { return trajectory }
      if estimate < .infinity {
        workingDigits += Int(clamping: (estimate + Double(digits)).rounded(.up)) + 2
        // More than that no attempt will bring.
        guard workingDigits <= 2 * Self.digitsRange.upperBound else { break }
        main = nil
      } else {
        companionDigits *= 2
        main = companionDigits > workingDigits ? nil : trajectory
        workingDigits = max(workingDigits, companionDigits)
        companion = nil
      }
    }
    throw IntegrationError.accuracyNotReached(
      digits: digits, estimatedDigits: Int(clamping: max(0, -estimate)))
  }

  /// Hands each step of one pass at these digits to `receive` as soon as it is computed, and keeps none. Its rounding
  /// errors are bounded on the way.
  ///
  /// - Precondition: `checkArguments`, but for the number of digits.
  func forEachStep(
    of field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    _ receive: @escaping (TaylorStep) throws -> Void
  ) throws {
    var steps = TaylorSteps(
      field: field, digits: digits, budget: budget, start: .now, keepsDenseOutput: false, perturbation: nil,
      arithmetic: arithmetic, tracksErrors: true)
    _ = try steps.run(from: initial, at: times, progress: nil, receive: receive)
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

  /// How often an integration is tried, with more and more digits.
  private static let attempts = 5
  private static let leastCompanionDigits = 12
}
