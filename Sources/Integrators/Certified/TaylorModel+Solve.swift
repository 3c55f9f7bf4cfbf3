import Multiprecision

extension TaylorModel {
  /// The X with A X = B. With C = A_0⁻¹, E = A - A_0 and G = |C| ‖E‖ (entry by entry), X = X_0 + C (B - B_0) - C E X,
  /// so ‖X - X_0‖ ≤ v + G ‖X - X_0‖ with v = |C| ‖B - B_0‖ + G |X_0|. If all row sums of G are below g < 1, A is
  /// invertible for |s| < w, and ‖X - X_0‖ ≤ v + G 1 · max v/(1 - g).
  ///
  /// - Throws: `undecided` where A_0 is not certainly invertible.
  static func solve(
    _ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>
  ) throws(LinearAlgebraError) -> Matrix<TaylorModel> {
    guard a.isSquare else { throw .notSquare(a.shape) }
    guard a.rows == b.rows else { throw .dimensionMismatch(a.shape, b.shape) }
    let parameters = (a.elements + b.elements).lazy.compactMap(\.parameters).first
    let length = parameters?.length ?? 1
    let precision = (a.elements + b.elements).map(\.polynomial.precision).max() ?? Precision.minimum
    let unit = Matrix<Ball>(rows: a.rows, columns: a.rows) { row, column in
      Ball(row == column ? 1 : 0, precision: precision)
    }
    let inverse = try Ball.solve(a.map(\.head), unit)
    let series = BallPolynomial.solve(
      a.map(\.polynomial), b.map(\.polynomial), inverse: inverse, length: length, precision: precision)
    let rests = restBounds(
      inverse.map { $0.magnitude.withPrecision(boundPrecision) }, a.map(\.rest), b.map(\.rest),
      start: series.map { $0[0].magnitude.withPrecision(boundPrecision) })
    return Matrix(rows: b.rows, columns: b.columns) { row, column in
      TaylorModel(series[row, column], rest: rests[row, column], parameters)
    }
  }

  private static func restBounds(
    _ inverse: Matrix<Ball>, _ a: Matrix<Ball>, _ b: Matrix<Ball>, start: Matrix<Ball>
  ) -> Matrix<Ball> {
    let gain = inverse * a
    let sums = (0..<gain.rows).map { row in gain.row(row).reduce(Ball(0, precision: boundPrecision), +) }
    let room = sums.map { (1 - $0).ifPositive }.reduce(Ball(1, precision: boundPrecision)) {
      .lesserEnd($0, $1)
    }
    let first = inverse * b + gain * start
    return Matrix(rows: b.rows, columns: b.columns) { row, column in
      let largest = (0..<b.rows).map { first[$0, column] }.reduce(Ball(0, precision: boundPrecision)) {
        .greater($0, $1)
      }
      return first[row, column] + sums[row] * (largest / room)
    }
  }
}

extension Ball {
  /// A bound of both.
  static func greater(_ a: Ball, _ b: Ball) -> Ball {
    guard a.isFinite, b.isFinite else { return .everything(precision: a.precision) }
    return a.upperBound < b.upperBound ? b : a
  }

  /// The one with the smaller lower end; everything if one is not finite.
  static func lesserEnd(_ a: Ball, _ b: Ball) -> Ball {
    guard a.isFinite, b.isFinite else { return .everything(precision: a.precision) }
    return a.lowerBound < b.lowerBound ? a : b
  }
}
