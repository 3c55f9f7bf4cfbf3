import Multiprecision

/// u = x^p, x > 0, p rational; from x u' = p x' u:
/// k x_0 u_k = p Σ_{j=1..k} (j x_j) u_{k-j} - Σ_{j=1..k-1} (j u_j) x_{k-j}.
struct Power: EntrywiseFunction {
  let exponent: Rational

  var key: String { "power \(exponent)" }

  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar { .pow(x, exponent) }

  func derivative(at operand: Node, node: Node) throws -> Node { try exponent * operand.power(exponent - 1) }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let x = operands[0]
    if arithmetic.isConstant(x) {
      return { _ in try arithmetic.applyToHead(.power(exponent), output, x) }
    }
    let eulerOfX = arithmetic.series(shape, isConstant: false)
    let eulerOfU = arithmetic.series(shape, isConstant: false)
    let sumOfSecond = arithmetic.series(shape, isConstant: false)
    let rest = arithmetic.series(shape, isConstant: false)
    let inverse = arithmetic.series(shape, isConstant: true)
    let first = arithmetic.convolution(eulerOfX, from: 1, output, from: 0)
    let multiplier = arithmetic.multiplier(exponent)
    let second = arithmetic.convolution(eulerOfU, from: 1, x, from: 1)
    return { k in
      arithmetic.euler(eulerOfX, k, of: x)
      if k == 0 {
        try arithmetic.applyToHead(.power(exponent), output, x)
        try arithmetic.applyToHead(.reciprocal, inverse, x)
      } else {
        arithmetic.evaluate(first, rest, k, dividedBy: k)
        arithmetic.multiply(rest, k, rest, by: multiplier)
        arithmetic.evaluate(second, sumOfSecond, k, dividedBy: k)
        arithmetic.subtract(rest, k, sumOfSecond)
        arithmetic.multiply(output, k, rest, byHeadOf: inverse)
      }
      arithmetic.euler(eulerOfU, k, of: output)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\(operands[0].text(atLeast: .atom))^{\(exponent)}", .power)
  }
}
