import ComputationGraph
import Learning
import Multiprecision

/// T8: damping breaks invariance, by exactly λK⁻¹ in the metric.
extension Claim {
  static let t8Damping = Claim(
    id: "t8-damping", title: "Damping: β' = -(M + λK⁻¹)⁻¹∇L, which depends on the parametrisation",
    statement:
      "With damping λ and K = J_b J_bᵀ invertible, β' = -(M + λK⁻¹)⁻¹∇_βL exactly; the velocity deviates from the "
      + "undamped one by λM⁻¹K⁻¹M⁻¹∇L + O(λ²), and the path by λ times a closed form.",
    hypotheses: ["K is invertible", "M is invertible, for the expansion in λ"],
    section: "T8", theorem: nil,
    range: .init(
      claimed: "any model linear in its inputs, likelihood, measure and λ > 0",
      tested:
        "linear, u∘v, deep linear 3-4-1; N = 2, 3, 5, d = 3; squared and logistic loss; λ = 1/3 and 10^-(digits + 20); "
        + "paths of linear and u∘v, squared loss, t = 1")
  ) { settings in
    let models: [(String, any Model)] = [
      ("linear", try DeepLinearModel(widths: [3, 1])),
      ("u∘v", try DiagonalModel(inputCount: 3, form: .product, depth: 2)),
      ("deep linear 3-4-1", try DeepLinearModel(widths: [3, 4, 1])),
    ]
    var instances: [Instance] = []
    for (stream, (name, model)) in models.enumerated() {
      for loss in [Likelihood.gaussian, .bernoulli] {
        for count in [2, 3, 5] {
          var random = RandomInstances(settings, stream: UInt64(900 + 10 * stream + count))
          let problem = try dampingProblem(model, loss, count: count, &random)
          let kernel = Self.kernel(problem)
          let title = "\(name), \(loss), N = \(count), d = 3"
          instances.append(velocity(title, problem, kernel, settings))
          if count == 3 { instances.append(firstOrder(title, problem, kernel, settings)) }
        }
      }
    }
    instances.append(try DampedPath.instance("linear", isProduct: false, settings))
    instances.append(try DampedPath.instance("u∘v", isProduct: true, settings))
    return instances
  }

  static func dampingProblem(
    _ model: any Model, _ loss: Likelihood, count: Int, _ random: inout RandomInstances
  ) throws -> Problem {
    try Problem(
      model: model,
      data: Dataset(
        inputs: random.fullRankMatrix(count, model.inputCount), targets: random.targets(loss, count: count)),
      likelihood: loss, flow: .naturalGradient(.trainingInputs),
      initial: model.parameterShapes.map { DiscreteInstances.factors(&random, $0.rows, $0.columns) },
      times: [0])
  }

  /// K written out: 1; diag(u² + v²); |W_2|² + W_1ᵀW_1.
  private static func kernel(_ problem: Problem) -> Matrix<Rational> {
    let d = problem.model.inputCount
    let first = problem.initial[0]
    guard problem.initial.count == 2 else { return .identity(d) }
    let second = problem.initial[1]
    if problem.model is DiagonalModel {
      return Matrix(rows: d, columns: d) { i, j in
        i == j ? first[i, 0] * first[i, 0] + second[i, 0] * second[i, 0] : 0
      }
    }
    return Matrix.identity(d).scaled(by: (second * second.transposed())[0, 0]) + first.transposed() * first
  }

  /// β' at the start under damping λ, by the problem's vector field pushed forward to β; d numbers.
  private static func dampedVelocity(_ problem: Problem, _ damping: Rational, precision: Int) throws
    -> BallVector
  {
    let field = try problem.with(flow: .naturalGradient(.trainingInputs, damping: damping)).vectorField()
    let weights = try Observable.endToEnd.node(problem.observables(field.state))
    let moved = try field.graph.pushforward(
      [weights], along: Array(zip(field.state, field.velocity)).map { (variable: $0, tangent: $1) })
    let start = problem.initial.map { Matrix<Ball>($0, precision: precision) }
    return BallVector(
      try field.graph.evaluate(moved, variables: Array(zip(field.state, start)), precision: precision)[0]
        .elements)
  }

