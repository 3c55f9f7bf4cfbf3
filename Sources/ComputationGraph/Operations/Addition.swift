import Multiprecision

/// a + b, entry by entry.
struct Addition: Operation {
  var key: String { "+" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { try equalShapes("sum", operands) }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    operands[0] + operands[1]
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    guard let left = tangents[0] else { return tangents[1] }
    guard let right = tangents[1] else { return left }
    return try left + right
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [cotangent, cotangent]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (left, right) = (operands[0], operands[1])
    return { k in
      arithmetic.assign(output, k, left)
      arithmetic.add(output, k, right)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    // A sum that begins with a minus sign is as loose as one.
    (
      "\(operands[0].text) + \(operands[1].text(atLeast: .sum))",
      operands[0].binding == .negative ? .negative : .sum
    )
  }
}

/// The shape that both operands of an entrywise operation have.
func equalShapes(_ operation: String, _ operands: [Shape]) throws(ShapeError) -> Shape {
  guard operands.count == 2, operands[0] == operands[1] else {
    throw ShapeError(operation, operands, expected: "two equal shapes")
  }
  return operands[0]
}
