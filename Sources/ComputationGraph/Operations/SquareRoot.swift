import Multiprecision

/// u = √x, x > 0; from u² = x: 2 u_0 u_k = x_k - Σ_{j=1..k-1} u_j u_{k-j}.
struct SquareRoot: EntrywiseFunction {
  var key: String { "sqrt" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .sqrt(x) }

  func derivative(at operand: Node, node: Node) throws -> Node { try Rational(1, 2) * node.reciprocal() }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.sqrt, output, x) } }
    let inverse = arithmetic.series(shape, isConstant: true)
    let halfInverse = arithmetic.series(shape, isConstant: true)
    let half = arithmetic.multiplier(Rational(1, 2))
    let rest = arithmetic.series(shape, isConstant: false)
    let sum = arithmetic.convolution(output, from: 1, output, from: 1)
    return { k in
      if k == 0 {
        try arithmetic.applyToHead(.sqrt, output, x)
        try arithmetic.applyToHead(.reciprocal, inverse, output)
        return arithmetic.multiply(halfInverse, 0, inverse, by: half)
      }
      arithmetic.evaluate(sum, rest, k)
      arithmetic.negate(rest, k)
      arithmetic.add(rest, k, x)
      arithmetic.multiply(output, k, rest, byHeadOf: halfInverse)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\sqrt{\(operands[0].text)}", .atom)
  }
}
