import Multiprecision

/// u = log x, x > 0; from x u' = x': x_0 u_k = x_k - (1/k) Σ_{j=1..k-1} (j u_j) x_{k-j}.
struct Logarithm: EntrywiseFunction {
  var key: String { "log" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .log(x) }

  func derivative(at operand: Node, node: Node) throws -> Node { try operand.reciprocal() }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.log, output, x) } }
    let euler = arithmetic.series(shape, isConstant: false)
    let rest = arithmetic.series(shape, isConstant: false)
    let inverse = arithmetic.series(shape, isConstant: true)
    let sum = arithmetic.convolution(euler, from: 1, x, from: 1)
    return { k in
      if k == 0 {
        try arithmetic.applyToHead(.log, output, x)
        try arithmetic.applyToHead(.reciprocal, inverse, x)
      } else {
        arithmetic.evaluate(sum, rest, k, dividedBy: k)
        arithmetic.negate(rest, k)
        arithmetic.add(rest, k, x)
        arithmetic.multiply(output, k, rest, byHeadOf: inverse)
      }
      arithmetic.euler(euler, k, of: output)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\log\(operands[0].parenthesized)", .atom)
  }
}
