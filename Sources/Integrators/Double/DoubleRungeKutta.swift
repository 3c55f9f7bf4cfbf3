/// The Runge–Kutta method of Dormand and Prince, order 5 with an embedded order 4, in double precision: for
/// large systems of which a few digits are wanted, such as samples of random problems.
///
/// The local error of each step is kept below `relativeTolerance · |y| + absoluteTolerance` in the root mean
/// square over the components. Steps are chosen by a proportional–integral controller (Hairer, Nørsett, Wanner,
/// Solving Ordinary Differential Equations I, II.4 and IV.2) and end at sample times, which are hit exactly.
///
/// **Error**: nothing is said of the global error; run it with two tolerances and compare. It cannot be much
/// below 10^-13, whatever the tolerance.
///
/// **Complexity**: six evaluations of the field a step. **Memory**: ten times the state.
public struct DoubleRungeKutta: Sendable {
  public var relativeTolerance: Double
  public var absoluteTolerance: Double
  public var budget: IntegrationBudget

  /// - Parameter absoluteTolerance: for components near zero; nil for the relative one.
  public init(
    relativeTolerance: Double = 1e-9, absoluteTolerance: Double? = nil, budget: IntegrationBudget = .init()
  ) {
    (self.relativeTolerance, self.budget) = (relativeTolerance, budget)
    self.absoluteTolerance = absoluteTolerance ?? relativeTolerance
  }

  /// The velocity at a time and a state; it may throw where it is not defined, and the step is then shortened
  /// if the error is a `LinearAlgebraError`.
  public typealias Field = (_ time: Double, _ state: [Double]) throws -> [Double]

  public struct Sample: Sendable {
    public let time: Double
    public let state: [Double]
  }

  /// The solution that starts at `initial` at time 0, at the sample times.
  ///
  /// - Parameters:
  ///   - times: not negative, increasing.
  ///   - event: if given, the integration ends where this function of the state first is not positive at the
  ///     end of a step; the last sample is then its zero, found within that step to the rounding of the time. Sample times beyond it
  ///     are left out. A sign that changes twice within one step is not seen.
  /// - Throws: `IntegrationError`; `CancellationError` when the task is cancelled; other errors of `field`.
  public func integrate(
    _ field: Field, from initial: [Double], at times: [Double], until event: (([Double]) -> Double)? = nil
  ) throws -> [Sample] {
    guard times.allSatisfy({ $0 >= 0 && $0.isFinite }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw IntegrationError.invalidTimes("must be increasing, finite and not negative") }
    return try withoutActuallyEscaping(field) { field in
      var run = DoubleSteps(field: field, method: self, initial: initial)
      return try run.integrate(to: times, until: event)
    }
  }
}
