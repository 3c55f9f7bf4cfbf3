import ComputationGraph
import Learning
import Multiprecision

/// T1 where the Jacobian's rank is constant but not full.
extension Claim {
  static let t1ProjectedLaw = Claim(
    id: "t1-projected-law", title: "Deficient rank: the velocity is projected on the Jacobian's range",
    statement:
      "For a Jacobian of any constant rank f' = -D^(-1/2) Π D^(-1/2) r with the orthogonal projection Π on the range "
      + "of D^(1/2) J; so Jᵀ(μ' + μ - y) = 0 and L' = -|Π D^(-1/2) r|². In a model linear in x with few parameters "
      + "Xᵀ(μ - y) decays as e^-t.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse",
      "the Jacobian on them has constant rank along the path",
    ], section: "T1", theorem: nil,
    range: .init(
      claimed: "any model whose Jacobian keeps its rank, whatever that is; any t up to where it changes",
      tested:
        "tanh 1-1-1 with 4 parameters, N = 6; tanh 2-2-1 with two identical neurons, rank 3 of N = 5; deep linear "
        + "3-2-1 with dependent inputs, rank 2 of N = 3; linear and deep linear 3-2-1 with N = 6; three families; "
        + "paths by collocation; t ≤ 3/8, with few parameters t ≤ 1")
  ) { settings in
    var instances: [Instance] = []
    for likelihood in [Likelihood.bernoulli, .gaussian, .poisson] {
      for integrator in [Solution.Integrator.taylor, .collocation] {
        instances.append(
          try projected(
            "tanh 1-1-1, N = 6, \(likelihood), by \(integrator)", DeficientRankProblems.neuron(likelihood),
            rank: 4, columns: [0, 1, 2, 3], by: integrator, settings))
      }
    }
    instances.append(
      try projected(
        "two identical tanh neurons, N = 5", DeficientRankProblems.identicalNeurons(.bernoulli), rank: 3,
        columns: [0, 1, 2],
        projecting: DeficientRankProblems.oneNeuron(.bernoulli, outgoing: 1), settings))
    instances.append(
      try projected(
        "deep linear 3-2-1, dependent inputs", DeficientRankProblems.dependentInputs(.poisson), rank: 2,
        columns: [0, 1], settings))
    instances.append(
      try orthogonality(
        "tanh 1-1-1, N = 6: the force is orthogonal", DeficientRankProblems.neuron(.gaussian), 4, settings,
        by: .taylor))
    instances.append(
      try orthogonality(
        "two identical tanh neurons, N = 5: the force is orthogonal",
        DeficientRankProblems.identicalNeurons(.gaussian), 3,
        settings, by: .taylor))
    instances.append(try DeficientRankInstances.asOneNeuron(settings))
    for (stream, likelihood) in [Likelihood.bernoulli, .gaussian, .poisson].enumerated() {
      for (place, widths) in [[3, 1], [3, 2, 1]].enumerated() {
        instances.append(
          try DeficientRankInstances.fewParameters(
            widths, likelihood, stream: UInt64(1_500 + 10 * stream + place), settings))
      }
    }
    return instances
  }

  /// Outputs and loss along the flow against the integral of the projected velocity.
  ///
  /// - Parameter other: a problem of the same range of J and the same start, along which to integrate; else the
  ///   problem itself.
  private static func projected(
    _ name: String, _ problem: Problem, rank: Int, columns: [Int], projecting other: Problem? = nil,
    by integrator: Solution.Integrator = .taylor, _ settings: CheckSettings
  ) throws -> Instance {
    let solution = Solution(problem, settings, by: integrator)
    let factor = settings.constant("t1-projected-law: 1 of the projection", 1)
    let projection = ProjectionField(problem: other ?? problem, columns: columns, factor: factor)
    let integral = IntegratedTrajectory(from: projection.initial, at: problem.times, settings) {
      try projection.field()
    }
    let precision = settings.precision
    return Instance(
      name, along: solution.integrated, integral, conditions: { [try problem.rankCondition(rank)] },
      observed: {
        try solution.measure(.outputs) + solution.measure("loss") { try problem.observables($0).loss }
      },
      predicted: {
        let outputs = try problem.model.startingOutputs(
          problem.initial, at: problem.data.inputs, precision: precision)
        let loss = try problem.startingLoss(precision: precision)
        return try integral.measure("outputs") { $0[$0.count - 2] }.map { outputs[$0 % outputs.count] + $1 }
          + integral.measure("loss") { $0[$0.count - 1] }.map { loss + $1 }
      },
      controls: [try perSample(problem, solution, precision: precision)])
  }

  /// The law of T1 for every sample, which supposes a rank of N.
  private static func perSample(
    _ problem: Problem, _ solution: Solution, precision: Int
  ) throws -> Instance.Control {
    .init("every mean relaxes to its own target") {
      try solution.measure(.means)
    } predicted: {
      let start = try problem.model.startingOutputs(
        problem.initial, at: problem.data.inputs, precision: precision, problem.likelihood.mean)
      let targets = problem.data.targets.elements.map { $0 ?? 0 }
      return Measurement.series("means", at: problem.times) {
        Relaxation.values(start, to: targets, rates: targets.map { _ in 1 }, at: $0)
      }
    }
  }

  /// Jᵀ(μ' + μ - y) = 0 with the velocity of the first stack, by collocation at the states of the second; μ' + μ - y
  /// is not 0.
  private static func orthogonality(
    _ name: String, _ problem: Problem, _ rank: Int, _ settings: CheckSettings,
    by integrator: Solution.Integrator
  ) throws -> Instance {
    let solution = Solution(problem, settings.withMoreDigits(8), by: integrator)
    /// Jᵀ(μ' + μ - y), or without Jᵀ.
    @Sendable func force(projected: Bool) throws -> Measurement {
      try solution.measureFlow("force") { flow in
        let graph = flow.graph
        let outputs = try problem.model.outputs(flow.state, inputs: graph.constant(problem.data.inputs))
        let means = try problem.likelihood.mean(outputs)
        let directions = zip(flow.state, flow.velocity).map { (variable: $0, tangent: $1) }
        let velocity = try graph.pushforward([means], along: directions)[0]
        let force = try velocity + means - graph.constant(problem.data.targets.map { $0 ?? 0 })
        return projected ? try graph.jacobian(of: outputs, by: flow.state).transposed().times(force) : force
      }
    }
    let zero: @Sendable (Int, Ball) -> Ball? = { _, ball in Ball(0, precision: ball.precision) }
    return Instance(
      name, along: solution.integrated, conditions: { [try problem.rankCondition(rank)] },
      observed: { try force(projected: true) }, predicted: { try force(projected: true).map(zero) },
      controls: [
        .init("the force itself is zero") {
          try force(projected: false)
        } predicted: {
          try force(projected: false).map(zero)
        }
      ])
  }
}
