import ComputationGraph
import Multiprecision

private let square: OperationCase.Operand = .any(Shape(3, 3))
private let tall: OperationCase.Operand = .any(Shape(3, 2))
private let wide: OperationCase.Operand = .any(Shape(2, 3))
private let positive: OperationCase.Operand = .positive(Shape(2, 3))
private let scalar: OperationCase.Operand = .any(.scalar)

private let constant = Matrix(rows: [[Rational(1, 3), -2, 1], [Rational(5, 7), 0, Rational(-1, 2)]])
private let regular = Matrix<Rational>(rows: [[4, 1, 0], [-1, 5, 2], [Rational(1, 2), 1, 3]])

extension OperationCase {
  static let catalogue: [OperationCase] = sums + products + moves + functions

  private static let sums: [OperationCase] = [
    .init("sum", [wide, wide]) { try $0[0] + $0[1] },
    .init("sum with itself", [wide]) { try $0[0] + $0[0] },
    .init("sum with a constant", [wide]) { try $0[0] + $0[0].graph.constant(constant) },
    .init("constant added to all", [wide]) { try $0[0] + Rational(2, 3) },
    .init("difference", [wide, wide]) { try $0[0] - $0[1] },
    .init("constant minus", [wide]) { try Rational(2, 3) - $0[0] },
    .init("negative", [wide]) { try -$0[0] },
    .init("integer multiple", [wide]) { try 7 * $0[0] },
    .init("rational multiple", [wide]) { try Rational(-3, 7) * $0[0] },
    .init("multiple by a long rational", [wide]) {
      try Rational(parsing: "123456789012345678901234567891/98765432109876543210987654321") * $0[0]
    },
    .init("sum of all", [wide]) { try $0[0].sum() },
    .init("sum of rows", [wide]) { try $0[0].sumOfRows() },
    .init("sum of columns", [wide]) { try $0[0].sumOfColumns() },
  ]

  private static let products: [OperationCase] = [
    .init("entrywise product", [wide, wide]) { try $0[0] * $0[1] },
    .init("entrywise square", [wide]) { try $0[0] * $0[0] },
    .init("constant ∘ x", [wide]) { try $0[0].graph.constant(constant) * $0[0] },
    .init("x ∘ constant", [wide]) { try $0[0] * $0[0].graph.constant(constant) },
    .init("scalar times matrix", [scalar, wide]) { try $0[0] * $0[1] },
    .init("matrix times scalar", [wide, scalar]) { try $0[0] * $0[1] },
    .init("quotient", [wide, positive]) { try $0[0] / $0[1] },
    .init("constant over", [positive]) { try $0[0].graph.constant(constant) / $0[0] },
    .init("A B", [wide, tall]) { try $0[0].times($0[1]) },
    .init("Aᵀ B", [tall, tall]) { try $0[0].transposed().times($0[1]) },
    .init("A Bᵀ", [wide, wide]) { try $0[0].times($0[1].transposed()) },
    .init("Aᵀ Bᵀ", [tall, wide]) { try $0[0].transposed().times($0[1].transposed()) },
    .init("A A", [square]) { try $0[0].times($0[0]) },
    .init("A Aᵀ", [wide]) { try $0[0].times($0[0].transposed()) },
    .init("A Aᵀ A", [wide]) { try $0[0].times($0[0].transposed()).times($0[0]) },
    .init("constant times matrix", [tall]) { try $0[0].graph.constant(constant).times($0[0]) },
    .init("matrix times constant", [tall]) { try $0[0].times($0[0].graph.constant(constant)) },
    .init("row times column", [.any(Shape(1, 4)), .any(Shape(4, 1))]) { try $0[0].times($0[1]) },
    .init("column times row", [.any(Shape(3, 1)), .any(Shape(1, 2))]) { try $0[0].times($0[1]) },
    .init("solve", [.regular(3), tall]) { try $0[0].solving($0[1]) },
    .init("solve with a constant matrix", [tall]) { try $0[0].graph.constant(regular).solving($0[0]) },
    .init("solve for a constant", [.regular(2)]) { try $0[0].solving($0[0].graph.constant(constant)) },
    .init("solve twice with one matrix", [.regular(3), tall]) { try $0[0].solving($0[0].solving($0[1])) },
    .init("solve 1×1", [.positive(.scalar), scalar]) { try $0[0].solving($0[1]) },
  ]

  private static let moves: [OperationCase] = [
    .init("transpose", [wide]) { try $0[0].transposed() },
    .init("reshape", [wide]) { try $0[0].reshaped(to: Shape(1, 6)) },
    .init("broadcast of a scalar", [scalar]) { try $0[0].broadcast(to: Shape(2, 3)) },
    .init("broadcast of a row", [.any(Shape(1, 3))]) { try $0[0].broadcast(to: Shape(2, 3)) },
    .init("broadcast of a column", [.any(Shape(2, 1))]) { try $0[0].broadcast(to: Shape(2, 3)) },
    .init("broadcast of a scalar to a row", [scalar]) { try $0[0].broadcast(to: Shape(1, 3)) },
    .init("broadcast of a scalar to a column", [scalar]) { try $0[0].broadcast(to: Shape(3, 1)) },
    .init("slice", [square]) { try $0[0].slice(rows: 1..<3, columns: 0..<2) },
    .init("selection with repetition", [square]) { try $0[0].select(rows: [2, 0, 2], columns: [1, 1]) },
    .init("embedding", [wide]) { try $0[0].embedded(rows: [3, 0], columns: [0, 1, 3], in: Shape(4, 4)) },
    .init("embedding with repetition", [tall]) {
      try $0[0].embedded(rows: [1, 1, 0], columns: [2, 2], in: Shape(2, 3))
    },
    .init("stack", [wide, square]) { try Node.stacked([$0[0], $0[1], $0[0].graph.constant(constant)]) },
    .init("stack of a constant and x", [wide]) { try Node.stacked([$0[0].graph.constant(constant), $0[0]]) },
    .init("join", [wide, .any(Shape(2, 2))]) { try Node.joined([$0[0], $0[1], $0[0]]) },
  ]

  private static let functions: [OperationCase] = [
    .init("exp", [wide]) { try $0[0].exp() },
    .init("log", [positive]) { try $0[0].log() },
    .init("logistic", [wide]) { try $0[0].logistic() },
    .init("softplus", [wide]) { try $0[0].softplus() },
    .init("tanh", [wide]) { try $0[0].tanh() },
    .init("sqrt", [positive]) { try $0[0].sqrt() },
    .init("reciprocal", [positive]) { try $0[0].reciprocal() },
    .init("power 0", [wide]) { try $0[0].power(0) },
    .init("power 3", [wide]) { try $0[0].power(3) },
    .init("power -2", [positive]) { try $0[0].power(-2) },
    .init("power 5/3", [positive]) { try $0[0].power(Rational(5, 3)) },
    .init("power -1/2", [positive]) { try $0[0].power(Rational(-1, 2)) },
    .init("power 4 as a rational", [wide]) { try $0[0].power(Rational(4)) },
  ]
}
