import ComputationGraph
import Multiprecision
import Testing

/// Identities between series of high order, below and above the precision where products are relaxed.
@Suite struct SeriesIdentityTests {
  struct Identity: Sendable, CustomTestStringConvertible {
    let name: String
    let operands: [OperationCase.Operand]
    let sides: @Sendable ([Node]) throws -> (Node, Node)
    var testDescription: String { name }

    init(
      _ name: String, _ operands: [OperationCase.Operand],
      _ sides: @escaping @Sendable ([Node]) throws -> (Node, Node)
    ) {
      (self.name, self.operands, self.sides) = (name, operands, sides)
    }
  }

  static let identities: [Identity] = functions + matrices

  private static let any: OperationCase.Operand = .any(Shape(2, 3))
  private static let positive: OperationCase.Operand = .positive(Shape(2, 3))

  private static let functions: [Identity] = [
    .init("log(exp x) = x", [any]) { (try $0[0].exp().log(), $0[0]) },
    .init("exp(log x) = x", [positive]) { (try $0[0].log().exp(), $0[0]) },
    .init("(√x)² = x", [positive]) { x in
      let root = try x[0].sqrt()
      return (try root * root, x[0])
    },
    .init("x · 1/x = 1", [positive]) {
      (try $0[0] * $0[0].reciprocal(), $0[0].graph.constant(1, shape: Shape(2, 3)))
    },
    .init("(x^(5/3))³ = x⁵", [positive]) { (try $0[0].power(Rational(5, 3)).power(3), try $0[0].power(5)) },
    .init("x^(-1/2) √x = 1", [positive]) {
      (try $0[0].power(Rational(-1, 2)) * $0[0].sqrt(), $0[0].graph.constant(1, shape: Shape(2, 3)))
    },
    .init("tanh x = 2 logistic(2x) - 1", [any]) {
      (try $0[0].tanh(), try 2 * (2 * $0[0]).logistic() + Rational(-1))
    },
    .init("logistic x = 1/(1 + e^-x)", [any]) {
      (try $0[0].logistic(), try ((-$0[0]).exp() + 1).reciprocal())
    },
    .init("softplus x = log(1 + e^x)", [any]) { (try $0[0].softplus(), try ($0[0].exp() + 1).log()) },
    .init("exp(x + y) = exp x exp y", [any, any]) {
      (try ($0[0] + $0[1]).exp(), try $0[0].exp() * $0[1].exp())
    },
    .init("(x - y)(x + y) = x² - y²", [any, any]) {
      (try ($0[0] - $0[1]) * ($0[0] + $0[1]), try $0[0] * $0[0] - $0[1] * $0[1])
    },
  ]

  private static let square: OperationCase.Operand = .any(Shape(3, 3))

  private static let matrices: [Identity] = [
    .init("K (K⁻¹ B) = B", [.regular(3), .any(Shape(3, 2))]) {
      (try $0[0].times($0[0].solving($0[1])), $0[1])
    },
    .init("K⁻¹ (K B) = B", [.regular(3), .any(Shape(3, 2))]) {
      (try $0[0].solving($0[0].times($0[1])), $0[1])
    },
    .init("(A B)ᵀ = Bᵀ Aᵀ", [any, square]) {
      (try $0[0].times($0[1]).transposed(), try $0[1].transposed().times($0[0].transposed()))
    },
    .init("A (B C) = (A B) C", [any, square, square]) {
      (try $0[0].times($0[1].times($0[2])), try $0[0].times($0[1]).times($0[2]))
    },
    .init("A B = Σ columns ∘ rows", [any, square]) { operands in
      let shape = Shape(2, 3)
      let terms = try (0..<3).map { m in
        try operands[0].select(rows: [0, 1], columns: [m]).broadcast(to: shape)
          * operands[1].select(rows: [m]).broadcast(to: shape)
      }
      return (try operands[0].times(operands[1]), try terms[0] + terms[1] + terms[2])
    },
    .init("A Aᵀ with a constant beside it", [any]) { operands in
      let ones = operands[0].graph.constant(1, shape: Shape(2, 1))
      let joined = try Node.joined([operands[0], ones])
      let gram = try operands[0].times(operands[0].transposed())
      return (try joined.times(joined.transposed()), try gram + Rational(1))
    },
    .init("[A; B] C = [A C; B C]", [any, square, square]) {
      (
        try Node.stacked([$0[0], $0[1]]).times($0[2]),
        try Node.stacked([$0[0].times($0[2]), $0[1].times($0[2])])
      )
    },
    .init("an embedding is a product with a selection", [any]) { operands in
      let selection = operands[0].graph.constant(Matrix(rows: [[0, 1], [0, 0], [1, 0], [0, 0]]))
      return (try operands[0].embedded(rows: [2, 0], in: Shape(4, 3)), try selection.times(operands[0]))
    },
    .init("sums are products with ones", [any]) { operands in
      let graph = operands[0].graph
      return (
        try operands[0].sumOfRows().sum() + operands[0].sumOfColumns().sumOfRows(),
        try 2
          * graph.constant(1, shape: Shape(1, 2)).times(operands[0]).times(
            graph.constant(1, shape: Shape(3, 1)))
      )
    },
  ]

  struct Setting: Sendable {
    let precision: Int
    let engine: SeriesEngine
    static let all = [400, 1100].flatMap { precision in
      [SeriesEngine.ball, .fixedPoint].map { Setting(precision: precision, engine: $0) }
    }
  }

  @Test(arguments: identities, Setting.all)
  func bothSidesHaveOneSeries(_ identity: Identity, _ setting: Setting) throws {
    let precision = setting.precision
    try forEachTrial(2) { seed, generator in
      let operands = OperationCase(identity.name, identity.operands) { $0[0] }
        .polynomials(&generator, moving: Set(identity.operands.indices))
      let order = 150
      let probe = SeriesProbe(precision: precision, order: order, engine: setting.engine)
      let sides = try probe.coefficients(of: operands) { nodes in
        let (left, right) = try identity.sides(nodes)
        return [left, right]
      }
      // Rounding is relative to the largest coefficients so far.
      for k in 0...order {
        let error = (sides[0][k] - sides[1][k]).log2Magnitude
        let size = max(0, sides[0][...k].map(\.log2Magnitude).max() ?? 0)
        #expect(
          error < size - Double(precision - 80), "\(identity.name), order \(k), seed \(seed): 2^\(error)")
      }
    }
  }
}
