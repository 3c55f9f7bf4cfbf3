import Learning
import Multiprecision

/// T8: discrete natural gradient descent under a linear change of parameters.
extension Claim {
  static let t8LinearReparametrisation = Claim(
    id: "t8-linear-reparametrisation",
    title: "Discrete steps keep linear changes of parameters: all if F is invertible, else orthogonal ones",
    statement:
      "With θ = Aφ and an invertible Fisher matrix, discrete natural gradient descent takes φ along A⁻¹ times the path "
      + "of θ, for any step and method. With a singular one (Moore–Penrose) an orthogonal A does; otherwise the linear "
      + "model keeps its training outputs but not β, and a nonlinear model not even these, though its flow does.",
    hypotheses: ["discrete steps of natural gradient, Moore–Penrose inverse", "A is invertible"],
    section: "T8", theorem: nil,
    range: .init(
      claimed: "any model, likelihood, measure and Runge–Kutta method, any step",
      tested:
        "linear, N = 4, d = 3, squared loss, and N = 6, d = 2, logistic; tanh 1-1-1 with N = 6, 2-2-1 with N = 3; "
        + "f = uv; Euler, midpoint and RK4, η from 1/4 to 3/2, k ≤ 6")
  ) { settings in
    try [
      squaredLoss(settings), logisticLoss(settings),
      network(
        "tanh 1-1-1, N = 6, F invertible, any A", [1, 1, 1], count: 6, stream: 893, orthogonal: false,
        settings),
      network(
        "tanh 2-2-1, N = 3, F singular, orthogonal A", [2, 2, 1], count: 3, stream: 894, orthogonal: true,
        settings),
      flowOfNetwork(settings), LinearReparametrisationExamples.linear(settings),
      LinearReparametrisationExamples.product(settings),
    ]
  }

  private static func problem(
    _ model: any Model, _ data: Dataset, _ loss: Likelihood, _ measure: FisherMeasure,
    _ initial: [Matrix<Rational>], times: [Rational] = [0]
  ) throws -> Problem {
    try Problem(
      model: model, data: data, likelihood: loss, flow: .naturalGradient(measure), initial: initial,
      times: times)
  }

