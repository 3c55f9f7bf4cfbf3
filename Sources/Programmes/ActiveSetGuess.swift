import Multiprecision

/// Active rows found by the active-set method in `Double`: often the right ones, never trusted.
enum ActiveSetGuess {
  /// Nil when double precision cannot start. Rows are scaled to length 1, bounds to the largest entry 1.
  static func find(rows: Matrix<Rational>, bounds: [Rational], equalityCount: Int) -> [Int]? {
    var scaled = rows.map(\.doubleValue)
    var scaledBounds = bounds.map(\.doubleValue)
    for row in 0..<scaled.rows {
      let length = scaled.row(row).map { $0 * $0 }.reduce(0, +).squareRoot()
      guard length.isFinite else { return nil }
      if length == 0 { continue }
      for column in 0..<scaled.columns { scaled[row, column] /= length }
      scaledBounds[row] /= length
    }
    let size = scaledBounds.lazy.map(abs).max() ?? 1
    guard size.isFinite, size > 0 else { return nil }
    guard
      var method = ActiveSetMethod<Double>(
        rows: scaled, bounds: scaledBounds.map { $0 / size }, equalityCount: equalityCount,
        stepLimit: 10 * (rows.rows + rows.columns) + 100)
    else { return nil }
    _ = method.run()
    return method.active
  }
}
