import Multiprecision

/// Gauss–Legendre collocation of high order with adaptive steps, for smooth initial-value problems at many
/// digits: y' = F(y) for any F that can be evaluated.
///
/// It shares nothing but the arithmetic with `TaylorIntegrator`: no series, no graph, other numbers.
///
/// **Order and step**: s = digits stages, hence order 2s; the step from the fall of the slopes' Legendre
/// coefficients (`SlopeSpectrum`), so that the error of each step is about 10^-digits/100, relative to
/// max(1, |state|). Sample times end a step, so they are hit exactly. The implicit equations are solved by
/// fixed-point iteration, which suits equations that are not stiff: with a Lipschitz constant Λ the steps
/// are a few times 1/Λ at most.
///
/// **Error estimate**: a companion integration at half the digits, with half the stages and other steps, shows
/// how much its true error exceeds its estimated local errors; the main run's local errors, times that and a
/// safety factor of 10, is the estimate. Where it exceeds the error asked for, the run is repeated with as
/// many digits more. It is an estimate, not a bound.
///
/// **Complexity**: about digits/2 sweeps of s evaluations of F a step, and s² operations for each component a
/// sweep. **Memory**: 2s² numbers and three times s for each component, whatever the number of steps.
public struct CollocationIntegrator: Sendable {
  /// What to offer users: more than these are needed on the way.
  public static let digitsRange = 5...10_000

  /// Correct decimal digits to aim for.
  public var digits: Int
  public var budget: IntegrationBudget
  public var estimatesError: Bool

  public init(digits: Int, budget: IntegrationBudget = .init(), estimatesError: Bool = true) {
    (self.digits, self.budget, self.estimatesError) = (digits, budget, estimatesError)
  }

  /// The solution that starts at `initial` at time 0. The samples' states are one column.
  ///
  /// - Parameters:
  ///   - field: F. It gets states of the working precision and returns as many numbers. It may throw
  ///     `LinearAlgebraError` where it is not defined: the step is then shortened.
  ///   - initial: taken as exact, as far as the working precision goes (about 14 digits more than asked for,
  ///     and those that a repetition adds).
  ///   - times: the sample times: not negative, increasing.
  ///   - progress: called after each step with the flow time reached.
  /// - Throws: `IntegrationError`; `CancellationError` when the task is cancelled; other errors of `field`.
  public func integrate(
    _ field: (_ state: [BigFloat]) throws -> [BigFloat], from initial: [BigFloat], at times: [Rational],
    progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    guard TaylorIntegrator.workingDigitsRange.contains(digits) else {
      throw IntegrationError.invalidDigits(digits, limit: TaylorIntegrator.workingDigitsRange)
    }
    guard times.allSatisfy({ $0.signum() >= 0 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw IntegrationError.invalidTimes("must be increasing and not negative")
    }
    let clock = ContinuousClock.now
    func run(_ digits: Int, progress: ((Double) -> Void)?) throws -> Trajectory {
      try withoutActuallyEscaping(field) { field in
        let method = try CollocationMethod(digits: digits, components: initial.count, budget: budget)
        var run = CollocationRun(method: method, field: field, budget: budget, clockStart: clock)
        return try run.integrate(from: initial, at: times, progress: progress)
      }
    }
    guard estimatesError else { return try run(digits, progress: progress) }
    let companion = try run(max(digits / 2, Self.digitsRange.lowerBound), progress: nil)
    var extraDigits = 0
    var estimatedDigits = 0
    for _ in 0..<Self.attempts {
      var trajectory = try run(digits + extraDigits, progress: progress)
      trajectory.calibrateErrors(with: companion)
      let excess = trajectory.log10Error + Double(digits)
      if excess <= 0 { return trajectory }
      let missing = Int(clamping: excess.rounded(.up))
      estimatedDigits = digits - missing
      extraDigits += missing + 1
      guard digits + extraDigits <= 2 * Self.digitsRange.upperBound else { break }
    }
    throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: estimatedDigits)
  }

  private static let attempts = 3
}

extension Trajectory {
  /// Log10 of the safety factor on calibrated errors.
  private static let log10Safety = 1.0

  /// Turns each sample's sum of local errors into an estimate of its error: the companion's distance from this
  /// solution, over the companion's own sum, is by how much errors exceed their sum.
  fileprivate mutating func calibrateErrors(with companion: Trajectory) {
    for (index, rough) in companion.samples.enumerated() {
      let bits = companion.statistics.precision
      var (distance, size) = (-Double.infinity, 0.0)
      for (matrix, roughMatrix) in zip(samples[index].state, rough.state) {
        for (value, roughValue) in zip(matrix.elements, roughMatrix.elements) {
          distance = max(distance, (value.rounded(toPrecision: bits) - roughValue).log10Magnitude)
          size = max(size, value.log10Magnitude)
        }
      }
      samples[index].log10Error += max(0, distance - size - rough.log10Error) + Self.log10Safety
    }
  }

  /// The trajectory with other matrices for each sample's state.
  package func mapStates(
    _ transform: ([Matrix<BigFloat>]) throws -> [Matrix<BigFloat>]
  ) rethrows -> Trajectory {
    var result = self
    result.samples = try samples.map {
      Sample(time: $0.time, state: try transform($0.state), log10Error: $0.log10Error)
    }
    return result
  }
}
