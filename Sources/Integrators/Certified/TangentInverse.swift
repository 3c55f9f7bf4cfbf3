import Multiprecision

/// An approximate inverse C of a matrix A of Taylor models, in double precision, with bounds of the norms of 1 - C A.
///
/// A⁻¹B = (1 - R)⁻¹ C B with R = 1 - C A. With norms taken entry by entry, v = |R| |C B| and all row sums of |R| at most
/// g ≤ 1/2, ‖A⁻¹B - C B‖ ≤ v + |R| 1 · max v/(1 - g).
///
/// **Assumptions**: those of `TangentBundle`.
/// **Source**: docs/certified-integration, "Logarithmic norm".
struct TangentInverse {
  private let inverse: [[ShortModel]]
  /// |R|, row by row, and the sums of the rows.
  private let residual: [[Double]], sums: [Double]

  /// Nil where doubles do not show that A is invertible: the models then have to.
  init?(of matrix: Matrix<TaylorModel>, length: Int) {
    let size = matrix.rows
    let rows = (0..<size).map { row in matrix.row(row).map { ShortModel($0, length: length) } }
    guard rows.allSatisfy({ $0.allSatisfy { $0.error.isFinite } }),
      let inverse = Self.inverse(of: rows, length: length)
    else { return nil }
    let bundles = rows.map { TangentBundle(entries: $0, length: length) }
    let residual = inverse.enumerated().map { row, factors in
      TangentBundle.sum(of: Array(zip(factors, bundles)), count: size, length: length).norms(less: row)
    }
    let sums = residual.map { TangentBundle.outward($0.reduce(0, +), operations: size) }
    guard sums.allSatisfy({ $0 <= 0.5 }) else { return nil }
    (self.inverse, self.residual, self.sums) = (inverse, residual, sums)
  }

  /// A⁻¹b for a column of bundles with the same directions and orders.
  func solution(of column: [TangentBundle]) -> [TangentBundle] {
    guard let any = column.first else { return [] }
    let solution = inverse.map {
      TangentBundle.sum(of: Array(zip($0, column)), count: any.count, length: any.length)
    }
    let norms = solution.map { $0.norms() }
    let first = residual.map { row in
      var sum = [Double](repeating: 0, count: any.count)
      for (bound, norms) in zip(row, norms) where bound != 0 {
        for d in 0..<any.count { sum[d] += bound * norms[d] }
      }
      return sum.map { TangentBundle.outward($0, operations: 2 * norms.count) }
    }
    var most = [Double](repeating: 0, count: any.count)
    for bounds in first { for d in 0..<any.count { most[d] = Double.maximum(most[d], bounds[d]) } }
    return zip(solution, zip(first, sums)).map { bundle, bounds in
      bundle.widened(by: zip(bounds.0, most).map { $0 + 2 * bounds.1 * $1 })
    }
  }

  /// A series of the inverse, by any means: C_0 ≈ A_0⁻¹ and C_k = -(Σ_{j=1..k} C_{k-j} A_j) C_0.
  private static func inverse(of rows: [[ShortModel]], length: Int) -> [[ShortModel]]? {
    let size = rows.count
    let orders = (0..<length).map { order in rows.flatMap { $0.map { $0.coefficients[order] } } }
    let last = orders.lastIndex { $0.contains { $0 != 0 } } ?? 0
    let head = Matrix(rows: size, columns: size, elements: orders[0])
    guard let first = try? Double.solve(head, .identity(size, precision: Precision.minimum)),
      first.elements.allSatisfy(\.isFinite)
    else { return nil }
    var inverse = [first.elements]
    for k in 1..<max(length, 1) {
      var sum = [Double](repeating: 0, count: size * size)
      for j in stride(from: 1, through: min(k, last), by: 1) {
        subtract(inverse[k - j], orders[j], from: &sum, size: size)
      }
      var next = [Double](repeating: 0, count: size * size)
      subtract(sum, first.elements, from: &next, size: size)
      inverse.append(next.map { -$0 })
    }
    return (0..<size).map { row in
      (0..<size).map { column in ShortModel(inverse.map { $0[row * size + column] }) }
    }
  }

  /// sum -= a b for square matrices, row by row.
  private static func subtract(_ a: [Double], _ b: [Double], from sum: inout [Double], size: Int) {
    sum.withUnsafeMutableBufferPointer { sum in
      b.withUnsafeBufferPointer { b in
        guard let sum = sum.baseAddress, let b = b.baseAddress else { return }
        for row in 0..<size {
          for inner in 0..<size {
            let factor = a[row * size + inner]
            if factor != 0 { (sum + row * size).add(-factor, times: b + inner * size, count: size) }
          }
        }
      }
    }
  }
}

extension TaylorModel {
  /// The matrix product in double precision; nil where something is not finite.
  static func shortProduct(_ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>) -> Matrix<TaylorModel>? {
    let (length, orders, _) = common(a, b)
    let bundles = bundles(b, length: orders)
    let rows = (0..<a.rows).map { row in
      TangentBundle.sum(
        of: Array(zip(a.row(row).map { ShortModel($0, length: orders) }, bundles)), count: b.columns,
        length: orders)
    }
    return models(rows, columns: b.columns, length: length)
  }

  /// The X with A X = B in double precision; nil where that does not show that A is invertible.
  static func shortSolution(_ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>) -> Matrix<TaylorModel>? {
    let (length, orders, _) = common(a, b)
    return TangentInverse(of: a, length: orders).flatMap {
      models($0.solution(of: bundles(b, length: orders)), columns: b.columns, length: length)
    }
  }

  /// Each row as a bundle of its entries.
  private static func bundles(_ matrix: Matrix<TaylorModel>, length: Int) -> [TangentBundle] {
    (0..<matrix.rows).map { row in
      TangentBundle(entries: matrix.row(row).map { ShortModel($0, length: length) }, length: length)
    }
  }

  private static func models(
    _ rows: [TangentBundle], columns: Int, length: Int?
  ) -> Matrix<TaylorModel>? {
    guard rows.allSatisfy(\.isFinite) else { return nil }
    return Matrix(rows: rows.count, columns: columns) { row, column in
      TaylorModel(
        BallPolynomial(doubles: rows[row].coefficients(column), precision: boundPrecision),
        error: Ball(rows[row].errors[column], precision: boundPrecision), length: length)
    }
  }
}
