import Multiprecision

/// u = 1/x, x ≠ 0; from x u = 1: u_k = -u_0 Σ_{j=1..k} x_j u_{k-j}.
struct Reciprocal: EntrywiseFunction {
  var key: String { "reciprocal" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar {
    Scalar(1, precision: precision) / x
  }

  func derivative(at operand: Node, node: Node) throws -> Node { try -(node * node) }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    let rest = arithmetic.series(shape, isConstant: false)
    let sum = arithmetic.convolution(x, from: 1, output, from: 0)
    return { k in
      if k == 0 { return try arithmetic.applyToHead(.reciprocal, output, x) }
      arithmetic.evaluate(sum, rest, k)
      arithmetic.multiply(output, k, rest, byHeadOf: output)
      arithmetic.negate(output, k)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\frac{1}{\(operands[0].text)}", .power)
  }
}
