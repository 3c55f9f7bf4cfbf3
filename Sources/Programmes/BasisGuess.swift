import Multiprecision

/// A basis found by the simplex method in `Double`: often the right one, never trusted.
enum BasisGuess {
  /// Nil when double precision finds no basis at all.
  ///
  /// Columns are scaled to the largest entry 1, then rows, then bounds and cost. Without a cost the guess is a
  /// basis whose point is feasible, if there is one.
  static func find(
    rows: Matrix<Rational>, bounds: [Rational], equalityCount: Int, cost: [Rational]?
  ) -> [Int]? {
    var scaled = rows.map(\.doubleValue)
    guard scaled.elements.allSatisfy(\.isFinite) else { return nil }
    var columnScales = [Double](repeating: 1, count: rows.columns)
    for column in 0..<rows.columns {
      columnScales[column] = reciprocalSize(scaled.column(column))
      for row in 0..<rows.rows { scaled[row, column] *= columnScales[column] }
    }
    var scaledBounds = bounds.map(\.doubleValue)
    for row in 0..<rows.rows {
      let scale = reciprocalSize(scaled.row(row))
      for column in 0..<rows.columns { scaled[row, column] *= scale }
      scaledBounds[row] *= scale
    }
    let unit = reciprocalSize(scaledBounds)
    guard
      var simplex = Simplex<Double>(
        rows: scaled, bounds: scaledBounds.map { $0 * unit }, equalityCount: equalityCount,
        stepLimit: 20 * (rows.rows + rows.columns) + 100)
    else { return nil }
    if let cost {
      let scaledCost = zip(cost, columnScales).map { $0.doubleValue * $1 }
      let unit = reciprocalSize(scaledCost)
      _ = simplex.minimise(scaledCost.map { $0 * unit })
    } else {
      _ = simplex.findFeasiblePoint()
    }
    return simplex.basis
  }

  /// 1 / max |entry|; 1 where that is not a usable number.
  private static func reciprocalSize(_ vector: [Double]) -> Double {
    let scale = 1 / (vector.lazy.map(abs).max() ?? 1)
    return scale.isFinite && scale > 0 ? scale : 1
  }
}
