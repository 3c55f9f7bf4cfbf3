import Multiprecision

/// u = tanh x; from u' = w x' with w = 1 - u²: k u_k = Σ_{j=1..k} (j x_j) w_{k-j}.
struct HyperbolicTangent: EntrywiseFunction {
  var key: String { "tanh" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .tanh(x) }

  func derivative(at operand: Node, node: Node) throws -> Node { try 1 - node * node }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.tanh, output, x) } }
    let euler = arithmetic.series(shape, isConstant: false)
    let derivative = arithmetic.series(shape, isConstant: false)
    let one = arithmetic.series(shape, isConstant: true)
    let square = arithmetic.convolution(output, from: 0, output, from: 0)
    let sum = arithmetic.convolution(euler, from: 1, derivative, from: 0)
    let ones = Matrix<Rational>(rows: shape.rows, columns: shape.columns, repeating: 1)
    arithmetic.note(derivative, for: output)
    return { k in
      arithmetic.euler(euler, k, of: x)
      if k == 0 {
        try arithmetic.applyToHead(.tanh, output, x)
        arithmetic.setHead(one, to: ones)
      } else {
        arithmetic.evaluate(sum, output, k, dividedBy: k)
      }
      arithmetic.commit(output, k)
      arithmetic.evaluate(square, derivative, k)
      arithmetic.negate(derivative, k)
      if k == 0 { arithmetic.add(derivative, 0, one) }
      arithmetic.commit(derivative, k)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\tanh\(operands[0].parenthesized)", .atom)
  }
}
