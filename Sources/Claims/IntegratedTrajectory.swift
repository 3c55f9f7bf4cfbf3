import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// A trajectory that is integrated when it is first asked for and then kept, and what can be measured along it.
public final class IntegratedTrajectory: Sendable {
  /// A state at a sample time, in balls.
  typealias Sample = (time: Rational, state: [Matrix<Ball>])

  private let integrated: Lazy<[Sample]>
  let precision: Lazy<Int>
  /// Whether the balls provably contain the solution; otherwise their radii are estimates.
  public let isCertified: Bool

  public init(_ integrate: @escaping @Sendable () throws -> Trajectory) {
    let trajectory = Lazy(integrate)
    isCertified = false
    precision = Lazy { try trajectory.value().statistics.precision }
    integrated = Lazy {
      let trajectory = try trajectory.value()
      return trajectory.samples.map { ($0.time, $0.balls(precision: trajectory.statistics.precision)) }
    }
  }

  public init(certified integrate: @escaping @Sendable () throws -> CertifiedTrajectory, digits: Int) {
    isCertified = true
    precision = Lazy { Precision.bits(forDigits: digits) + 64 }
    integrated = Lazy { try integrate().samples.map { ($0.time, $0.state) } }
  }

  /// The Taylor integration of a vector field that is no flow of a `Problem`: another time, a dual, a discrete
  /// method's modified equation. Certified where the settings require it.
  ///
  /// - Parameter field: made anew for the integration, in its own graph.
  public convenience init(
    from initial: [Matrix<Rational>], at times: [Rational], _ settings: CheckSettings,
    field: @escaping @Sendable () throws -> VectorField
  ) {
    let digits = settings.workingDigits
    if settings.requiresCertificates {
      self.init(
        certified: { try CertifiedIntegrator(digits: digits).integrate(field(), from: initial, at: times) },
        digits: digits)
    } else {
      self.init { try TaylorIntegrator(digits: digits).integrate(field(), from: initial, at: times) }
    }
  }

  func samples() throws -> [Sample] { try integrated.value() }

  /// Conditions of the flow, with what the trajectory adds: a certified one proves, on its way, that the ranks that are
  /// monitored otherwise are kept up to the last sample time, for they are the invertibility of the matrices that its
  /// velocity solves with.
  public func conditions(_ conditions: [Condition]) throws -> [Condition] {
    guard isCertified, conditions.allSatisfy(\.holds) else { return conditions }
    _ = try samples()
    return conditions.map { condition in
      condition.status == .monitored
        ? Condition(condition.name, .certified, "\(condition.detail); in a tube around the path") : condition
    }
  }

  /// A function of the state along the trajectory: the state's balls are carried through the function.
  ///
  /// - Parameter function: given one variable for each matrix of the state.
  public func measure(_ name: String, _ function: ([Node]) throws -> Node) throws -> Measurement {
    let samples = try samples()
    let graph = Graph()
    let precision = try precision.value()
    let shapes = samples.first?.state.map(\.shape) ?? []
    let state = shapes.enumerated().map { graph.variable($1, name: "x\($0)") }
    let node = try function(state)
    let entries = try samples.flatMap { sample in
      let values = try graph.evaluate(
        [node], variables: Array(zip(state, sample.state)), precision: precision)
      return Measurement.entries(of: values[0].map { $0 }, name, at: sample.time)
    }
    return Measurement(entries, isRigorous: isCertified)
  }
}
