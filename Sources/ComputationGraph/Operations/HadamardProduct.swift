import Multiprecision

/// The entrywise product a ∘ b; series: (a ∘ b)_k = Σ_{j=0..k} a_j ∘ b_{k-j}.
struct HadamardProduct: Operation {
  var key: String { "∘" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    try equalShapes("entrywise product", operands)
  }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    Matrix(
      rows: shape.rows, columns: shape.columns,
      elements: zip(operands[0].elements, operands[1].elements).map { $0 * $1 })
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    let left = try tangents[0].map { try $0 * operands[1] }
    let right = try tangents[1].map { try operands[0] * $0 }
    return try Addition().tangent(of: node, operands: operands, tangents: [left, right])
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try cotangent * operands[1], try cotangent * operands[0]]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let product = arithmetic.convolution(operands[0], from: 0, operands[1], from: 0)
    return { k in arithmetic.evaluate(product, output, k) }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    (
      "\(operands[0].text(atLeast: .entrywiseProduct)) \\circ \(operands[1].text(atLeast: .entrywiseProduct))",
      .entrywiseProduct
    )
  }
}
