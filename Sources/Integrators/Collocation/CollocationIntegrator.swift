import Multiprecision

/// Gauss–Legendre collocation of high order with adaptive steps, and Radau's where a flow is stiff, for smooth initial-value
/// problems at many digits: y' = F(y) for any F that can be evaluated.
///
/// It shares nothing but the arithmetic with `TaylorIntegrator`: no series, no graph, other numbers.
///
/// **Order and step**: s = digits stages, hence order 2s; the step from the fall of the slopes' Legendre
/// coefficients (`SlopeSpectrum`), so that the error of each step is about 10^-digits/100, relative to
/// max(1, |state|). Sample times end a step, so they are hit exactly. The implicit equations are solved by
/// fixed-point iteration: with a Lipschitz constant Λ the steps are a few times 1/Λ at most.
///
/// **Stiff flows**: where only that keeps steps short, they are taken by Radau IIA with s = digits + 9 stages, whose
/// equations are solved by Newton's method with difference quotients of F (`StiffPhase`, `StageFactors`), as long as the slow
/// motion allows. States times stages up to 1,500 are served.
///
/// **Error estimate**: each step's local errors, and the equation of errors along the run (`CollocationErrors`): what comes
/// of them, times a safety factor of 10, is the estimate. The field is compared with the step's polynomial between the stages
/// too. Where the estimate exceeds the error asked for, at a sample time or at the end of any step before, the run is
/// repeated with as many digits more, at first for small components alone. It is an estimate, not a bound: a pulse that is
/// narrower than the places at which the field is evaluated may be missed.
///
/// **Complexity**: about digits/2 sweeps of s evaluations of F a step, and s² operations for each component a
/// sweep. An implicit step takes n evaluations of F for each stage and 2/3 (n s)³ operations in doubles, for n components.
/// **Memory**: 2s² numbers and three times s for each component, whatever the number of steps; with implicit steps
/// 3 (n s)² doubles more.
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
    try integrateToStop(field, from: initial, at: times, progress: progress).orThrow()
  }

  /// The same as far as it goes: where the flow stops, or the budget ends, the samples before are there, as good as any,
  /// and `stop` says why there are no more.
  ///
  /// - Parameter rounding: what F's values may be off by at the state's precision, nil where that is not known. Where numbers
  ///   cancel to nothing nothing else shows it.
  /// - Throws: `IntegrationError` where there is no sample to give: bad arguments, digits that are not reached;
  ///   `CancellationError`; other errors of `field`.
  public func integrateToStop(
    _ field: (_ state: [BigFloat]) throws -> [BigFloat], from initial: [BigFloat], at times: [Rational],
    rounding: ((_ state: [BigFloat]) -> [BigFloat]?)? = nil, progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    guard TaylorIntegrator.workingDigitsRange.contains(digits) else {
      throw IntegrationError.invalidDigits(digits, limit: TaylorIntegrator.workingDigitsRange)
    }
    guard times.allSatisfy({ $0.signum() >= 0 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw IntegrationError.invalidTimes("must be increasing and not negative")
    }
    let clock = ContinuousClock.now
    var search = DigitSearch(digits: digits, end: times.last?.doubleValue ?? 0)
    while true {
      let found = try withoutActuallyEscaping(field) { field in
        let method = try CollocationMethod(
          digits: search.workingDigits, scaleDigits: search.scaleDigits, components: initial.count,
          budget: budget, start: clock)
        var run = CollocationRun(
          method: method, field: field, rounding: rounding, budget: budget, clockStart: clock)
        let trajectory = try run.integrate(
          from: initial, at: times, estimatesError: estimatesError, progress: progress)
        if !estimatesError { return trajectory as Trajectory? }
        return try search.judge(
          trajectory, log10Error: run.log10Error, lost: run.lost, log10Smallest: run.log10Smallest)
      }
      if let found { return found }
    }
  }
}

extension Trajectory {
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
