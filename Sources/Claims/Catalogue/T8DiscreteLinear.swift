import Learning
import Multiprecision

/// T8: the linear model under discrete natural gradient descent, N ≤ d.
extension Claim {
  static let t8DiscreteSquared = Claim(
    id: "t8-discrete-squared", title: "Discrete steps, linear model, squared loss: residuals shrink by 1 - η",
    statement: "f_k = y + (f_0 - y)(1 - η)^k after k steps: exactly, also for steps beyond 1.",
    hypotheses: [
      "the model is linear, the inputs are linearly independent",
      "Euler steps of natural gradient with the Fisher matrix of the training inputs, Moore–Penrose inverse",
    ],
    section: "T8", theorem: "DiscreteFlow.discrete_squared",
    range: .init(
      claimed: "any N ≤ d independent inputs, any start and step, any k",
      tested: "N = 3, d = 3 and 5; η = 1/3, 1, 3/2, 2, 5/2; k ≤ 12")
  ) { settings in
    var instances: [Instance] = []
    for (stream, dimension) in [3, 5].enumerated() {
      for (index, step) in [Rational(1, 3), 1, Rational(3, 2), 2, Rational(5, 2)].enumerated() {
        instances.append(
          try squared(dimension: dimension, step: step, stream: 850 + 10 * stream + index, settings))
      }
    }
    return instances
  }

  static let t8DiscreteLogistic = Claim(
    id: "t8-discrete-logistic", title: "Discrete steps, linear model, logistic loss: margins add η(1 + e^-m)",
    statement:
      "m_{k+1} = m_k + η(1 + e^-m_k): a step from far on the wrong side overshoots (from m = -6 with η = 1/2 to 196); "
      + "neither the continuous law nor 1 - σ(m_k) = (1 - η)^k (1 - σ(m_0)) holds.",
    hypotheses: [
      "the model is linear with logistic loss, the inputs are linearly independent",
      "Euler steps of natural gradient with the Fisher matrix of the training inputs, Moore–Penrose inverse",
    ],
    section: "T8", theorem: "DiscreteFlow.discrete_logistic",
    range: .init(
      claimed: "any N ≤ d independent inputs, any start and step, any k",
      tested: "N = 3, d = 4, η = 1/4 and 3/4, k ≤ 8; m_0 = -6, η = 1/2")
  ) { settings in
    var instances: [Instance] = []
    for (stream, step) in [Rational(1, 4), Rational(3, 4)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(880 + stream))
      let problem = try linear(
        random.fullRankMatrix(3, 4), random.targets(.bernoulli, count: 3), random.matrix(1, 4), .bernoulli)
      instances.append(logistic("N = 3, d = 4, η = \(step)", problem, step: step, count: 8, settings))
    }
    let far = try linear(Matrix(rows: [[1, 1]]), Matrix(column: [1]), Matrix(rows: [[-5, -1]]), .bernoulli)
    instances.append(logistic("overshoot: m_0 = -6, η = 1/2", far, step: Rational(1, 2), count: 4, settings))
    return instances
  }

  private static func linear(
    _ inputs: Matrix<Rational>, _ targets: Matrix<Rational?>, _ initial: Matrix<Rational>, _ loss: Likelihood
  ) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [inputs.columns, 1]), data: Dataset(inputs: inputs, targets: targets),
      likelihood: loss, flow: .naturalGradient(.trainingInputs), initial: [initial], times: [0])
  }

  private static func squared(
    dimension: Int, step: Rational, stream: Int, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: UInt64(stream))
    let problem = try linear(
      random.fullRankMatrix(3, dimension), random.targets(.gaussian, count: 3), random.matrix(1, dimension),
      .gaussian)
    let counts = [0, 1, 2, 5, 12]
    let precision = settings.precision
    @Sendable func predicted(_ factor: (Int) throws -> Ball) throws -> Measurement {
      let start = problem.data.inputs * problem.initial[0].transposed()
      return Measurement(
        try counts.flatMap { count in
          let decay = try factor(count)
          let outputs = Matrix<Ball?>(rows: start.rows, columns: 1) { n, _ in
            let target = problem.data.targets[n, 0] ?? 0
            return (start[n, 0] - target) * decay + target
          }
          return Measurement.entries(of: outputs, "f after \(count) steps", at: nil)
        }, isRigorous: true)
    }
    @Sendable func power(_ base: Rational, _ exponent: Int) throws -> Ball {
      Ball(try base.power(exponent), precision: precision)
    }
    return Instance(
      "N = 3, d = \(dimension), η = \(step)", conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        let states = try problem.exactDiscreteStates(.euler, step: step, count: counts.max() ?? 0)
        return Measurement(
          counts.flatMap { count in
            DiscreteInstances.exact(
              problem.data.inputs * states[count][0].transposed(), "f after \(count) steps",
              precision: precision)
          }, isRigorous: true)
      },
      predicted: {
        let one = settings.constant("t8-discrete-squared: 1 in 1 - η", 1)
        return try predicted { try power(one - step, $0) }
      },
      controls: [
        .init("residuals shrink as in continuous time, e^-ηk") {
          try predicted { .exp(Ball(-step * Rational($0), precision: precision)) }
        },
        .init("residuals shrink by 1/(1 + η), as with implicit steps") {
          try predicted { try power(1 + step, -$0) }
        },
      ])
  }

  private static func logistic(
    _ name: String, _ problem: Problem, step: Rational, count: Int, _ settings: CheckSettings
  ) -> Instance {
    let precision = settings.precision
    let signs = problem.data.targets.elements.map { $0 == 1 ? Rational(1) : -1 }
    let start = zip(signs, (problem.data.inputs * problem.initial[0].transposed()).elements).map {
      Ball($0 * $1, precision: precision)
    }
    @Sendable func measurement(_ margins: [[Ball]]) -> Measurement {
      Measurement(
        margins.enumerated().flatMap { k, row in
          row.enumerated().map { .init("m[\($0)] after \(k) steps", $1) }
        }, isRigorous: true)
    }
    @Sendable func recursion(_ next: (Ball) -> Ball) -> Measurement {
      var rows = [start]
      for _ in 0..<count { rows.append(rows[rows.count - 1].map(next)) }
      return measurement(rows)
    }
    let log1p = { @Sendable (x: Ball) in Ball.log(onePlus: x) }
    return Instance(
      name, conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        let states = try problem.discreteStates(.euler, step: step, count: count, precision: precision)
        return measurement(
          try states.map { state in
            zip(signs, try problem.outputs(at: state, precision: precision).elements).map { $0 * $1 }
          })
      },
      predicted: {
        let one = settings.constant("t8-discrete-logistic: 1 in 1 + e^-m", 1)
        return recursion { $0 + step * (.exp(-$0) + one) }
      },
      controls: [
        .init("margins follow the law of continuous time at t = ηk") {
          measurement(
            (0...count).map { k in
              let time = Ball(step * Rational(k), precision: precision)
              return start.map { $0 + log1p(.expMinusOne(time) * (.exp(-$0) + 1)) }
            })
        },
        .init("error probabilities shrink by 1 - η in each step") {
          try measurement(
            (0...count).map { k in
              let factor = Ball(try (1 - step).power(k), precision: precision)
              return start.map { margin in
                let error = factor * .logistic(-margin)
                return .log((1 + -error) / error)
              }
            })
        },
      ])
  }
}
