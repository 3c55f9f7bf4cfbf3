import Multiprecision

/// The logarithmic norm that belongs to the Euclidean one: the greatest eigenvalue of (A + Aᵀ)/2.
enum LogarithmicNorm {
  /// Matrix-vector products of the power method.
  private static let iterations = 60
  private static let attempts = 40

  /// An upper bound of the greatest eigenvalue of a symmetric matrix S: c such that c - S is positive definite up to the
  /// errors of a Cholesky factorisation that succeeds; the guess comes from the power method. Nil where there is none: an
  /// entry is not finite.
  static func upperBound(of matrix: Matrix<Double>) -> Double? {
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    let size = max(greatestRowSum(of: matrix), 0x1p-900)
    let guess = greatestEigenvalue(of: matrix, size: size)
    var slack = 0x1p-10 * size
    for _ in 0..<attempts {
      let bound = guess + slack
      guard bound.isFinite else { return nil }
      if let error = choleskyError(of: matrix, shift: bound) { return (bound + error).nextUp }
      slack *= 2
    }
    return nil
  }

  /// An ε such that A + ε is positive definite for A = shift - S, if the factorisation A = R Rᵀ in doubles succeeds; nil if
  /// it does not.
  ///
  /// The computed R has R Rᵀ = A + Δ with |Δ| ≤ γ |R| |Rᵀ|, γ = (n + 1) u/(1 - (n + 1) u), and the squares of row i of R add up to
  /// A_ii/(1 - γ) at most; so |Δ| has norm γ/(1 - γ) tr A at most. Rounding the diagonal adds u tr A.
  ///
  /// **Source**: Higham, Accuracy and Stability of Numerical Algorithms, theorem 10.3; Rump, Verification of positive
  /// definiteness, BIT 46 (2006).
  private static func choleskyError(of matrix: Matrix<Double>, shift: Double) -> Double? {
    let n = matrix.rows
    var factor = matrix.elements.map { -$0 }
    var trace = 0.0
    for i in 0..<n {
      factor[i * n + i] += shift
      trace += factor[i * n + i].magnitude
    }
    let isPositive = factor.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let r = buffer.baseAddress else { return true }
      for i in 0..<n {
        for j in 0...i {
          let sum = r[i * n + j] - UnsafePointer(r + i * n).dot(r + j * n, count: j)
          if i > j {
            r[i * n + j] = sum / r[j * n + j]
          } else {
            guard sum > 0, sum.isFinite else { return false }
            r[i * n + i] = sum.squareRoot()
          }
        }
      }
      return true
    }
    guard isPositive else { return nil }
    return TangentBundle.outward(
      (Double(n + 4) * TangentBundle.unit + 0x1p-900) * trace, operations: 4 * n + 8)
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
        vector.withUnsafeBufferPointer { vector -> [Double] in
          guard let rows = entries.baseAddress, let vector = vector.baseAddress else { return [] }
          return (0..<n).map { (rows + $0 * n).dot(vector, count: n) }
        }
      }
      value = max(value, zip(image, vector).reduce(0) { $0 + $1.0 * $1.1 })
      for i in 0..<n { vector[i] = image[i] + size * vector[i] }
    }
    return value
  }
}