  /// M and ∇_βL at the start, written out.
  private static func metricAndGradient(_ problem: Problem, precision: Int) -> (Matrix<Ball>, Matrix<Ball>) {
    let inputs = Matrix<Ball>(problem.data.inputs, precision: precision)
    let weights = problem.model.exactEndToEndMatrix(problem.initial).transposed()
    let outputs = inputs * Matrix<Ball>(weights, precision: precision)
    let isLogistic = problem.likelihood == .bernoulli
    let one = Ball(1, precision: precision)
    let residual = Matrix<Ball>(rows: outputs.rows, columns: 1) { n, _ in
      (isLogistic ? .logistic(outputs[n, 0]) : outputs[n, 0]) - (problem.data.targets[n, 0] ?? 0)
    }
    let weighted = Matrix<Ball>(rows: inputs.rows, columns: inputs.columns) { n, i in
      let f = outputs[n, 0]
      return (isLogistic ? .logistic(f) * .logistic(-f) : one) * inputs[n, i]
    }
    return (inputs.transposed() * weighted, inputs.transposed() * residual)
  }

  private static func velocity(
    _ name: String, _ problem: Problem, _ kernel: Matrix<Rational>, _ settings: CheckSettings
  ) -> Instance {
    let precision = settings.precision
    let damping = Rational(1, 3)
    @Sendable func formula(_ penalty: Matrix<Rational>) throws -> Measurement {
      let (metric, gradient) = metricAndGradient(problem, precision: precision)
      let damped = metric + Matrix<Ball>(penalty.scaled(by: damping), precision: precision)
      return BallVector(try (-Ball.solve(damped, gradient)).elements).measurement("β'")
    }
    let isTrivial = kernel == .identity(kernel.rows)
    return Instance(
      "\(name), λ = \(damping)",
      conditions: { [invertible(kernel)] },
      observed: { try dampedVelocity(problem, damping, precision: precision).measurement("β'") },
      predicted: {
        try formula(kernel.inverse().scaled(by: settings.constant("t8-damping: 1 in λK⁻¹", 1)))
      },
      controls: isTrivial
        ? [.init("the metric is M + λ/2") { try formula(kernel.scaled(by: Rational(1, 2))) }]
        : [
          .init("the metric is M + λ, whatever the parametrisation") { try formula(.identity(kernel.rows)) },
          .init("the metric is M + λK") { try formula(kernel) },
        ])
  }

  private static func invertible(_ kernel: Matrix<Rational>) -> Condition {
    let rank = kernel.rank()
    return Condition(
      "K is invertible", rank == kernel.rows ? .certified : .violated, "rank \(rank) of \(kernel.rows)")
  }

  /// (β'(λ) - β'(0))/λ at a small λ against M⁻¹K⁻¹M⁻¹∇L, widened by what is neglected: it is exactly
  /// λM⁻¹K⁻¹(M + λK⁻¹)⁻¹K⁻¹M⁻¹∇L.
  private static func firstOrder(
    _ name: String, _ problem: Problem, _ kernel: Matrix<Rational>, _ settings: CheckSettings
  ) -> Instance {
    let precision = 2 * settings.precision
    let small = Lazy { try Rational(10).power(-settings.digits - 20) }
    @Sendable func formula(_ factor: Rational) throws -> Measurement {
      let damping = try small.value()
      let (metric, gradient) = metricAndGradient(problem, precision: precision)
      let inner = Matrix<Ball>(try kernel.inverse(), precision: precision)
      let damped = metric + inner.map { damping * $0 }
      let once = inner * (try Ball.solve(metric, gradient))
      let twice = try Ball.solve(metric, once)
      let neglected = try Ball.solve(metric, inner * Ball.solve(damped, once))
      return BallVector(
        zip(twice.elements, neglected.elements).map { (factor * $0).addingError(damping * $1) }
      ).measurement("(β'(λ) - β'(0))/λ")
    }
    return Instance(
      "\(name), first order in λ",
      conditions: { [invertible(kernel)] },
      observed: {
        let damping = try small.value()
        let damped = try dampedVelocity(problem, damping, precision: precision)
        let free = try dampedVelocity(problem, 0, precision: precision)
        return (Ball(1 / damping, precision: precision) * (damped - free)).measurement("(β'(λ) - β'(0))/λ")
      },
      predicted: { try formula(settings.constant("t8-damping: 1 in λM⁻¹K⁻¹M⁻¹∇L", 1)) },
      controls: [
        .init("damping speeds β up by as much") { try formula(-1) },
        .init("the order is λ²") { try formula(0) },
      ])
  }
}
