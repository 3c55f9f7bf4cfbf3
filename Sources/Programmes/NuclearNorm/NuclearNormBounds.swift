import Multiprecision

/// Proves lower ≤ min ‖W'‖_* ≤ ‖W‖_* ≤ upper for a matrix W with the given entries, from any W and any Q.
///
/// - Upper: for W = A Bᵀ + R, ‖W‖_* ≤ ½(|A|² + |B|²) + √min(m, n) |R|, Frobenius norms.
/// - Lower: Q is zero off the observed places and s²I - QᵀQ is positive definite (a Cholesky factorisation in balls),
///   so ‖Q‖ < s and ⟨Q, Y⟩ ≤ s min ‖W'‖_*.
///
/// All data are exact, so everything else is checked in exact arithmetic.
public struct NuclearNormBounds: Certificate, Hashable {
  public let completion: MatrixCompletion
  /// W.
  public let matrix: Matrix<Rational>
  /// A.
  public let left: Matrix<Rational>
  /// B.
  public let right: Matrix<Rational>
  /// Q.
  public let dual: Matrix<Rational>
  /// s.
  public let spectralBound: Rational
  public let lower: Rational
  public let upper: Rational
  /// The bits of the Cholesky factorisation.
  public let precision: Int

  public func check() throws(CertificateFailure) {
    try completion.require(matrix: matrix, dual: dual)
    try CertificateFailure.require(
      left.rows == matrix.rows && right.rows == matrix.columns && left.columns == right.columns,
      "factors of \(left.shape) and \(right.shape) for a matrix of \(matrix.shape)")
    let (aligned, rest) = Self.upperTerms(matrix, left, right)
    let room = upper - aligned
    try CertificateFailure.require(
      room.signum() >= 0 && room * room >= rest, "the upper bound \(upper) is not proved by the factors")

    try CertificateFailure.require(
      spectralBound.signum() > 0, "the bound of the spectral norm is \(spectralBound)")
    try CertificateFailure.require(
      Self.isSpectralBound(spectralBound, of: dual, precision: precision),
      "the spectral norm of Q is not certified to be below \(spectralBound)")
    try CertificateFailure.require(
      lower * spectralBound <= completion.product(dual), "the lower bound \(lower) is not proved by Q")
  }

  /// ½(|A|² + |B|²) and min(m, n) |W - A Bᵀ|².
  static func upperTerms(
    _ matrix: Matrix<Rational>, _ left: Matrix<Rational>, _ right: Matrix<Rational>
  ) -> (Rational, Rational) {
    let rest = matrix - left * right.transposed()
    let aligned = (dot(left.elements, left.elements) + dot(right.elements, right.elements)) / 2
    return (aligned, Rational(min(matrix.rows, matrix.columns)) * dot(rest.elements, rest.elements))
  }

  /// Whether s²I - QᵀQ is certified to be positive definite.
  static func isSpectralBound(_ bound: Rational, of matrix: Matrix<Rational>, precision: Int) -> Bool {
    guard precision >= Precision.minimum, precision <= Precision.maximum else { return false }
    let square = Matrix<Rational>.identity(matrix.columns).scaled(by: bound * bound)
    return BallMatrix(square - matrix.transposed() * matrix, precision: precision).isCertifiedPositiveDefinite
  }
}
