import Integrators
import Learning
import Multiprecision

/// How far damping moves a path, at first order: T8.
enum DampedPath {
  /// Squared loss, N = d: with β₀ - β* = a, (β_λ(T) - β_0(T))/λ tends to e^-T M⁻¹ (a_i J_i), J_i = ∫ dt/K_i, where
  /// K = 1, or K_i = √(c_i² + 4β_i²) with the conserved c = u² - v² along β_i = β*_i + a_i e^-t.
  static func instance(_ name: String, isProduct: Bool, _ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 940)
    let product = try Claim.dampingProblem(
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
      return Self.reciprocalIntegral(
        conserved: u * u - v * v, limit: best[i, 0], offset: offset[i, 0], precision: precision)
    }
    @Sendable func predicted(_ factor: Rational, _ integral: (Int) -> Ball) throws -> Measurement {
      let right = Matrix<Ball>(rows: 2, columns: 1) { i, _ in offset[i, 0] * integral(i) }
      let decay = factor * Ball.exp(Ball(-1, precision: precision))
      let moved = try Ball.solve(Matrix<Ball>(metric, precision: precision), right)
      // The second order, of which only the size is known: its coefficient is taken to be below 10^10.
      let neglected = Ball(try Rational(10).power(-settings.digits - 10), precision: precision)
      return BallVector(moved.elements.map { (decay * $0).addingError(neglected) }).measurement(
        "(β_λ - β_0)/λ at t = 1")
    }
    let one = Ball(1, precision: precision)
    let small = try Rational(10).power(-settings.digits - 20)
    let paths = try [small, Rational(0)].map { damping in
      let flow = try problem.with(flow: .naturalGradient(.trainingInputs, damping: damping)).at([1])
      let path = IntegratedTrajectory(
        from: flow.initial, at: flow.times, settings, digits: digits
      ) { try flow.vectorField() }
      return (flow, path)
    }
    return Instance(
      "path of \(name), squared loss, N = d = 2, first order in λ",
      along: paths[1].1, conditions: { try product.invarianceConditions() },
      observed: {
        let ends = try paths.map { flow, path in
          try path.measure("β") { try Observable.endToEnd.node(flow.observables($0)) }
        }
        let (damped, free) = (ends[0], ends[1])
        let scale = Ball(1 / small, precision: precision)
        return Measurement(
          zip(damped.entries, free.entries).enumerated().map { i, pair in
            let difference = pair.0.ball.flatMap { a in pair.1.ball.map { scale * (a - $0) } }
            return .init("(β_λ - β_0)/λ at t = 1[\(i)]", difference)
          }, from: ends)
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
  private static func reciprocalIntegral(
    conserved c: Rational, limit b: Rational, offset a: Rational, precision: Int
  )
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
