import ComputationGraph
import Learning
import Multiprecision

/// T12: a network whose Jacobian is zero.
extension Claim {
  static let t12ZeroNetwork = Claim(
    id: "t12-zero-network", title: "Where J = 0 natural gradient flow stands still, as gradient flow does",
    statement:
      "At parameters with J = 0 on all inputs (a network with two layers of zeros) F⁺∇L = 0 and ∇L = 0: both flows "
      + "stand still; from every start nearby natural gradient flow moves the outputs by f' = -D⁻¹r, however near.",
    hypotheses: ["J = 0 at the start", "Moore–Penrose inverse"], section: "T12", theorem: nil,
    range: .init(
      claimed: "any model and parameters with J = 0",
      tested:
        "deep linear depths 2 and 3, u1∘u2∘u3, tanh depth 2 without biases; Gaussian and logistic loss; N = 2; nearby "
        + "starts at 10^-6 of seeded ones")
  ) { settings in
    let zero: (any Model) -> [Matrix<Rational>] = { model in
      model.parameterShapes.map { Matrix(rows: $0.rows, columns: $0.columns, repeating: 0) }
    }
    let deep = try DeepLinearModel(widths: [3, 2, 1])
    let deeper = try DeepLinearModel(widths: [3, 2, 2, 1])
    let diagonal = try DiagonalModel(inputCount: 3, form: .product, depth: 3)
    let network = try MultilayerPerceptron(widths: [3, 3, 1], activation: .tanh, hasBias: false)
    let upper = Matrix<Rational>(rows: [[1, -2]])
    let cases: [(String, any Model, [Matrix<Rational>], Likelihood)] = [
      ("deep linear 3-2-1, all zero", deep, zero(deep), .bernoulli),
      ("deep linear 3-2-2-1, two layers zero", deeper, zero(deeper).dropLast() + [upper], .gaussian),
      ("u1∘u2∘u3, all zero", diagonal, zero(diagonal), .bernoulli),
      ("tanh 3-3-1 without biases, all zero", network, zero(network), .gaussian),
    ]
    return try cases.enumerated().flatMap { index, item in
      [
        try standing(item.0, item.1, item.2, item.3, settings),
        try nearby("\(item.0), near it", item.1, item.3, stream: UInt64(12_400 + index), settings),
      ]
    }
  }

  private static func problem(
    _ model: any Model, _ initial: [Matrix<Rational>], _ likelihood: Likelihood, flow: Flow,
    at times: [Rational]
  ) throws -> Problem {
    try Problem(
      model: model,
      data: Dataset(inputs: Matrix(rows: [[1, 2, 0], [0, 1, -1]]), targets: Matrix(column: [1, 0])),
      likelihood: likelihood, flow: flow, initial: initial, times: times)
  }

  /// J in balls, F⁺∇L by orthogonal factorisations, and the parameters of gradient flow at t = 1.
  private static func standing(
    _ name: String, _ model: any Model, _ initial: [Matrix<Rational>], _ likelihood: Likelihood,
    _ settings: CheckSettings
  ) throws -> Instance {
    let natural = try problem(model, initial, likelihood, flow: .naturalGradient(.trainingInputs), at: [1])
    let plain = Solution(try natural.with(flow: .gradient), settings)
    let precision = settings.precision
    @Sendable func jacobian() throws -> Measurement {
      let graph = Graph()
      let parameters = model.parameterVariables(in: graph)
      let outputs = try model.outputs(parameters, inputs: graph.constant(natural.data.inputs))
      let values = zip(parameters, initial).map { ($0, $1.map { Ball($0, precision: precision) }) }
      let matrix = try graph.evaluate(
        [graph.jacobian(of: outputs, by: parameters)], variables: values, precision: precision)[0]
      return Measurement(Measurement.entries(of: matrix.map { $0 }, "J", at: 0), isRigorous: true)
    }
    @Sendable func velocity() throws -> Measurement {
      let velocity = try natural.directVelocity(
        at: initial.map { $0.map { BigFloat($0, precision: precision) } })
      return Measurement(
        velocity.flatMap { Measurement.entries(of: $0.map { Ball($0) }, "θ'", at: 0) }, isRigorous: true)
    }
    @Sendable func zeros(_ measurement: Measurement) -> Measurement {
      measurement.map { _, _ in Ball(0, precision: precision) }
    }
    return Instance(
      name,
      observed: {
        try jacobian() + velocity()
          + plain.measure("θ") { try Node.joined($0.map { try $0.reshaped(to: Shape(1, $0.shape.count)) }) }
      },
      predicted: {
        let start = initial.flatMap(\.elements).map { Ball($0, precision: precision) }
        return try zeros(jacobian()) + zeros(velocity())
          + Measurement(start.map { .init("θ", $0) }, isRigorous: true)
      },
      controls: [
        // f' = J θ' = 0, where the law of the full rank has -D⁻¹r.
        .init("the outputs move by -D⁻¹r, as from every start nearby") {
          Measurement(
            Measurement.entries(
              of: Matrix(column: [0, 0]).map { Ball($0, precision: precision) }, "f'", at: 0),
            isRigorous: true)
        } predicted: {
          try lawVelocity(natural, settings)
        }
      ])
  }

  /// -D⁻¹r at the start.
  private static func lawVelocity(_ problem: Problem, _ settings: CheckSettings) throws -> Measurement {
    let targets = problem.data.targets.map { $0 ?? 0 }
    let factor = settings.constant("t12-zero-network: 1 of -D⁻¹r", 1)
    return try Measurement.series("f'", at: [0]) { _ in
      try problem.model.startingOutputs(
        problem.initial, at: problem.data.inputs, precision: settings.precision
      ) { try -(factor * problem.likelihood.naturalResidual($0, targets: targets)) }
    }
  }

  /// f' = J θ' at a start near the zeros.
  private static func nearby(
    _ name: String, _ model: any Model, _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let small = Rational(1, 1_000_000)
    let initial = try random.parameters(model).map { $0.scaled(by: small) }
    let problem = try problem(model, initial, likelihood, flow: .naturalGradient(.trainingInputs), at: [0])
    let solution = Solution(problem, settings)
    return Instance(
      name, along: solution.integrated, conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        try solution.measureFlow("f'") { flow in
          let outputs = try model.outputs(flow.state, inputs: flow.graph.constant(problem.data.inputs))
          let directions = zip(flow.state, flow.velocity).map { (variable: $0, tangent: $1) }
          return try flow.graph.pushforward([outputs], along: directions)[0]
        }
      },
      predicted: { try lawVelocity(problem, settings) },
      controls: [
        .init("it stands still nearby too") {
          try lawVelocity(problem, settings).map { _, _ in Ball(0, precision: settings.precision) }
        }
      ])
  }
}
