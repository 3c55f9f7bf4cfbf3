import Learning
import Multiprecision

/// T8: parametrisations that share a flow differ after discrete steps by the order of the method.
extension Claim {
  static let t8Orders = Claim(
    id: "t8-orders", title: "Discrete steps: two parametrisations differ by the order of the method",
    statement:
      "Where natural gradient flow does not depend on the parametrisation, Euler's method, the midpoint rule and RK4 "
      + "with step η differ between parametrisations by c η^p (1 + O(η)) at a fixed time, p = 1, 2, 4. One Euler step "
      + "of β = u∘v differs from that of β by exactly η² u'∘v'.",
    hypotheses: [
      "the Fisher measure's inputs span; ∂β/∂θ has full row rank",
      "η is small against the time scale of the flow, which stays away from singular parameters; c is not zero",
    ],
    section: "T8", theorem: nil,
    range: .init(
      claimed: "any parametrisation of a model linear in its inputs; any fixed time; η → 0",
      tested:
        "u∘v, u∘v∘w, deep linear 2-3-1 against the linear model; N = 4, d = 2, logistic loss; t = 1/2, η from 1/32 to "
        + "1/128; one step with squared and logistic loss, d = 2 and 3")
  ) { settings in
    var instances: [Instance] = []
    for (stream, loss) in [Likelihood.gaussian, .bernoulli].enumerated() {
      for dimension in 2...3 {
        instances.append(
          try oneStep(loss, dimension: dimension, stream: 800 + 10 * stream + dimension, settings))
      }
    }
    let models: [(String, any Model)] = [
      ("u∘v", try DiagonalModel(inputCount: 2, form: .product, depth: 2)),
      ("u∘v∘w", try DiagonalModel(inputCount: 2, form: .product, depth: 3)),
      ("deep linear 2-3-1", try DeepLinearModel(widths: [2, 3, 1])),
    ]
    for method in [DiscreteMethod.euler, .midpoint, .rungeKutta4] {
      for (stream, (name, model)) in models.enumerated() {
        instances.append(try order(of: method, name, model, stream: 840 + stream, settings))
      }
    }
    return instances
  }

  /// A problem for `model` with inputs that span, and the linear model's from the same β.
  private static func pair(
    _ model: any Model, _ loss: Likelihood, _ random: inout RandomInstances
  ) throws -> (model: Problem, linear: Problem) {
    let d = model.inputCount
    let data = try Dataset(
      inputs: random.fullRankMatrix(2 * d, d), targets: random.targets(loss, count: 2 * d))
    let initial = model.parameterShapes.map { DiscreteInstances.factors(&random, $0.rows, $0.columns) }
    func problem(_ model: any Model, _ initial: [Matrix<Rational>]) throws -> Problem {
      try Problem(
        model: model, data: data, likelihood: loss, flow: .naturalGradient(.trainingInputs),
        initial: initial, times: [0])
    }
    return (
      try problem(model, initial),
      try problem(DeepLinearModel(widths: [d, 1]), [model.exactEndToEndMatrix(initial)])
    )
  }

  /// A pair with logistic loss whose β moves by at most 1/2 a unit of time at first: its factors, which are of
  /// size 1/2 to 3/2, stay away from zero, where the parametrisations are singular.
  private static func gentlePair(
    _ model: any Model, _ random: inout RandomInstances, precision: Int
  ) throws -> (model: Problem, linear: Problem) {
    while true {
      try Task.checkCancellation()
      let candidate = try pair(model, .bernoulli, &random)
      let velocity = try newtonVelocity(candidate.linear, precision: precision)
      let limit = Ball(Rational(1, 2), precision: precision)
      if velocity.elements.allSatisfy({ Ball.certainlyLess($0.magnitude, limit) }) { return candidate }
    }
  }

