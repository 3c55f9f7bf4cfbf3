import Learning
import Multiprecision

extension Model {
  /// The end-to-end matrix (K × d) at exact parameters, for the models that are linear in x.
  func exactEndToEndMatrix(_ parameters: [Matrix<Rational>]) -> Matrix<Rational> {
    guard let diagonal = self as? DiagonalModel else {
      return parameters.dropFirst().reduce(parameters[0]) { $1 * $0 }
    }
    let entries = (0..<diagonal.inputCount).map { index in
      let values = parameters.map { $0[index, 0] }
      func power(_ base: Rational) -> Rational {
        (0..<diagonal.depth).reduce(Rational(1)) { product, _ in product * base }
      }
      return diagonal.form == .product ? values.reduce(1, *) : power(values[0]) - power(values[1])
    }
    return Matrix(rows: [entries])
  }
}

extension Problem {
  /// The same problem under another flow.
  func with(flow: Flow) throws -> Problem {
    try Problem(
      model: model, data: data, likelihood: likelihood, flow: flow, initial: initial, times: times,
      normalisation: normalisation)
  }
}

extension Measurement {
  /// Each number replaced by several, which share its label.
  func flatMap(_ transform: (Ball) throws -> [Ball]) rethrows -> Measurement {
    Measurement(
      try entries.flatMap { entry in
        try entry.ball.map(transform)?.map { Entry(entry.label, $0) } ?? [entry]
      }, isRigorous: isRigorous)
  }
}

func + (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) + right }
func * (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) * right }
func * (left: Rational, right: Ball) -> Ball { Ball(left, precision: right.precision) * right }
func + (left: Ball, right: Rational) -> Ball { left + Ball(right, precision: left.precision) }
func - (left: Ball, right: Rational) -> Ball { left - Ball(right, precision: left.precision) }
func - (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) - right }
func / (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) / right }
