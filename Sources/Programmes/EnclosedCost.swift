import Multiprecision

/// A cost that is known in balls only: c = Wᵀ s with exact rows W and weights s in balls.
///
/// The form keeps what balls lose: that c lies in the span of W, exactly. In docs/theory, T4, W is Z and s the error
/// probabilities at the start; a cost of unrelated balls has the identity for W.
///
/// **Shapes**: W is k×d, s has k entries.
public struct EnclosedCost: Sendable {
  /// W.
  public let rows: Matrix<Rational>
  /// s.
  public let weights: [Ball]

  /// - Throws: `shape`.
  public init(combining rows: Matrix<Rational>, weights: [Ball]) throws(ProgrammeError) {
    guard rows.rows == weights.count else {
      throw .shape("\(rows.rows) rows of a cost with \(weights.count) weights")
    }
    self.rows = rows
    self.weights = weights
  }

  /// A cost whose entries are these balls.
  public init(_ entries: [Ball]) {
    rows = .identity(entries.count)
    weights = entries
  }

  var precision: Int { weights.lazy.map(\.precision).max() ?? Precision.minimum }

  /// A rational cost in the middle of the balls, its weights rounded to `precision` bits; nil when a ball is not
  /// finite.
  func midpoint(precision: Int) -> [Rational]? {
    var middle: [Rational] = []
    for weight in weights {
      guard weight.isFinite,
        let value = try? Rational(exactly: weight.midpoint.rounded(toPrecision: precision))
      else { return nil }
      middle.append(value)
    }
    return rows.transposedTimes(middle)
  }

  /// c·v.
  func product(_ vector: [Rational]) -> Ball {
    zip(rows.times(vector), weights).reduce(Ball(0, precision: precision)) { sum, pair in
      sum + Ball(pair.0, precision: precision) * pair.1
    }
  }
}
