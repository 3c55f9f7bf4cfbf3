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
      instances.append(
        try projected(
          "tanh 1-1-1, N = 6, \(likelihood)", neuron(likelihood), rank: 4, columns: [0, 1, 2, 3], settings))
    }
    instances.append(
      try projected(
        "two identical tanh neurons, N = 5", identicalNeurons(.bernoulli), rank: 3, columns: [0, 1, 2],
        projecting: oneNeuron(.bernoulli, outgoing: 1), settings))
    instances.append(
      try projected(
        "deep linear 3-2-1, dependent inputs", dependentInputs(.poisson), rank: 2, columns: [0, 1], settings))
    instances.append(
      try orthogonality(
        "tanh 1-1-1, N = 6: the force is orthogonal", neuron(.gaussian), 4, settings, by: .collocation))
    instances.append(
      try orthogonality(
        "two identical tanh neurons, N = 5: the force is orthogonal", identicalNeurons(.gaussian), 3,
        settings, by: .taylor))
    instances.append(try asOneNeuron(settings))
    for (stream, likelihood) in [Likelihood.bernoulli, .gaussian, .poisson].enumerated() {
      for (place, widths) in [[3, 1], [3, 2, 1]].enumerated() {
        instances.append(
          try fewParameters(widths, likelihood, stream: UInt64(1_500 + 10 * stream + place), settings))
      }
    }
    return instances
  }

  private static func problem(
    _ model: any Model, _ likelihood: Likelihood, inputs: [[Rational]], targets: [Rational?],
    initial: [Matrix<Rational>]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: inputs), targets: Matrix(column: targets)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: initial,
      times: [0, Rational(1, 8), Rational(3, 8)])
  }

  /// One neuron with biases, 4 parameters, on 6 inputs.
  private static func neuron(_ likelihood: Likelihood) throws -> Problem {
    try problem(
      MultilayerPerceptron(widths: [1, 1, 1], activation: .tanh), likelihood,
      inputs: [[-2], [-1], [Rational(-1, 3)], [Rational(1, 2)], [1], [2]], targets: [0, 1, 0, 1, 1, 0],
      initial: [
        Matrix(rows: [[1]]), Matrix(rows: [[Rational(1, 3)]]), Matrix(rows: [[1]]), Matrix(rows: [[0]]),
      ])
  }

  /// Two equal neurons without biases: 6 parameters on 5 inputs, and rank 3.
  private static func identicalNeurons(_ likelihood: Likelihood) throws -> Problem {
    let weights: [Rational] = [Rational(2, 3), Rational(-1, 2)]
    return try problem(
      MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh, hasBias: false), likelihood,
      inputs: neuronInputs, targets: neuronTargets,
      initial: [Matrix(rows: [weights, weights]), Matrix(rows: [[Rational(1, 2), Rational(1, 2)]])])
  }

  /// One such neuron with the given output weight.
  private static func oneNeuron(_ likelihood: Likelihood, outgoing: Rational) throws -> Problem {
    try problem(
      MultilayerPerceptron(widths: [2, 1, 1], activation: .tanh, hasBias: false), likelihood,
      inputs: neuronInputs, targets: neuronTargets,
      initial: [Matrix(rows: [[Rational(2, 3), Rational(-1, 2)]]), Matrix(rows: [[outgoing]])])
  }

  private static let neuronInputs: [[Rational]] = [[1, 0], [0, 1], [1, 1], [2, -1], [-1, 1]]
  private static let neuronTargets: [Rational?] = [1, 0, 1, 1, 0]

  /// The third input is the sum of the others.
  private static func dependentInputs(_ likelihood: Likelihood) throws -> Problem {
    try problem(
      DeepLinearModel(widths: [3, 2, 1]), likelihood, inputs: [[1, 0, 1], [0, 1, -1], [1, 1, 0]],
      targets: [2, 0, 1],
      initial: [
        Matrix(rows: [[1, Rational(1, 2), 0], [Rational(-1, 2), 1, Rational(1, 3)]]),
        Matrix(rows: [[1, Rational(1, 2)]]),
      ])
  }

  /// Outputs and loss along the flow against the integral of the projected velocity.
  ///
  /// - Parameter other: a problem of the same range of J and the same start, along which to integrate; else the
  ///   problem itself, whose flow is then integrated by collocation.
  private static func projected(
    _ name: String, _ problem: Problem, rank: Int, columns: [Int], projecting other: Problem? = nil,
    _ settings: CheckSettings
  ) throws -> Instance {
    let solution = Solution(problem, settings, by: other == nil ? .collocation : .taylor)
    let factor = settings.constant("t1-projected-law: 1 of the projection", 1)
    let projection = ProjectionField(problem: other ?? problem, columns: columns, factor: factor)
    let integral = IntegratedTrajectory(from: projection.initial, at: problem.times, settings) {
      try projection.field()
    }
    let precision = settings.precision
    return Instance(
      name, conditions: { [try problem.rankCondition(rank)] },
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
      name, conditions: { [try problem.rankCondition(rank)] },
      observed: { try force(projected: true) }, predicted: { try force(projected: true).map(zero) },
      controls: [
        .init("the force itself is zero") {
          try force(projected: false)
        } predicted: {
          try force(projected: false).map(zero)
        }
      ])
  }

  /// Two identical neurons stay equal, and move as one neuron with the sum of their output weights.
  private static func asOneNeuron(_ settings: CheckSettings) throws -> Instance {
    let pair = try identicalNeurons(.bernoulli)
    let single = try oneNeuron(.bernoulli, outgoing: 1)
    let (two, one) = (Solution(pair, settings), Solution(single, settings, by: .collocation))
    let half = settings.constant("t1-projected-law: 1/2 of the output weight", Rational(1, 2))
    /// Incoming weights of both neurons, then their outgoing weights.
    @Sendable func both(outgoing: Rational) throws -> Measurement {
      try one.measure("parameters") {
        let weight = try outgoing * $0[1]
        return try Node.joined([$0[0], $0[0], weight, weight])
      }
    }
    return Instance(
      "two identical tanh neurons move as one", conditions: { [try pair.rankCondition(3)] },
      observed: {
        try two.measure("parameters") { try Node.joined([$0[0].reshaped(to: Shape(1, 4)), $0[1]]) }
      },
      predicted: { try both(outgoing: half) },
      controls: [
        .init("each moves as one neuron of its own output weight alone") {
          let alone = try oneNeuron(.bernoulli, outgoing: Rational(1, 2))
          return try Solution(alone, settings).measure("parameters") {
            try Node.joined([$0[0], $0[0], $0[1], $0[1]])
          }
        }
      ])
  }

  /// Six samples in three dimensions: Xᵀ(μ - y) decays, the residuals themselves do not.
  private static func fewParameters(
    _ widths: [Int], _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    let inputs = random.fullRankMatrix(6, 3)
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: random.targets(likelihood, count: 6)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
      times: [0, Rational(1, 4), 1])
    let solution = Solution(problem, settings)
    let rate = settings.constant("t1-projected-law: 1 in e^-t of Xᵀ(μ - y)", 1)
    let targets = problem.data.targets.map { $0 ?? 0 }
    @Sendable func residual(_ outputs: Node) throws -> Node {
      try likelihood.mean(outputs) - outputs.graph.constant(targets)
    }
    /// A function of the residuals at the start, times e^-t.
    @Sendable func decayed(rate: Rational, _ function: (Node) throws -> Node) throws -> Measurement {
      let start = try model.startingOutputs(
        problem.initial, at: inputs, precision: settings.precision, function)
      return Measurement.series("residual", at: problem.times) {
        Relaxation.values(start, to: start.map { _ in 0 }, rates: start.map { _ in rate }, at: $0)
      }
    }
    @Sendable func seen(_ outputs: Node) throws -> Node {
      try outputs.graph.constant(inputs.transposed()).times(residual(outputs))
    }
    @Sendable func measure(_ function: (Node) throws -> Node) throws -> Measurement {
      try solution.measure("residual") {
        try function(model.outputs($0, inputs: $0[0].graph.constant(inputs)))
      }
    }
    let name = widths.count == 2 ? "linear" : "deep linear 3-2-1"
    return Instance(
      "Xᵀ(μ - y), \(name), N = 6, \(likelihood)", conditions: { try problem.invarianceConditions() },
      observed: { try measure(seen) }, predicted: { try decayed(rate: rate, seen) },
      controls: [
        .init("every residual decays") {
          try measure(residual)
        } predicted: {
          try decayed(rate: 1, residual)
        }
      ])
  }
}