  /// Exactly, with a measure of its own: A φ_k against β* + (1 - η M⁻¹XᵀX)^k (β_0 - β*).
  private static func squaredLoss(_ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 890)
    let measured = random.fullRankMatrix(4, 3)
    let weights = (0..<4).map { _ in Rational(1 + random.integer(below: 4), 2) }
    let linear = try problem(
      DeepLinearModel(widths: [3, 1]),
      Dataset(inputs: random.fullRankMatrix(4, 3), targets: random.targets(.gaussian, count: 4)), .gaussian,
      .inputs(measured, weights: weights), [random.matrix(1, 3)])
    let change = random.fullRankMatrix(3, 3)
    let (step, count, precision) = (Rational(3, 2), 4, settings.precision)
    @Sendable func weightsPath(_ problem: Problem, _ change: Matrix<Rational>?) throws -> Measurement {
      let states = try problem.exactDiscreteStates(.euler, step: step, count: count)
      return Measurement(
        states.enumerated().flatMap { k, state in
          DiscreteInstances.exact(
            change.map { $0 * state[0] } ?? state[0].transposed(), "β after \(k) steps", precision: precision)
        }, isRigorous: true)
    }
    @Sendable func descent(_ problem: Problem) throws -> Problem { try problem.with(flow: .gradient) }
    return Instance(
      "linear, N = 4, d = 3, squared loss, any A, exactly",
      observed: { try weightsPath(linear.reparametrised(by: change), change) },
      predicted: {
        let one = settings.constant("t8-linear-reparametrisation: 1 in 1 - η M⁻¹XᵀX", 1)
        let x = linear.data.inputs
        let y = linear.data.targets.map { $0 ?? 0 }
        let metric =
          measured.transposed()
          * Matrix(rows: 4, columns: 3) { weights[$0] * measured[$0, $1] }
        let best = try (x.transposed() * x).solve(x.transposed() * y)
        let contraction =
          try Matrix<Rational>.identity(3).scaled(by: one)
          - metric.solve(x.transposed() * x).scaled(by: step)
        var error = linear.initial[0].transposed() - best
        var entries: [Measurement.Entry] = []
        for k in 0...count {
          entries += DiscreteInstances.exact(best + error, "β after \(k) steps", precision: precision)
          error = contraction * error
        }
        return Measurement(entries, isRigorous: true)
      },
      controls: [
        .init("gradient descent keeps them as well") {
          try weightsPath(descent(linear).reparametrised(by: change), change)
        } predicted: {
          try weightsPath(descent(linear), nil)
        }
      ])
  }

  /// In balls: the outputs at the training inputs along both paths.
  private static func outputs(
    _ problem: Problem, _ method: DiscreteMethod, step: Rational, count: Int, precision: Int
  ) throws -> Measurement {
    let states = try problem.discreteStates(method, step: step, count: count, precision: precision)
    return Measurement(
      try states.enumerated().flatMap { k, state in
        Measurement.entries(
          of: try problem.outputs(at: state, precision: precision).map { $0 }, "f after \(k) steps", at: nil)
      }, isRigorous: true)
  }

  private static func logisticLoss(_ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 891)
    let linear = try problem(
      DeepLinearModel(widths: [2, 1]),
      Dataset(inputs: random.fullRankMatrix(6, 2), targets: random.targets(.bernoulli, count: 6)), .bernoulli,
      .trainingInputs, [random.matrix(1, 2)])
    let change = random.fullRankMatrix(2, 2)
    let precision = settings.precision + 128
    @Sendable func path(_ problem: Problem) throws -> Measurement {
      try outputs(problem, .midpoint, step: Rational(1, 2), count: 6, precision: precision)
    }
    return Instance(
      "linear, N = 6, d = 2, logistic loss, any A, midpoint",
      observed: { try path(linear.reparametrised(by: change)) }, predicted: { try path(linear) },
      controls: [
        .init("gradient descent keeps them as well") {
          try path(linear.with(flow: .gradient).reparametrised(by: change))
        } predicted: {
          try path(linear.with(flow: .gradient))
        }
      ])
  }

  private static func network(
    _ widths: [Int], count: Int, _ random: inout RandomInstances, times: [Rational] = [0]
  ) throws -> Problem {
    let model = try MultilayerPerceptron(widths: widths, activation: .tanh)
    let inputs: Matrix<Rational> =
      widths[0] == 1
      ? Matrix(column: (0..<count).map { Rational(2 * $0 - count, 3) })
      : random.fullRankMatrix(min(count, widths[0]), widths[0]).stacked(
        random.matrix(max(0, count - widths[0]), widths[0]))
    // With one hidden unit the Fisher matrix can be close to singular: a start where it is not.
    let initial =
      widths[0] == 1
      ? [1, Rational(1, 4), 1, Rational(-1, 2)].map { Matrix<Rational>(column: [$0]) }
      : model.parameterShapes.map { DiscreteInstances.factors(&random, $0.rows, $0.columns) }
    func fitting(_ targets: Matrix<Rational?>) throws -> Problem {
      try problem(
        model, Dataset(inputs: inputs, targets: targets), .gaussian, .trainingInputs, initial, times: times)
    }
    // Near the network's own outputs: far from them steps would leave the region where J has its rank.
    let start = try fitting(Matrix(rows: count, columns: 1, repeating: 0)).outputs(
      at: initial.map { Matrix<Ball>($0, precision: 64) }, precision: 64)
    return try fitting(
      Matrix(
        column: start.elements.map {
          Rational(Int((10 * $0.doubleValue).rounded()), 10) + Rational(1, 5) * random.number()
        }))
  }

  /// Scales each parameter by another factor: invertible, not orthogonal.
  private static func scaling(_ size: Int) -> Matrix<Rational> {
    Matrix(rows: size, columns: size) { $0 == $1 ? Rational(2 + $0, 2) : 0 }
  }

  private static func network(
    _ name: String, _ widths: [Int], count: Int, stream: UInt64, orthogonal: Bool, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let network = try network(widths, count: count, &random)
    let size = network.model.parameterCount
    let change =
      orthogonal ? DiscreteInstances.reflection(&random, size) : random.fullRankMatrix(size, size)
    // Each step with an ill-conditioned Fisher matrix costs tens of digits.
    let precision = settings.precision + 1024
    @Sendable func path(_ problem: Problem) throws -> Measurement {
      try outputs(problem, .rungeKutta4, step: Rational(1, 4), count: 2, precision: precision)
    }
    let control =
      orthogonal
      ? Instance.Control("any A does", observed: { try path(network.reparametrised(by: scaling(size))) }) {
        try path(network)
      }
      : .init("gradient descent keeps them as well") {
        try path(network.with(flow: .gradient).reparametrised(by: change))
      } predicted: {
        try path(network.with(flow: .gradient))
      }
    return Instance(
      "\(name), RK4", observed: { try path(network.reparametrised(by: change)) },
      predicted: { try path(network) }, controls: [control])
  }

  /// The flow of the network whose discrete steps an arbitrary A changes follows T1's law all the same.
  private static func flowOfNetwork(_ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 895)
    let network = try network([2, 2, 1], count: 3, &random, times: [0, Rational(1, 2), 1])
    let changed = try network.reparametrised(by: scaling(network.model.parameterCount))
    return try .law(
      "tanh 2-2-1, N = 3, F singular, any A: the flow", changed, OnSampleLaw.self, observable: .outputs,
      settings
    ) { _, law in
      [
        .init("so it is with steps of 1/2") {
          let steps = try outputs(
            changed, .euler, step: Rational(1, 2), count: 2, precision: settings.precision)
          return Measurement(steps.entries, isRigorous: true)
        } predicted: {
          try law.measure(.outputs, at: changed.times, precision: settings.precision)
        }
      ]
    }
  }
}

extension Matrix {
  /// These rows, then those of `other`, which has as many columns.
  fileprivate func stacked(_ other: Matrix) -> Matrix {
    Matrix(rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }
}
