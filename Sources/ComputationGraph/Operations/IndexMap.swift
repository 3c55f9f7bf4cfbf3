import Multiprecision

/// An operation that only moves entries of its one operand: entry e of the result is entry map[e] of the
/// operand (both row-major). Transpose, reshape, broadcast and slice are such maps.
protocol IndexMap: Operation {
  func map(from operand: Shape, to shape: Shape) -> [Int]
  func cotangent(of operand: Node, cotangent: Node) throws -> Node
}

extension IndexMap {
  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    let operand = operands[0]
    return Matrix(
      rows: shape.rows, columns: shape.columns,
      elements: map(from: Shape(operand.rows, operand.columns), to: shape).map { operand.elements[$0] })
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try node.graph.apply(self, [$0]) }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try self.cotangent(of: operands[0], cotangent: cotangent)]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (operand, map) = (operands[0], map(from: shapes[0], to: shape))
    return { k in arithmetic.gather(output, k, from: operand, at: map) }
  }
}
