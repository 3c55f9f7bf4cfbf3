import Learning
import Multiprecision

/// The counterexamples of T8 with a singular Fisher matrix, in exact numbers.
enum LinearReparametrisationExamples {
  /// β = (θ_1, 2θ_2), x = (1, 1), y = 1, from 0: training outputs 1 - (1-η)^k, β = (1/5, 4/5) of that.
  static func linear(_ settings: CheckSettings) throws -> Instance {
    let linear = try problem(
      DeepLinearModel(widths: [2, 1]),
      Dataset(inputs: Matrix(rows: [[1, 1]]), targets: Matrix(column: [1])),
      [Matrix(rows: [[0, 0]])])
    let change = Matrix<Rational>(rows: [[1, 0], [0, 2]])
    let (step, count, precision) = (Rational(1, 2), 6, settings.precision)
    @Sendable func along(_ direction: [Rational]) throws -> Measurement {
      Measurement(
        try (0...count).flatMap { k in
          let reached = 1 - (try (1 - step).power(k))
          let row = direction.map { $0 * reached } + [reached]
          return DiscreteInstances.exact(
            Matrix(rows: [row]), "β and f after \(k) steps", precision: precision)
        }, isRigorous: true)
    }
    return Instance(
      "β = (θ_1, 2θ_2), N = 1 < d = 2, exactly",
      observed: {
        let states = try linear.reparametrised(by: change).exactDiscreteStates(
          .euler, step: step, count: count)
        return Measurement(
          states.enumerated().flatMap { k, state in
            let weights = (change * state[0]).elements
            return DiscreteInstances.exact(
              Matrix(rows: [weights + [weights.reduce(0, +)]]), "β and f after \(k) steps",
              precision: precision)
          }, isRigorous: true)
      },
      predicted: {
        let fifth = settings.constant("t8-linear-reparametrisation: 1/5 in the limit", Rational(1, 5))
        return try along([fifth, 1 - fifth])
      },
      controls: [
        .init("β keeps the linear model's path") { try along([Rational(1, 2), Rational(1, 2)]) }
      ])
  }

  /// f = uv with u = θ_1, v = cθ_2, one input: one step adds ηf' + η² c²uv f'²/(v² + c²u²)².
  static func product(_ settings: CheckSettings) throws -> Instance {
    let product = try problem(
      DiagonalModel(inputCount: 1, form: .product, depth: 2),
      Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(column: [3])),
      [Matrix(column: [2]), Matrix(column: [Rational(1, 2)])])
    let (step, precision) = (Rational(1, 2), settings.precision)
    let scales: [Rational] = [1, 2, Rational(1, 3)]
    @Sendable func predicted(_ scale: (Rational) -> Rational, _ factor: Rational) -> Measurement {
      let (u, v): (Rational, Rational) = (2, Rational(1, 2))
      let velocity = 3 - u * v
      return Measurement(
        scales.map { given in
          let c = scale(given)
          let kernel = v * v + c * c * u * u
          let second = factor * step * step * c * c * u * v * velocity * velocity / (kernel * kernel)
          return .init(
            "f after one step, c = \(given)", Ball(u * v + step * velocity + second, precision: precision))
        }, isRigorous: true)
    }
    return Instance(
      "f = uv, v = cθ_2, N = 1, exactly",
      observed: {
        Measurement(
          try scales.map { c in
            let change = Matrix<Rational>(rows: [[1, 0], [0, c]])
            let state = try product.reparametrised(by: change).exactDiscreteStates(
              .euler, step: step, count: 1)[1]
            let moved = change * state[0]
            return .init(
              "f after one step, c = \(c)", Ball(moved[0, 0] * moved[1, 0], precision: precision))
          }, isRigorous: true)
      },
      predicted: {
        predicted({ $0 }, settings.constant("t8-linear-reparametrisation: 1 in η² c²uv f'²/(v²+c²u²)²", 1))
      },
      controls: [
        .init("training outputs are those of c = 1") { predicted({ _ in 1 }, 1) },
        .init("training outputs follow the linear model's steps") { predicted({ $0 }, 0) },
      ])
  }

  private static func problem(
    _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>]
  ) throws -> Problem {
    try Problem(
      model: model, data: data, likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: initial, times: [0])
  }
}
