import Multiprecision

/// u = log(1 + e^x); from u' = s x' with s = logistic(x): k u_k = Σ_{j=1..k} (j x_j) s_{k-j}.
///
/// Its operands are x and logistic(x), so that a graph that holds both computes the logistic series once.
struct Softplus: Operation {
  var key: String { "softplus" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { try equalShapes("softplus", operands) }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    operands[0].map { .softplus($0) }
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try operands[1] * $0 }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try operands[1] * cotangent, nil]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.softplus, output, x) } }
    let euler = arithmetic.series(shape, isConstant: false)
    let sum = arithmetic.convolution(euler, from: 1, operands[1], from: 0)
    return { k in
      arithmetic.euler(euler, k, of: x)
      if k == 0 { return try arithmetic.applyToHead(.softplus, output, x) }
      arithmetic.evaluate(sum, output, k, dividedBy: k)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\log\\left(1 + e^{\(operands[0].text)}\\right)", .atom)
  }
}
