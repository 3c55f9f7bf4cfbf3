import ComputationGraph
import Integrators
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
          let problem = try problem(model, loss, count: count, &random)
          let kernel = Self.kernel(problem)
          let title = "\(name), \(loss), N = \(count), d = 3"
          instances.append(velocity(title, problem, kernel, settings))
          if count == 3 { instances.append(firstOrder(title, problem, kernel, settings)) }
        }
      }
    }
    instances.append(try path("linear", isProduct: false, settings))
    instances.append(try path("u∘v", isProduct: true, settings))
    return instances
  }

  private static func problem(
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

  /// Squared loss, N = d: with β₀ - β* = a, (β_λ(T) - β_0(T))/λ tends to e^-T M⁻¹ (a_i J_i), J_i = ∫ dt/K_i, where
  /// K = 1, or K_i = √(c_i² + 4β_i²) with the conserved c = u² - v² along β_i = β*_i + a_i e^-t.
  private static func path(_ name: String, isProduct: Bool, _ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 940)
    let product = try problem(
      DiagonalModel(inputCount: 2, form: .product, depth: 2), .gaussian, count: 2, &random)
    let weights = product.model.exactEndToEndMatrix(product.initial)
    let linear = try Problem(
      model: DeepLinearModel(widths: [2, 1]), data: product.data, likelihood: .gaussian, flow: product.flow,
      initial: [weights], times: [0])
    let problem = isProduct ? product : linear
    let digits = 2 * settings.digits + 50
    let precision = Int(Double(digits) * 3.33) + 64
    let x = problem.data.inputs
    let metric = x.transposed() * x
    let best = try metric.solve(x.transposed() * problem.data.targets.map { $0 ?? 0 })
    let offset = weights.transposed() - best
    @Sendable func reciprocalIntegral(_ i: Int) -> Ball {
      guard isProduct else { return Ball(1, precision: precision) }
      let (u, v) = (product.initial[0][i, 0], product.initial[1][i, 0])
      return damped(
        conserved: u * u - v * v, limit: best[i, 0], offset: offset[i, 0], precision: precision)
    }
    @Sendable func predicted(_ factor: Rational, _ integral: (Int) -> Ball) throws -> Measurement {
      let right = Matrix<Ball>(rows: 2, columns: 1) { i, _ in offset[i, 0] * integral(i) }
      let decay = factor * Ball.exp(Ball(-1, precision: precision))
      let moved = try Ball.solve(Matrix<Ball>(metric, precision: precision), right)
      // The second order, of which only the size is known: its coefficient is taken to be below 10^10.
      let neglected = Ball(try Rational(10).power(-settings.digits - 10), precision: precision)
      return BallVector(moved.elements.map { (decay * $0).addingError(neglected) }).measurement("(β_λ - β_0)/λ at t = 1")
    }
    let one = Ball(1, precision: precision)
    return Instance(
      "path of \(name), squared loss, N = d = 2, first order in λ",
      conditions: { try product.invarianceConditions() },
      observed: {
        let small = try Rational(10).power(-settings.digits - 20)
        func end(_ damping: Rational) throws -> Measurement {
          let flow = try problem.with(flow: .naturalGradient(.trainingInputs, damping: damping)).at([1])
          let trajectory = IntegratedTrajectory {
            try TaylorIntegrator(digits: digits).integrate(flow.vectorField(), from: flow.initial, at: [1])
          }
          return try trajectory.measure("β") { try Observable.endToEnd.node(flow.observables($0)) }
        }
        let (damped, free) = (try end(small), try end(0))
        let scale = Ball(1 / small, precision: precision)
        return Measurement(
          zip(damped.entries, free.entries).enumerated().map { i, pair in
            let difference = pair.0.ball.flatMap { a in pair.1.ball.map { scale * (a - $0) } }
            return .init("(β_λ - β_0)/λ at t = 1[\(i)]", difference)
          }, isRigorous: false)
      },
      predicted: {
        try predicted(settings.constant("t8-damping: 1 in the path's deviation", 1), reciprocalIntegral)
      },
      controls: [
        .init("the path does not depend on λ at first order") { try predicted(0, reciprocalIntegral) },
        isProduct
          ? .init("it moves as the linear model's") { try predicted(1) { _ in one } }
          : .init("it decays with e^-2t") { try predicted(1) { _ in .exp(-one) } },
      ])
  }

  /// ∫_0^1 dt/√(c² + 4(b + a e^-t)²) = F(a) - F(a/e), F(p) = -log((2A + Bp + 2√A√(A + Bp + 4p²))/|p|)/√A with
  /// A = c² + 4b², B = 8b.
  private static func damped(conserved c: Rational, limit b: Rational, offset a: Rational, precision: Int)
    -> Ball
  {
    let square = c * c + 4 * b * b
    let root = Ball.sqrt(Ball(square, precision: precision))
    let end = Ball.exp(Ball(-1, precision: precision))
    if a.isZero { return Ball(1, precision: precision) / root }
    func logarithm(_ p: Ball) -> Ball {
      let linear = (8 * b) * p
      let quadratic = Ball.sqrt(linear + 4 * p.squared() + square)
      return .log((linear + 2 * root * quadratic + 2 * square) / p.magnitude)
    }
    let start = Ball(a, precision: precision)
    return (logarithm(start * end) - logarithm(start)) / root
  }
}
