import ComputationGraph
import Multiprecision

/// The adaptive Taylor method of high order, for smooth initial-value problems at many digits.
///
/// **Order and step** (Jorba & Zou 2005): order p ≈ digits·log(10)/2; the step is ρ/e², where ρ estimates the
/// radius of convergence from the last two coefficients. The truncated part of each step is then about
/// 10^-digits, relative to max(1, |state|). Sample times do not limit the steps: the step's polynomial is
/// evaluated at them, so they are hit exactly.
///
/// **Error estimate**: a companion integration at half the digits shows by how much the flow amplifies local
/// errors; the main run's local errors, times that and a safety factor of 10, is the estimate. Where it
/// exceeds the error asked for, the run is repeated with as many digits more. It is an estimate, not a bound.
///
/// **Memory**: the series of the graph's nodes (order × entries × limbs), whatever the number of steps; the
/// dense output, if asked for, grows by the state's series with each step.
public struct TaylorIntegrator: Sendable {
  public static let digitsRange = 5...10_000

  /// Correct decimal digits to aim for.
  public var digits: Int
  public var budget: IntegrationBudget
  public var keepsDenseOutput: Bool
  public var estimatesError: Bool

  public init(
    digits: Int, budget: IntegrationBudget = .init(), keepsDenseOutput: Bool = false,
    estimatesError: Bool = true
  ) {
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
    guard Self.digitsRange.contains(digits) else {
      throw IntegrationError.invalidDigits(digits, limit: Self.digitsRange)
    }
    guard times.allSatisfy({ $0.signum() >= 0 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw IntegrationError.invalidTimes("must be increasing and not negative")
    }
    let start = ContinuousClock.now
    func run(_ digits: Int, dense: Bool, progress: ((Double) -> Void)?) throws -> Trajectory {
      var steps = TaylorSteps(
        field: field, digits: digits, budget: budget, start: start, keepsDenseOutput: dense)
      return try steps.run(from: initial, at: times, progress: progress)
    }
    guard estimatesError else { return try run(digits, dense: keepsDenseOutput, progress: progress) }
    let companion = try run(max(digits / 2, Self.digitsRange.lowerBound), dense: false, progress: nil)
    var extraDigits = 0
    var attempts = 0
    while true {
      var trajectory = try run(digits + extraDigits, dense: keepsDenseOutput, progress: progress)
      trajectory.estimateErrors(from: companion)
      let excess = trajectory.log10Error + Double(digits)
      if excess <= 0 { return trajectory }
      attempts += 1
      if attempts == 3 {
        throw IntegrationError.accuracyNotReached(
          digits: digits, estimatedDigits: Int((-trajectory.log10Error).rounded(.down)))
      }
      extraDigits += Int(excess.rounded(.up)) + 2
    }
  }
}

extension Trajectory {
  /// Log10 of the safety factor on error estimates.
  private static let safety = 1.0

  /// Sets each sample's estimate: this run's local errors, amplified as the companion's were.
  mutating func estimateErrors(from companion: Trajectory) {
    let precision = companion.statistics.precision
    for (index, reference) in companion.samples.enumerated() {
      let error = samples[index].state.log10RelativeDistance(to: reference.state, precision: precision)
      let amplification = max(0, error - companion.statistics.log10LocalErrors)
      samples[index].log10Error = statistics.log10LocalErrors + amplification + Self.safety
    }
  }
}

extension [Matrix<BigFloat>] {
  /// log10 of max |a - b| / max(1, |b|) over all entries, at the given precision; -∞ where they are equal.
  public func log10RelativeDistance(to other: [Matrix<BigFloat>], precision: Int) -> Double {
    var distance = -Double.infinity
    var size = 0.0
    for (a, b) in zip(self, other) {
      for (x, y) in zip(a.elements, b.elements) {
        let difference = x.rounded(toPrecision: precision) - y.rounded(toPrecision: precision)
        distance = Swift.max(distance, difference.log10Magnitude)
        size = Swift.max(size, y.log10Magnitude)
      }
    }
    return distance - size
  }
}
