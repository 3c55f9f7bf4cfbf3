import Multiprecision

/// The logarithmic norm that belongs to the Euclidean one: the greatest eigenvalue of (A + Aᵀ)/2.
enum LogarithmicNorm {
  /// Matrix-vector products of the power method.
  private static let iterations = 60
  private static let attempts = 40

  /// An upper bound of the greatest eigenvalue of a symmetric matrix S: c such that c - S is positive definite, proved by a
  /// Cholesky factorisation in balls; the guess comes from the power method. Nil where there is none: an entry is not
  /// finite.
  static func upperBound(of matrix: Matrix<Double>) -> Double? {
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    let size = max(greatestRowSum(of: matrix), 0x1p-60)
    let guess = greatestEigenvalue(of: matrix, size: size)
    var slack = 0x1p-10 * size
    for _ in 0..<attempts {
      let bound = guess + slack
      guard bound.isFinite else { return nil }
      let rest = Matrix<Ball>(rows: matrix.rows, columns: matrix.rows) { row, column in
        let entry = Ball(-matrix[row, column], precision: TaylorModel.boundPrecision)
        return row == column ? Ball(bound, precision: TaylorModel.boundPrecision) + entry : entry
      }
      if BallMatrix(rest).isCertifiedPositiveDefinite { return bound }
      slack *= 2
    }
    return nil
  }

  /// The greatest sum of magnitudes of a row, rounded.
  static func greatestRowSum(of matrix: Matrix<Double>) -> Double {
    (0..<matrix.rows).map { row in (0..<matrix.columns).reduce(0.0) { $0 + matrix[row, $1].magnitude } }
      .max() ?? 0
  }

  /// An estimate from below, by the power method on the matrix plus its size.
  private static func greatestEigenvalue(of matrix: Matrix<Double>, size: Double) -> Double {
    let n = matrix.rows
    var vector = (0..<n).map { 1 + 0.37 * Double(($0 * 7919) % 101) / 101 }
    var value = -size
    for _ in 0..<iterations {
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0, norm.isFinite else { break }
      for i in 0..<n { vector[i] /= norm }
      let image = matrix.elements.withUnsafeBufferPointer { entries in
        (0..<n).map { i in (0..<n).reduce(0.0) { $0 + entries[i * n + $1] * vector[$1] } }
      }
      value = max(value, zip(image, vector).reduce(0) { $0 + $1.0 * $1.1 })
      for i in 0..<n { vector[i] = image[i] + size * vector[i] }
    }
    return value
  }
}
