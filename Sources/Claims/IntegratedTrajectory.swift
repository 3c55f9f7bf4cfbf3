import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// A trajectory that is integrated when it is first asked for and then kept, and what can be measured along it.
public final class IntegratedTrajectory: Sendable {
  /// A state at a sample time, in balls.
  typealias Sample = (time: Rational, state: [Matrix<Ball>])

  /// What an integration gave.
  private struct Run: Sendable {
    let samples: [Sample]
    /// Bits to compute with along the trajectory.
    let precision: Int
    /// Why the radii are estimates; nil where they are proved.
    let whyEstimated: String?

    init(_ trajectory: Trajectory, why: String) {
      precision = trajectory.statistics.precision
      whyEstimated = why
      samples = trajectory.samples.map {
        ($0.time, $0.balls(precision: trajectory.statistics.precision))
      }
    }

    init(_ trajectory: CertifiedTrajectory, digits: Int) {
      (precision, whyEstimated) = (Precision.bits(forDigits: digits) + 64, nil)
      samples = trajectory.samples.map { ($0.time, $0.state) }
    }
  }

  private let run: Lazy<Run>

  /// Made by a method that can only estimate its errors, to be compared with what others prove.
  public let isSecondOpinion: Bool

  /// A trajectory by a method that has no certificates.
  ///
  /// - Parameter integrate: given the digits and what the integration may use.
  public init(
    secondOpinion settings: CheckSettings,
    _ integrate: @escaping @Sendable (_ digits: Int, IntegrationBudget) throws -> Trajectory
  ) {
    isSecondOpinion = true
    run = Lazy {
      Run(
        try integrate(settings.workingDigits, .init(seconds: settings.secondsPerEstimate)),
        why: "the integration's error is estimated")
    }
  }

  /// A trajectory with the rigour that the settings ask for.
  ///
  /// Where certificates are preferred, an estimate takes the place of a certified integration that fails, and the
  /// reason is kept. A flow that stops is not tried again.
  ///
  /// - Parameters:
  ///   - certified: given what the integration may use; its radii are of `digits`.
  ///   - estimated: likewise.
  init(
    _ settings: CheckSettings, digits: Int,
    certified: @escaping @Sendable (IntegrationBudget) throws -> CertifiedTrajectory,
    estimated: @escaping @Sendable (IntegrationBudget) throws -> Trajectory
  ) {
    isSecondOpinion = false
    run = Lazy {
      switch settings.rigour {
      case .required:
        return Run(try certified(.init(seconds: settings.secondsPerCertificate)), digits: digits)
      case .estimated:
        return Run(
          try estimated(.init(seconds: settings.secondsPerEstimate)),
          why: "the integration's error is estimated, as was asked for")
      case .preferred:
        do {
          return Run(try certified(.init(seconds: settings.secondsPerCertificate)), digits: digits)
        } catch let error as CancellationError {
          throw error
        } catch let error as IntegrationError where error.isObstacle {
          throw error
        } catch {
          return Run(
            try estimated(.init(seconds: settings.secondsPerEstimate)),
            why: "the integration's error is estimated, for without that: \(error)")
        }
      }
    }
  }

  /// The Taylor integration of a vector field that is no flow of a `Problem`: another time, a dual, a discrete
  /// method's modified equation.
  ///
  /// - Parameters:
  ///   - digits: to integrate with; nil for those that the settings work with.
  ///   - field: made anew for the integration, in its own graph.
  public convenience init(
    from initial: [Matrix<Rational>], at times: [Rational], _ settings: CheckSettings, digits: Int? = nil,
    field: @escaping @Sendable () throws -> VectorField
  ) {
    let digits = digits ?? settings.workingDigits
    self.init(
      settings, digits: digits,
      certified: {
        try CertifiedIntegrator(digits: digits, budget: $0).integrate(field(), from: initial, at: times)
      },
      estimated: {
        try TaylorIntegrator(digits: digits, budget: $0).integrate(field(), from: initial, at: times)
      })
  }

  /// The same for all solutions from a box: certified, whatever the settings ask for, for nothing else speaks of all of them.
  convenience init(
    from box: InitialBox, at times: [Rational], _ settings: CheckSettings,
    field: @escaping @Sendable () throws -> VectorField
  ) {
    guard !box.isPoint else {
      self.init(from: box.centre, at: times, settings, field: field)
      return
    }
    let digits = settings.workingDigits
    self.init(
      Lazy {
        let integrator = CertifiedIntegrator(
          digits: digits, budget: .init(seconds: settings.secondsPerCertificate))
        return Run(try integrator.integrate(field(), from: box, at: times), digits: digits)
      })
  }

  private init(_ run: Lazy<Run>) { (self.run, isSecondOpinion) = (run, false) }

  func samples() throws -> [Sample] { try run.value().samples }

  /// Bits to compute with along the trajectory.
  func precision() throws -> Int { try run.value().precision }

  /// Why the radii are estimates; nil where the balls provably contain the solution.
  func whyEstimated() throws -> String? { try run.value().whyEstimated }

  /// Numbers that were computed from the samples in balls, as rigorous as these.
  func measurement(_ entries: [Measurement.Entry]) throws -> Measurement {
    let why = try whyEstimated()
    return Measurement(entries, isRigorous: why == nil, why: why)
  }

  /// Conditions of a flow, with what its trajectories add: certified ones prove, on their way, that the ranks that are
  /// monitored otherwise are kept up to the last sample time, for they are the invertibility of the matrices that the
  /// velocity solves with.
  static func conditions(
    _ conditions: [Condition], along trajectories: [IntegratedTrajectory]
  ) throws -> [Condition] {
    guard !trajectories.isEmpty, conditions.contains(where: { $0.status == .monitored }),
      try trajectories.allSatisfy({ try $0.whyEstimated() == nil })
    else { return conditions }
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
    let precision = try precision()
    let shapes = samples.first?.state.map(\.shape) ?? []
    let state = shapes.enumerated().map { graph.variable($1, name: "x\($0)") }
    let node = try function(state)
    let entries = try samples.flatMap { sample in
      let values = try graph.evaluate(
        [node], variables: Array(zip(state, sample.state)), precision: precision)
      return Measurement.entries(of: values[0].map { $0 }, name, at: sample.time)
    }
    return try measurement(entries)
  }
}
