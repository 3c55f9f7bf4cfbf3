import Learning
import Multiprecision

extension Model {
  /// ∂f/∂θ at exact parameters and inputs (N × d), for the models that are linear in x: row n·K + k, parameters in
  /// order, each row by row. At the unit inputs it is ∂vec(W)/∂θ, column by column of W.
  func exactJacobian(_ parameters: [Matrix<Rational>], inputs: Matrix<Rational>) -> Matrix<Rational> {
    if let diagonal = self as? DiagonalModel {
      let slopes = diagonal.exactSlopes(parameters)
      let d = inputCount
      return Matrix(rows: inputs.rows, columns: slopes.count * d) { n, p in
        inputs[n, p % d] * slopes[p / d][p % d]
      }
    }
    return Matrix(rows: layerRows(parameters, inputs: inputs))
  }

  /// Deep linear: the derivative of f_k(x) by W_l[i, j] is (W_L ⋯ W_{l+1})[k, i] (W_{l-1} ⋯ W_1 x)[j].
  private func layerRows(_ parameters: [Matrix<Rational>], inputs: Matrix<Rational>) -> [[Rational]] {
    let blocks = parameters.indices.map { layer -> (above: Matrix<Rational>, below: Matrix<Rational>) in
      let above = parameters[(layer + 1)...].reduce(.identity(parameters[layer].rows)) { $1 * $0 }
      let below = parameters[..<layer].reduce(inputs.transposed()) { $1 * $0 }
      return (above, below)
    }
    return (0..<inputs.rows).flatMap { n in
      (0..<outputCount).map { k in
        blocks.flatMap { above, below in
          above.row(k).flatMap { factor in below.column(n).map { factor * $0 } }
        }
      }
    }
  }
}

extension DiagonalModel {
  /// ∂β_i/∂θ_i for each factor θ: d numbers each.
  fileprivate func exactSlopes(_ parameters: [Matrix<Rational>]) -> [[Rational]] {
    let values = parameters.map(\.elements)
    func power(_ base: Rational) -> Rational {
      (1..<depth).reduce(Rational(depth)) { product, _ in product * base }
    }
    guard form == .product else { return [values[0].map(power), values[1].map { -power($0) }] }
    return values.indices.map { factor in
      (0..<inputCount).map { i in
        values.indices.filter { $0 != factor }.reduce(Rational(1)) { $0 * values[$1][i] }
      }
    }
  }
}

/// A natural gradient at one point, in exact arithmetic.
enum ExactNaturalGradient {
  /// -(F + λ)⁺ ∇L for F = Jᵀ D J with a diagonal D over the measure's rows.
  static func velocity(
    measure: Matrix<Rational>, weights: [Rational], gradient: Matrix<Rational>, damping: Rational = 0
  ) -> Matrix<Rational> {
    let fisher = fisher(measure: measure, weights: weights)
    let damped = fisher + Matrix<Rational>.identity(fisher.rows).scaled(by: damping)
    return -(damped.moorePenroseInverse() * gradient)
  }

  static func fisher(measure: Matrix<Rational>, weights: [Rational]) -> Matrix<Rational> {
    let weighted = Matrix<Rational>(rows: measure.rows, columns: measure.columns) {
      weights[$0] * measure[$0, $1]
    }
    return measure.transposed() * weighted
  }
}

extension Measurement {
  /// Exact numbers under one label.
  static func exact(_ matrix: Matrix<Rational>, _ name: String, precision: Int) -> Measurement {
    Measurement(
      entries(of: matrix.map { Ball($0, precision: precision) }, name, at: nil), isRigorous: true)
  }

  /// Several measurements, one after the other; rigorous if all are.
  static func joined(_ parts: [Measurement]) -> Measurement {
    Measurement(parts.flatMap(\.entries), from: parts)
  }
}
