import Multiprecision

/// The equations of a stationary point on a support F with rows G, restricted to F: p sign(β_i)|β_i|^{p-1} =
/// (Gᵀy)_i, G β_F = h.
struct QuasiNormSystem {
  let exponent: Rational
  /// G: independent equalities, then active inequalities.
  let rows: Matrix<Rational>
  /// h.
  let values: [Rational]

  var size: Int { rows.columns + rows.rows }

  init(_ programme: QuasiNormProgramme, _ reduction: EqualityReduction, support: [Int], active: [Int]) {
    let chosen = Array(0..<reduction.rows.count) + active.map { $0 + reduction.rows.count }
    exponent = programme.exponent
    rows = reduction.matrix.selectingRows(chosen).selectingColumns(support)
    values = chosen.map { reduction.bounds[$0] }
  }

  /// f(z) at z = (β_F, y).
  func residual(_ unknowns: [Ball], precision: Int) -> [Ball] {
    let (point, multipliers) = (unknowns.prefix(rows.columns), unknowns.suffix(rows.rows))
    let slopes = point.enumerated().map { column, value in
      zip(0..<rows.rows, multipliers).reduce(slope(value, precision: precision)) { sum, pair in
        sum - Ball(rows[pair.0, column], precision: precision) * pair.1
      }
    }
    let gaps = (0..<rows.rows).map { row in
      zip(0..<rows.columns, point).reduce(Ball(-values[row], precision: precision)) { sum, pair in
        sum + Ball(rows[row, pair.0], precision: precision) * pair.1
      }
    }
    return slopes + gaps
  }

  /// f'(z): the diagonal p(p-1)|β_i|^{p-2}, -Gᵀ beside it, G below.
  func derivative(_ unknowns: [Ball], precision: Int) -> BallMatrix {
    let columns = rows.columns
    let zero = Ball(0, precision: precision)
    return BallMatrix(
      Matrix(rows: size, columns: size) { i, j in
        switch (i < columns, j < columns) {
        case (true, true): i == j ? curvature(unknowns[i], precision: precision) : zero
        case (true, false): Ball(-rows[j - columns, i], precision: precision)
        case (false, true): Ball(rows[i - columns, j], precision: precision)
        case (false, false): zero
        }
      }, precision: precision)
  }

  /// K(X); nil where f' at the midpoint is not certified to be invertible.
  func krawczyk(_ box: [Ball]) -> [Ball]? {
    let precision = box.first?.precision ?? Precision.minimum
    let middle = box.map { Ball($0.midpoint, precision: precision) }
    guard let inverse = try? derivative(middle, precision: precision).inverse() else { return nil }
    let identity = BallMatrix.identity(size, precision: precision)
    let spread = column(zip(box, middle).map { $0 - $1 }, precision)
    let correction = inverse * column(residual(middle, precision: precision), precision)
    let image = (identity - inverse * derivative(box, precision: precision)) * spread - correction
    return zip(middle, image.matrix.elements).map { $0 + $1 }
  }

  /// One step of Newton's method, between exact midpoints.
  func newtonStep(_ unknowns: [Ball], precision: Int) -> [Ball]? {
    let right = column(residual(unknowns, precision: precision), precision)
    guard let step = try? derivative(unknowns, precision: precision).solve(right) else { return nil }
    return zip(unknowns, step.matrix.elements).map { Ball(($0 - $1).midpoint, precision: precision) }
  }

  func column(_ entries: [Ball], _ precision: Int) -> BallMatrix {
    BallMatrix(Matrix(column: entries), precision: precision)
  }

  /// p sign(x)|x|^{p-1}.
  func slope(_ value: Ball, precision: Int) -> Ball {
    let size = Ball(exponent, precision: precision) * Ball.pow(value.magnitude, exponent - 1)
    return value.isNegative ? -size : size
  }

  private func curvature(_ value: Ball, precision: Int) -> Ball {
    Ball(exponent * (exponent - 1), precision: precision) * Ball.pow(value.magnitude, exponent - 2)
  }
}
