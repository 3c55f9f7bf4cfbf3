import Multiprecision

/// The matrix product A B, either factor transposed if flagged; series: Σ_{j=0..k} A_j B_{k-j}, one dot
/// product of length (k + 1)·inner for each entry.
struct MatrixProduct: Operation {
  var leftIsTransposed = false
  var rightIsTransposed = false

  var key: String { "matmul\(leftIsTransposed ? " leftᵀ" : "")\(rightIsTransposed ? " rightᵀ" : "")" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    let left = leftIsTransposed ? operands[0].transposed : operands[0]
    let right = rightIsTransposed ? operands[1].transposed : operands[1]
    guard left.columns == right.rows else {
      throw ShapeError("matrix product", [left, right], expected: "p×q and q×r")
    }
    return Shape(left.rows, right.columns)
  }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    (leftIsTransposed ? operands[0].transposed() : operands[0])
      * (rightIsTransposed ? operands[1].transposed() : operands[1])
  }

  private func factors(_ left: Node, _ right: Node) throws -> (Node, Node) {
    (leftIsTransposed ? try left.transposed() : left, rightIsTransposed ? try right.transposed() : right)
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    let left = try tangents[0].map { tangent in
      let (a, b) = try factors(tangent, operands[1])
      return try a.times(b)
    }
    let right = try tangents[1].map { tangent in
      let (a, b) = try factors(operands[0], tangent)
      return try a.times(b)
    }
    return try Addition().tangent(of: node, operands: operands, tangents: [left, right])
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    let (a, b) = try factors(operands[0], operands[1])
    let left =
      leftIsTransposed
      ? try b.times(cotangent.transposed()) : try cotangent.times(b.transposed())
    let right =
      rightIsTransposed
      ? try cotangent.transposed().times(a) : try a.transposed().times(cotangent)
    return [left, right]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let product = arithmetic.product(
      operands[0], shapes[0], isTransposed: leftIsTransposed, from: 0,
      operands[1], shapes[1], isTransposed: rightIsTransposed)
    return { k in arithmetic.evaluate(product, output, k) }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    func factor(_ operand: Formula, isTransposed: Bool) -> String {
      isTransposed ? operand.text(atLeast: .atom) + "^\\top" : operand.text(atLeast: .matrixProduct)
    }
    let left = factor(operands[0], isTransposed: leftIsTransposed)
    let right = factor(operands[1], isTransposed: rightIsTransposed)
    return ("\(left) \(right)", .matrixProduct)
  }
}
