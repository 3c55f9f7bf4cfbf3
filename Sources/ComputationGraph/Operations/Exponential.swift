import Multiprecision

/// u = e^x; from u' = x' u: k u_k = Σ_{j=1..k} (j x_j) u_{k-j}.
struct Exponential: EntrywiseFunction {
  var key: String { "exp" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .exp(x) }

  func derivative(at operand: Node, node: Node) throws -> Node { node }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.exp, output, x) } }
    let euler = arithmetic.series(shape, isConstant: false)
    let sum = arithmetic.convolution(euler, from: 1, output, from: 0)
    return { k in
      arithmetic.euler(euler, k, of: x)
      if k == 0 { return try arithmetic.applyToHead(.exp, output, x) }
      arithmetic.evaluate(sum, output, k, dividedBy: k)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("e^{\(operands[0].text)}", .power)
  }
}
