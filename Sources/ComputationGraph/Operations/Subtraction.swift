import Multiprecision

/// a - b, entry by entry.
struct Subtraction: Operation {
  var key: String { "-" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { try equalShapes("difference", operands) }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    operands[0] - operands[1]
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    guard let right = tangents[1] else { return tangents[0] }
    guard let left = tangents[0] else { return try -right }
    return try left - right
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [cotangent, try -cotangent]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (left, right) = (operands[0], operands[1])
    return { k in
      arithmetic.assign(output, k, left)
      arithmetic.subtract(output, k, right)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    (
      "\(operands[0].text) - \(operands[1].text(atLeast: .entrywiseProduct))",
      operands[0].binding == .negative ? .negative : .sum
    )
  }
}
