import Multiprecision

/// The logarithmic norm that belongs to the Euclidean one: the greatest eigenvalue of (A + Aᵀ)/2.
enum LogarithmicNorm {
  /// Matrix-vector products of the power method.
  private static let iterations = 60
  private static let attempts = 40

  /// An upper bound for every matrix within the balls: c such that c - (A + Aᵀ)/2 is positive definite, proved by a
  /// Cholesky factorisation in balls; the guess comes from the power method. Nil where there is none: an entry is not
  /// finite.
  static func upperBound(of a: Matrix<Ball>) -> Ball? {
    let half = Ball(Rational(1, 2), precision: TaylorModel.boundPrecision)
    let symmetric = Matrix<Ball>(rows: a.rows, columns: a.rows) { row, column in
      half * (a[row, column] + a[column, row]).withPrecision(TaylorModel.boundPrecision)
    }
    guard symmetric.elements.allSatisfy(\.isFinite) else { return nil }
    let middle = symmetric.map(\.doubleValue)
    func greatestRowSum(_ entry: (Int, Int) -> Double) -> Double {
      (0..<a.rows).map { row in (0..<a.rows).reduce(0.0) { $0 + entry(row, $1) } }.max() ?? 0
    }
    let size = max(greatestRowSum { middle[$0, $1].magnitude }, 0x1p-60)
    let spread = greatestRowSum { symmetric[$0, $1].radius.doubleValue }
    let guess = greatestEigenvalue(of: middle, size: size)
    var slack = 0x1p-10 * size
    for _ in 0..<attempts {
      guard let bound = try? Rational(exactly: guess + spread + slack) else { return nil }
      let candidate = Ball(bound, precision: TaylorModel.boundPrecision)
      let rest = Matrix<Ball>(rows: a.rows, columns: a.rows) { row, column in
        row == column ? candidate - symmetric[row, column] : -symmetric[row, column]
      }
      if BallMatrix(rest).isCertifiedPositiveDefinite { return candidate }
      slack *= 2
    }
    return nil
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
      let image = (0..<n).map { i in (0..<n).reduce(0.0) { $0 + matrix[i, $1] * vector[$1] } }
      value = max(value, zip(image, vector).reduce(0) { $0 + $1.0 * $1.1 })
      for i in 0..<n { vector[i] = image[i] + size * vector[i] }
    }
    return value
  }
}
