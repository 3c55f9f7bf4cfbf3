import Multiprecision

/// An exact rational multiple.
struct Scale: Operation {
  let factor: Rational

  var key: String { "scale \(factor)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { operands[0] }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    if factor == -1 { return operands[0].map { -$0 } }
    let scalar = Scalar(factor, precision: precision)
    return operands[0].map { scalar * $0 }
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try factor * $0 }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try factor * cotangent]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (operand, multiplier) = (operands[0], arithmetic.multiplier(factor))
    return { k in arithmetic.multiply(output, k, operand, by: multiplier) }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    if factor == -1 { return ("-\(operands[0].text(atLeast: .entrywiseProduct))", .negative) }
    return (
      "\(Formula.text(of: factor)) \(operands[0].text(atLeast: .matrixProduct))",
      factor.signum() < 0 ? .negative : .entrywiseProduct
    )
  }
}