  /// One Euler step of u∘v and of β, both by the vector fields, against η² u'∘v' with u' = v∘β'/(u²+v²),
  /// v' = u∘β'/(u²+v²) and β' = -M⁻¹ Xᵀ(μ - y) written out.
  private static func oneStep(
    _ loss: Likelihood, dimension: Int, stream: Int, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: UInt64(stream))
    let (product, linear) = try pair(
      DiagonalModel(inputCount: dimension, form: .product, depth: 2), loss, &random)
    let precision = settings.precision
    // A step needs the rank where it begins.
    let start = Solution(product, settings)
    let step = Rational(1, 2)
    @Sendable func predicted(_ factor: Rational) throws -> Measurement {
      let velocity = try newtonVelocity(linear, precision: precision)
      let (u, v) = (product.initial[0].elements, product.initial[1].elements)
      return Measurement(
        u.indices.map { i in
          let weight = u[i] * u[i] + v[i] * v[i]
          let slope = velocity[i, 0]
          let ratio = u[i] * v[i] / (weight * weight)
          return .init("β[\(i)] after one step", (factor * step * step * ratio) * slope.squared())
        }, isRigorous: true)
    }
    return Instance(
      "one Euler step of u∘v, \(loss), d = \(dimension), η = \(step)", along: start.integrated,
      conditions: { try product.invarianceConditions() },
      observed: {
        let moved = try product.discreteStates(.euler, step: step, count: 1, precision: precision)[1]
        let reference = try linear.discreteStates(.euler, step: step, count: 1, precision: precision)[1]
        let difference = try product.endToEnd(at: moved, precision: precision) - reference[0]
        return Measurement(
          difference.elements.enumerated().map { .init("β[\($0)] after one step", $1) }, isRigorous: true)
      },
      predicted: { try predicted(settings.constant("t8-orders: 1 in η² u'∘v'", 1)) },
      controls: [
        .init("half of it, as in the expansion of a flow") { try predicted(Rational(1, 2)) },
        .init("discrete steps do not depend on the parametrisation") { try predicted(0) },
      ])
  }

  /// -M⁻¹ Xᵀ(μ - y) at the start of a linear model's problem, M = Xᵀ D X; d × 1.
  private static func newtonVelocity(_ problem: Problem, precision: Int) throws -> Matrix<Ball> {
    let inputs = Matrix<Ball>(problem.data.inputs, precision: precision)
    let outputs = inputs * Matrix<Ball>(problem.initial[0].transposed(), precision: precision)
    let one = Ball(1, precision: precision)
    let residual = Matrix<Ball>(rows: outputs.rows, columns: 1) { n, _ in
      let target = problem.data.targets[n, 0] ?? 0
      return (problem.likelihood == .gaussian ? outputs[n, 0] : .logistic(outputs[n, 0])) - target
    }
    let weighted = Matrix<Ball>(rows: inputs.rows, columns: inputs.columns) { n, i in
      let f = outputs[n, 0]
      return (problem.likelihood == .gaussian ? one : .logistic(f) * .logistic(-f)) * inputs[n, i]
    }
    let transposed = inputs.transposed()
    return try -Ball.solve(transposed * weighted, transposed * residual)
  }

  /// With D(η) the discrepancy at a fixed time, p(η) = log₂ |D(η)|/|D(η/2)| is p + O(η), and 2 p(η/2) - p(η) is
  /// p + O(η²). The flow's time scale here is about 1; the bands suppose that the coefficients of the expansion
  /// in η do not grow faster than 8^k: they are 8η, and (8η)² with the largest η.
  private static func order(
    of method: DiscreteMethod, _ name: String, _ model: any Model, stream: Int, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: UInt64(stream))
    // The balls of a nonlinear recursion grow by a factor with each step.
    let precision = settings.precision + 8 * 64
    let (problem, linear) = try gentlePair(model, &random, precision: precision)
    let counts = [16, 32, 64]
    let time = Rational(1, 2)
    // The flow that the steps follow stays away from singular parameters.
    let flow = Solution(try problem.at([time]), settings)
    let labels = ["order at η = 1/32", "order at η = 1/64", "order, extrapolated"]
    @Sendable func band(_ order: Int) -> Measurement {
      let bands = [Rational(8, 32), Rational(8, 64), Rational(8 * 8, 32 * 32)]
      return Measurement(
        zip(labels, bands).map { label, band in
          .init(
            label,
            .between(
              Ball(Rational(order) - band, precision: precision),
              Ball(Rational(order) + band, precision: precision)))
        }, isRigorous: true)
    }
    return Instance(
      "\(method.name), \(name) against linear, t = \(time)", along: flow.integrated,
      conditions: { try problem.invarianceConditions() },
      observed: {
        let sizes = try counts.map { count in
          let step = time / Rational(count)
          func last(_ problem: Problem) throws -> Matrix<Ball> {
            let states = try problem.discreteStates(method, step: step, count: count, precision: precision)
            return try problem.endToEnd(at: states[count], precision: precision)
          }
          return BallVector(try (last(problem) - last(linear)).elements).norm
        }
        let two = Ball(2, precision: precision)
        let orders = zip(sizes, sizes.dropFirst()).map { Ball.log($0 / $1) / .log(two) }
        return Measurement(
          zip(labels, orders + [two * orders[1] - orders[0]]).map { .init($0, $1) }, isRigorous: true)
      },
      predicted: { band(method.order) },
      controls: [
        .init("the order is \(method.order - 1)") { band(method.order - 1) },
        .init("the order is \(method.order + 1)") { band(method.order + 1) },
      ])
  }
}
