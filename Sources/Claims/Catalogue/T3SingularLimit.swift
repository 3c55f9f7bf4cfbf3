import Learning
import Multiprecision

/// T3: damping tends to the Moore–Penrose inverse; a measure that tends to the training inputs does not.
extension Claim {
  static let t3SingularLimit = Claim(
    id: "t3-singular-limit",
    title: "Vanishing damping gives the Moore–Penrose velocity, vanishing weights elsewhere do not",
    statement:
      "As λ → 0, (F + λ)⁻¹∇L = F⁺∇L - λ F⁺²∇L + O(λ²). Under ν_ε = training inputs + ε·(other inputs) the velocity "
      + "tends to another limit: of those that give the training outputs f' = -D⁻¹r, the one that moves the other "
      + "outputs least.",
    hypotheses: ["∇L is in the range of F", "the Jacobian on the training inputs has full row rank"],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "any model at any point with a training Jacobian of full row rank; any other inputs",
      tested:
        "exact velocities of deep linear networks, depths 2 to 3, d from 3 to 4, N from 1 to 2, one to five other inputs; "
        + "weights D and residuals drawn")
  ) { settings in
    try [
      damping([3, 2, 1], training: 2, stream: 440, settings),
      damping([4, 2, 2, 1], training: 2, stream: 441, settings),
      spanning([3, 2, 1], training: 1, others: 4, stream: 442, settings),
      spanning([4, 3, 2, 1], training: 2, others: 5, stream: 443, settings),
      frozen([4, 2, 1], training: 2, others: 1, stream: 444, settings),
      frozen([4, 2, 2, 1], training: 1, others: 2, stream: 445, settings),
    ]
  }

  /// ((F + λ)⁻¹∇L - F⁺∇L)/λ = -F⁺²∇L, within λ‖F⁺³∇L‖, and the order of the difference: its part in each eigenvector
  /// of F is λ g/(μ(μ + λ)), so that halving λ divides it by between 2(1 - λ/2(μ + λ)) and 2, with μ ≥ 1/tr F⁺.
  private static func damping(
    _ widths: [Int], training: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    let point = try SingularPoint(widths, training: training, others: 0, stream: stream, settings)
    let precision = settings.precision
    let inverse = point.fisher(othersWeight: 0).moorePenroseInverse()
    let natural = inverse * point.gradient
    let smallest = try (0..<inverse.rows).reduce(Rational(0)) { $0 + inverse[$1, $1] }.reciprocal()
    let tiny = try Rational(10).power(-settings.workingDigits - 10)
    @Sendable func deviation(_ damping: Rational) -> Matrix<Rational> {
      let damped = ExactNaturalGradient.velocity(
        measure: point.trainingJacobian, weights: point.weights, gradient: point.gradient, damping: damping)
      return -damped - natural
    }
    let second = inverse * natural
    let remainder = Ball(tiny, precision: precision) * norm(inverse * second, precision)
    @Sendable func predicted(_ coefficient: Matrix<Rational>, order: Rational) -> Measurement {
      let first = Measurement.exact(coefficient, "first order", precision: precision)
        .map { $1.addingError(remainder) }
      let (one, ratio) = (Ball(1, precision: precision), Ball(tiny / smallest, precision: precision))
      let loss = Ball.log((one + ratio) / (one + Rational(1, 2) * ratio)) / Ball.log(one + one)
      let top = Ball(order, precision: precision)
      return Measurement(first.entries + [.init("order", .between(top - loss, top))], isRigorous: true)
    }
    let minus = settings.constant("t3-singular-limit: -1 in -λF⁺²", -1)
    let order = settings.constant("t3-singular-limit: 1, the order in λ", 1)
    return Instance(
      "damping, \(point.name)",
      observed: {
        let ratio = norm(deviation(tiny), precision) / norm(deviation(tiny / 2), precision)
        let two = Ball(2, precision: precision)
        let measured = Measurement.exact(
          deviation(tiny).scaled(by: 1 / tiny), "first order", precision: precision)
        return Measurement(
          measured.entries + [.init("order", Ball.log(ratio) / Ball.log(two))], isRigorous: true)
      },
      predicted: { predicted(second.scaled(by: minus), order: order) },
      controls: [
        .init("the first order is -λF⁺∇L") { predicted(-natural, order: 1) },
        .init("the difference is of second order") { predicted(-second, order: 2) },
        .init("the difference is of order 1/2") { predicted(-second, order: Rational(1, 2)) },
      ])
  }

  /// Other inputs that span R^d: β' → v_0 = M_r⁻¹Xᵀ(XM_r⁻¹Xᵀ)⁻¹f', and (β' - v_0)/ε → -v_1, v_1 = M_r⁻¹XᵀS⁻¹D⁻¹S⁻¹f' with
  /// S = XM_r⁻¹Xᵀ, within ε‖v_2‖ in the metric M_r. Control: β' tends to the Moore–Penrose one.
  private static func spanning(
    _ widths: [Int], training: Int, others: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    let point = try SingularPoint(widths, training: training, others: others, stream: stream, settings)
    let precision = settings.precision
    let tiny = try Rational(10).power(-settings.workingDigits - 10)
    let terms = try point.limitExpansion()
    let moorePenrose = point.endToEnd(of: point.naturalGradient(othersWeight: 0))
    let (bounds, limit) = (try point.spread(), terms[0])
    @Sendable func radius(_ next: Matrix<Rational>) -> Ball {
      // |x_i| ≤ √(M_r⁻¹)_ii ‖x‖ in the metric M_r.
      let square = (next.transposed() * point.othersMetric * next)[0, 0]
      return Ball(tiny, precision: precision) * .sqrt(Ball(bounds * square, precision: precision))
    }
    @Sendable func predicted(_ limit: Matrix<Rational>, _ slope: Matrix<Rational>) -> Measurement {
      .joined([
        Measurement.exact(limit, "β' at small ε", precision: precision).map {
          $1.addingError(radius(terms[1]))
        },
        Measurement.exact(slope, "first order in ε", precision: precision)
          .map { $1.addingError(radius(terms[2])) },
      ])
    }
    let minus = settings.constant("t3-singular-limit: -1 in -εv_1", -1)
    return Instance(
      "other inputs that span, \(point.name)",
      observed: {
        let velocity = point.endToEnd(of: point.naturalGradient(othersWeight: tiny))
        return .joined([
          .exact(velocity, "β' at small ε", precision: precision),
          .exact((velocity - limit).scaled(by: 1 / tiny), "first order in ε", precision: precision),
        ])
      },
      predicted: { predicted(limit, terms[1].scaled(by: minus)) },
      controls: [
        .init("β' tends to the Moore–Penrose velocity") { predicted(moorePenrose, -terms[1]) },
        .init("β' tends to X⁺f'") {
          predicted(point.training.moorePenroseInverse() * point.outputVelocity, -terms[1])
        },
      ])
  }

  /// A Jacobian of full row rank on all inputs: for every ε > 0 the velocity is J⁺(f', 0), and the other outputs do
  /// not move. Control: at small ε they do, as under the training inputs alone.
  private static func frozen(
    _ widths: [Int], training: Int, others: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    let point = try SingularPoint(widths, training: training, others: others, stream: stream, settings)
    let precision = settings.precision
    let weights: [Rational] = [1, Rational(1, 1000), try Rational(10).power(-settings.workingDigits)]
    let zeros = Matrix<Rational>(rows: others, columns: 1, repeating: 0)
    let velocity = Matrix(column: point.outputVelocity.elements + zeros.elements)
    let predicted = point.jacobian.moorePenroseInverse() * velocity
    let alone = point.naturalGradient(othersWeight: 0)
    @Sendable func repeated(_ matrix: Matrix<Rational>) -> Measurement {
      .joined(weights.map { _ in .exact(matrix, "θ'", precision: precision) })
    }
    return Instance(
      "few other inputs, \(point.name)",
      observed: {
        .joined(weights.map { .exact(point.naturalGradient(othersWeight: $0), "θ'", precision: precision) })
      },
      predicted: { repeated(predicted) },
      controls: [
        .init("θ' is that of the training inputs alone") { repeated(alone) }
      ])
  }

  private static func norm(_ vector: Matrix<Rational>, _ precision: Int) -> Ball {
    .sqrt(Ball(vector.elements.reduce(0) { $0 + $1 * $1 }, precision: precision))
  }
}
