import ComputationGraph
import Learning
import Multiprecision

/// T1: what the outputs at other inputs do.
extension Claim {
  static let t1OffSample = Claim(
    id: "t1-off-sample", title: "Off the sample the velocity is interpolated by the current tangent kernel",
    statement:
      "f'(x) = Θ(x, X) Θ(X, X)⁻¹ f'(X) at every other input x, with the tangent kernel Θ = J Jᵀ of the moment; the "
      + "kernel of the start gives another path.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T1", theorem: nil,
    range: .init(
      claimed: "any model whose Jacobian on the training inputs keeps full row rank; any input; any t",
      tested:
        "deep linear depth 2, diagonal depth 2, tanh depth 2; three families; 2 training inputs, 3 others; "
        + "paths against integrals of the formula, one by collocation; t ≤ 1/4")
  ) { settings in
    let models: [(String, any Model, Likelihood)] = [
      ("deep linear 4-2-1, bernoulli", try DeepLinearModel(widths: [4, 2, 1]), .bernoulli),
      ("diagonal u1∘u2, poisson", try DiagonalModel(inputCount: 4, form: .product, depth: 2), .poisson),
      ("tanh 2-2-1, bernoulli", try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh), .bernoulli),
      ("tanh 2-2-1, gaussian", try MultilayerPerceptron(widths: [2, 2, 1], activation: .tanh), .gaussian),
    ]
    return try models.enumerated().map { index, item in
      try path(item.0, item.1, item.2, stream: UInt64(1_400 + index), by: .taylor, settings)
    }
      + [
        try path(
          "diagonal u1∘u2, poisson, by collocation", models[1].1, .poisson, stream: 1_401, by: .collocation,
          settings)
      ]
  }

  /// The outputs at three inputs off the sample against f(0) + ∫ Θ(x, X) Θ(X, X)⁻¹ f'(X), where f'(X) is that of
  /// the on-sample law.
  private static func path(
    _ name: String, _ model: any Model, _ likelihood: Likelihood, stream: UInt64,
    by integrator: Solution.Integrator, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let count = 2
    let inputs = random.fullRankMatrix(count, model.inputCount)
    let others = random.matrix(3, model.inputCount)
    let targets: [Rational] = likelihood == .bernoulli ? [1, 0] : [2, 1]
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: Matrix(column: targets.map { $0 })),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
      times: [0, Rational(1, 8), Rational(1, 4)])
    let law = try problem.law(OnSampleLaw.self)
    let solution = Solution(problem, settings, by: integrator)
    let factor = settings.constant("t1-off-sample: 1 of the velocity", 1)
    // The state of the law: the parameters, and the integral.
    let integral = IntegratedTrajectory(
      from: problem.initial + [Matrix(rows: 3, columns: 1, repeating: 0)], at: problem.times, settings
    ) {
      let graph = Graph()
      let parameters = model.parameterVariables(in: graph)
      let moved = graph.variable(Shape(3, 1), name: "moved")
      let training = graph.constant(inputs)
      let outputs = try model.outputs(parameters, inputs: training)
      let velocity = try -likelihood.naturalResidual(outputs, targets: Matrix(column: targets))
      let coefficients = try model.kernel(
        parameters, (training, Array(0..<count)), (training, Array(0..<count))
      ).solving(velocity)
      let cross = try model.kernel(
        parameters, (graph.constant(others), [0, 1, 2]), (training, Array(0..<count)))
      return try VectorField(
        graph: graph, state: parameters + [moved],
        velocity: graph.pullback([(outputs, coefficients)], to: parameters)
          + [factor * cross.times(coefficients)])
    }
    @Sendable func start() throws -> [Ball] {
      try model.startingOutputs(problem.initial, at: others, precision: settings.precision)
    }
    return Instance(
      name, along: solution.integrated, integral, conditions: { law.conditions },
      observed: {
        try solution.measure("outputs elsewhere") {
          try model.outputs($0, inputs: $0[0].graph.constant(others))
        }
      },
      predicted: {
        let start = try start()
        return try integral.measure("outputs elsewhere") { $0[$0.count - 1] }.map { start[$0 % 3] + $1 }
      },
      controls: [
        .init("the tangent kernel stays what it is at the start") {
          // f(0) + Θ₀(x, X) Θ₀(X, X)⁻¹ (f(t) - f(0)).
          let start = try start()
          let kernels = try kernels(model, problem.initial, inputs, others, precision: settings.precision)
          let moves = try law.measure(.outputs, at: problem.times, precision: settings.precision)
            .grouped(by: count)
          let weights = try Ball.solve(kernels.training, kernels.cross.transposed()).transposed()
          return Measurement.series("outputs elsewhere", at: problem.times) { time in
            guard let place = problem.times.firstIndex(of: time) else { return [] }
            let change = Matrix(column: zip(moves[place], moves[0]).map { $0 - $1 })
            return zip(start, (weights * change).elements).map { $0 + $1 }
          }
        }
      ])
  }

  /// Θ(X, X) and Θ(x, X) at exact parameters.
  private static func kernels(
    _ model: any Model, _ parameters: [Matrix<Rational>], _ inputs: Matrix<Rational>,
    _ others: Matrix<Rational>,
    precision: Int
  ) throws -> (training: Matrix<Ball>, cross: Matrix<Ball>) {
    let graph = Graph()
    let variables = model.parameterVariables(in: graph)
    let training = (inputs: graph.constant(inputs), entries: Array(0..<inputs.rows))
    let other = (inputs: graph.constant(others), entries: Array(0..<others.rows))
    let values = zip(variables, parameters).map { ($0, $1.map { Ball($0, precision: precision) }) }
    let kernels = try graph.evaluate(
      [model.kernel(variables, training, training), model.kernel(variables, other, training)],
      variables: values,
      precision: precision)
    return (kernels[0], kernels[1])
  }
}
