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
    guard let numerator = Int(exactly: factor.numerator), let denominator = Int(exactly: factor.denominator)
    else {
      return { k in
        arithmetic.assign(output, k, operands[0])
        arithmetic.scale(output, k, by: factor)
      }
    }
    return { k in
      arithmetic.multiply(output, k, operands[0], by: numerator)
      if denominator != 1 { arithmetic.divide(output, k, by: denominator) }
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    if factor == -1 { return ("-\(operands[0].text(atLeast: .entrywiseProduct))", .negative) }
    return (
      "\(Formula.text(of: factor)) \(operands[0].text(atLeast: .matrixProduct))",
      factor.signum() < 0 ? .negative : .entrywiseProduct
    )
  }
}
