import Multiprecision

/// x = K⁻¹ b for a square matrix K; from K x = b: x_k = K_0⁻¹ (b_k - Σ_{j=1..k} K_j x_{k-j}).
/// K_0 is factored once for all orders.
struct Solve: Operation {
  var key: String { "solve" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    guard operands[0].rows == operands[0].columns, operands[0].rows == operands[1].rows else {
      throw ShapeError("solve", operands, expected: "n×n and n×r")
    }
    return operands[1]
  }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    try Scalar.solve(operands[0], operands[1])
  }

  /// K x' = b' - K' x.
  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    let moved = try tangents[0].map { try -$0.times(node) }
    let right = try Addition().tangent(of: node, operands: operands, tangents: [tangents[1], moved])
    return try right.map { try operands[0].solving($0) }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    let right = try operands[0].transposed().solving(cotangent)
    return [try -right.times(node.transposed()), right]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (matrix, right) = (operands[0], operands[1])
    let factorization = arithmetic.factorization(of: matrix, size: shape.rows)
    let tail =
      arithmetic.isConstant(matrix)
      ? nil
      : arithmetic.product(
        matrix, shapes[0], isTransposed: false, from: 1, output, shape, isTransposed: false)
    let rest = arithmetic.series(shape, isConstant: false)
    return { k in
      if k == 0 { try arithmetic.factor(factorization) }
      if k > 0, let tail {
        arithmetic.evaluate(tail, rest, k)
        arithmetic.negate(rest, k)
        arithmetic.add(rest, k, right)
      } else {
        arithmetic.assign(rest, k, right)
      }
      arithmetic.solve(factorization, output, k, rest)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\(operands[0].text(atLeast: .atom))^{-1} \(operands[1].text(atLeast: .matrixProduct))", .matrixProduct)
  }
}
