import ComputationGraph
import Integrators
import Multiprecision

/// A trajectory that is integrated when it is first asked for and then kept, and what can be measured along it.
public final class IntegratedTrajectory: Sendable {
  private let integrated: Lazy<Trajectory>

  public init(_ integrate: @escaping @Sendable () throws -> Trajectory) { integrated = Lazy(integrate) }

  /// The Taylor integration of a vector field that is no flow of a `Problem`: another time, a dual, a discrete
  /// method's modified equation.
  ///
  /// - Parameter field: made anew for the integration, in its own graph.
  public convenience init(
    from initial: [Matrix<Rational>], at times: [Rational], _ settings: CheckSettings,
    field: @escaping @Sendable () throws -> VectorField
  ) {
    let digits = settings.workingDigits
    self.init { try TaylorIntegrator(digits: digits).integrate(field(), from: initial, at: times) }
  }

  public func trajectory() throws -> Trajectory { try integrated.value() }

  /// A function of the state along the trajectory, with estimated radii: the state's estimated error is carried
  /// through the function in ball arithmetic.
  ///
  /// - Parameter function: given one variable for each matrix of the state.
  public func measure(_ name: String, _ function: ([Node]) throws -> Node) throws -> Measurement {
    let trajectory = try trajectory()
    let graph = Graph()
    let precision = trajectory.statistics.precision
    let shapes = trajectory.samples.first?.state.map(\.shape) ?? []
    let state = shapes.enumerated().map { graph.variable($1, name: "x\($0)") }
    let node = try function(state)
    let entries = try trajectory.samples.flatMap { sample in
      let values = try graph.evaluate(
        [node], variables: Array(zip(state, sample.balls(precision: precision))), precision: precision)
      return Measurement.entries(of: values[0].map { $0 }, name, at: sample.time)
    }
    return Measurement(entries, isRigorous: false)
  }
}
