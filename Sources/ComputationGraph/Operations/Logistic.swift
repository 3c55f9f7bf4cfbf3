import Multiprecision

/// s = 1/(1 + e^-x); from s' = w x' with w = s - s²: k s_k = Σ_{j=1..k} (j x_j) w_{k-j}.
struct Logistic: EntrywiseFunction {
  var key: String { "logistic" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .logistic(x) }

  func derivative(at operand: Node, node: Node) throws -> Node { try node - node * node }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) { return { _ in try arithmetic.applyToHead(.logistic, output, x) } }
    let euler = arithmetic.series(shape, isConstant: false)
    let derivative = arithmetic.series(shape, isConstant: false)
    let square = arithmetic.convolution(output, from: 0, output, from: 0)
    let sum = arithmetic.convolution(euler, from: 1, derivative, from: 0)
    arithmetic.note(derivative, for: output)
    return { k in
      arithmetic.euler(euler, k, of: x)
      if k == 0 {
        try arithmetic.applyToHead(.logistic, output, x)
      } else {
        arithmetic.evaluate(sum, output, k, dividedBy: k)
      }
      arithmetic.commit(output, k)
      arithmetic.evaluate(square, derivative, k)
      arithmetic.negate(derivative, k)
      arithmetic.add(derivative, k, output)
      arithmetic.commit(derivative, k)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\sigma\(operands[0].parenthesized)", .atom)
  }
}
