import Multiprecision

/// Matrices of doubles as bounds: every operation rounds up.
extension Matrix<Double> {
  /// The product, where no entry is negative, as a bound.
  func bounding(_ vector: BoundVector) -> BoundVector {
    guard !vector.isZero else { return BoundVector(.init(repeating: 0, count: rows), exponent: 0) }
    return BoundVector(
      (0..<rows).map { row in
        let sum = (0..<columns).reduce(0) { $0 + self[row, $1] * vector.values[$1] }
        return TangentBundle.outward(sum, operations: 2 * columns)
      }, exponent: vector.exponent)
  }

  /// The product of two matrices without negative entries, as a bound.
  func bounding(_ other: Matrix<Double>) -> Matrix<Double> {
    let (inner, width) = (columns, other.columns)
    var product = [Double](repeating: 0, count: rows * width)
    product.withUnsafeMutableBufferPointer { product in
      other.elements.withUnsafeBufferPointer { other in
        guard let product = product.baseAddress, let other = other.baseAddress else { return }
        for row in 0..<rows {
          for k in 0..<inner {
            (product + row * width).add(self[row, k], times: other + k * width, count: width)
          }
        }
      }
    }
    return Matrix(
      rows: rows, columns: width,
      elements: product.map { TangentBundle.outward($0, operations: 2 * inner) })
  }

  /// The sum of two matrices without negative entries, as a bound.
  func bounding(adding other: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns) {
      TangentBundle.outward(self[$0, $1] + other[$0, $1], operations: 1)
    }
  }

  /// |x| for each entry x.
  var magnitudes: Matrix<Double> { map(\.magnitude) }

  /// Bounds of |1 - A B|, for A = self.
  func bounding(distanceFromInverseOf other: Matrix<Double>) -> Matrix<Double> {
    let rounding = TangentBundle.unit * Double(columns + 4)
    return Matrix(rows: rows, columns: other.columns) { row, column in
      var (sum, sizes) = (row == column ? -1.0 : 0, 1.0)
      for k in 0..<columns {
        let product = self[row, k] * other[k, column]
        sum += product
        sizes += product.magnitude
      }
      return TangentBundle.outward(sum.magnitude + rounding * sizes, operations: 2 * columns + 4)
    }
  }

  /// Bounds of |A (B + E)| for A = self and all |E_ij| ≤ errors_ij.
  func bounding(product other: Matrix<Double>, errors: Matrix<Double>) -> Matrix<Double> {
    let rounding = TangentBundle.unit * Double(columns + 4)
    return Matrix(rows: rows, columns: other.columns) { row, column in
      var (sum, missed) = (0.0, 0.0)
      for k in 0..<columns {
        sum += self[row, k] * other[k, column]
        missed += self[row, k].magnitude * (errors[k, column] + rounding * other[k, column].magnitude)
      }
      return TangentBundle.outward(sum.magnitude + missed, operations: 4 * columns + 4)
    }
  }

  /// A bound of (1 - G)⁻¹ |X| for X = self and all G with |G_ij| ≤ gaps_ij; nil where the row sums of these exceed 1/2,
  /// or something is not finite.
  ///
  /// Column by column it is at most x + |G| 1 · max x/(1 - g), with the greatest row sum g.
  func corrected(by gaps: Matrix<Double>) -> Matrix<Double>? {
    let sums = (0..<rows).map { row in
      TangentBundle.outward((0..<columns).reduce(0) { $0 + gaps[row, $1] }, operations: columns)
    }
    guard sums.allSatisfy({ $0 <= 0.5 }), elements.allSatisfy(\.isFinite) else { return nil }
    let greatest = (0..<columns).map { column in (0..<rows).reduce(0) { Swift.max($0, self[$1, column]) } }
    return Matrix(rows: rows, columns: columns) { row, column in
      TangentBundle.outward(self[row, column] + 2 * sums[row] * greatest[column], operations: 3)
    }
  }

  /// A bound of e^N x for bounds x, and N = self without negative entries whose row sums are at most 1/2.
  ///
  /// The first orders are x + N x + N² x/2 + N³ x/6. The rest of entry i is at most e^ν/24 times the greatest entry of N³ x
  /// times the sum of row i, with the greatest row sum ν.
  func exponential(times vector: BoundVector) -> BoundVector {
    var (term, sum) = (vector, vector)
    for order in 1...3 {
      term = bounding(term).scaled(by: 1 / Double(order))
      sum = sum + term
    }
    // 6/24 e^ν is less than this.
    let rest = 0.42 * (term.values.max() ?? 0)
    return sum + bounding(BoundVector(term.values.map { _ in rest }, exponent: term.exponent))
  }
}
