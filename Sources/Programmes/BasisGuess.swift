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
    scaledBounds = scaledBounds.map { $0 * unit }
    let scaledCost = cost.map { cost in
      let scaled = zip(cost, columnScales).map { $0.doubleValue * $1 }
      let unit = reciprocalSize(scaled)
      return scaled.map { $0 * unit }
    }
    return solve(scaled, scaledBounds, equalityCount: equalityCount, cost: scaledCost)
  }

  /// Solves the programme perturbed, then the programme itself from the basis found.
  ///
  /// Ties make the simplex method stand still for long. With each bound lowered by its own small number, and small
  /// multiples of the rows added to the cost, there are none; few steps remain after that.
  private static func solve(
    _ rows: Matrix<Double>, _ bounds: [Double], equalityCount: Int, cost: [Double]?
  ) -> [Int]? {
    var (perturbedBounds, perturbedCost) = (bounds, cost)
    for row in equalityCount..<rows.rows {
      let size = perturbation(row)
      perturbedBounds[row] -= size
      perturbedCost = perturbedCost.map { zip($0, rows.row(row)).map { $0 + size * $1 } }
    }
    var basis: [Int]?
    for (bounds, cost) in [(perturbedBounds, perturbedCost), (bounds, cost)] {
      guard
        var simplex = Simplex<Double>(
          rows: rows, bounds: bounds, equalityCount: equalityCount, basis: basis,
          stepLimit: 2 * (rows.rows + rows.columns) + 100)
      else { return basis }
      if let cost { _ = simplex.minimise(cost) } else { _ = simplex.findFeasiblePoint() }
      basis = simplex.basis
    }
    return basis
  }

  /// Between 10⁻⁷ and 2·10⁻⁷, different for each row: multiples of the golden ratio, modulo 1.
  private static func perturbation(_ row: Int) -> Double {
    let multiple = Double(row + 1) * 0.618_033_988_749_894_9
    return 1e-7 * (1 + multiple - multiple.rounded(.down))
  }

  /// 1 / max |entry|; 1 where that is not a usable number.
  private static func reciprocalSize(_ vector: [Double]) -> Double {
    let scale = 1 / (vector.lazy.map(abs).max() ?? 1)
    return scale.isFinite && scale > 0 ? scale : 1
  }
}
