import Multiprecision

extension MatrixCompletion {
  /// Bounds of the least nuclear norm by the Douglas-Rachford method in `Double`, then proved.
  ///
  /// Z ↦ Z + P(2X - Z) - X, where X has the singular values max(σ(Z) - τ, 0), and P sets the observed entries. In the
  /// limit X is a minimiser and (Z - X)/τ a dual Q. The scale τ is the root mean square of the observed entries.
  ///
  /// **Error bound**: the bounds are proved, how close they are is not: mostly ten digits, fewer where the
  /// minimiser is not unique or the limit is reached slowly.
  ///
  /// - Throws: `notDefined` when entries are beyond the range of doubles or the bounds are not proved.
  public func minimumBounds(iterations: Int = 5000, precision: Int = 128) throws(ProgrammeError)
    -> NuclearNormBounds
  {
    let values = entries.map(\.value.doubleValue)
    let size = values.map { $0 * $0 }.reduce(0, +).squareRoot()
    guard size.isFinite else { throw .notDefined("an observed entry is beyond the range of doubles") }
    let scale = size > 0 ? size / Double(max(1, entries.count)).squareRoot() : 1
    var state = Matrix(rows: shape.rows, columns: shape.columns, repeating: 0.0)
    var shrunk = state
    for _ in 0..<iterations {
      shrunk = Self.shrink(state, by: scale)
      var reflected = zip(shrunk.elements, state.elements).map { 2 * $0 - $1 }
      for (entry, value) in zip(entries, values) {
        reflected[entry.row * shape.columns + entry.column] = value
      }
      let change = zip(reflected, shrunk.elements).map { $0 - $1 }
      state = Matrix(
        rows: shape.rows, columns: shape.columns, elements: zip(state.elements, change).map { $0 + $1 })
      if change.map({ $0 * $0 }).reduce(0, +).squareRoot() <= 1e-15 * size { break }
    }
    let dual = zip(state.elements, shrunk.elements).map { ($0 - $1) / scale }
    return try bounds(matrix: exact(shrunk.elements), dual: exact(dual), precision: precision)
  }

  /// The matrix with the singular values max(σ - τ, 0).
  private static func shrink(_ matrix: Matrix<Double>, by threshold: Double) -> Matrix<Double> {
    let found = SingularValues<Double>(matrix, precision: 53)
    let kept = found.values.indices.filter { found.values[$0] > threshold }
    return Matrix(rows: matrix.rows, columns: matrix.columns) { i, j in
      kept.reduce(0) { sum, k in
        sum + found.scaledLeft[i, k] * found.right[j, k] * (1 - threshold / found.values[k])
      }
    }
  }

  private func exact(_ elements: [Double]) throws(ProgrammeError) -> Matrix<Rational> {
    var result: [Rational] = []
    for element in elements {
      guard let value = try? Rational(exactly: element) else { throw .notDefined("the iteration overflowed") }
      result.append(value)
    }
    return Matrix(rows: shape.rows, columns: shape.columns, elements: result)
  }
}
