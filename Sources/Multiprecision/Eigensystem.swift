import CFLINT

/// Eigenvalues and eigenvectors of a real matrix of doubles, approximately: nothing is proved of them.
///
/// By Arb's QR algorithm (`acb_mat_approx_eig_qr`). **Complexity**: some 25 n³ operations.
public struct Eigensystem: Sendable {
  public struct Pair: Sendable {
    public let real: Double, imaginary: Double
    /// A x = λ x, and the y with yᵀ A = λ yᵀ, of length 1.
    public let right: Direction, left: Direction

    /// The eigenvalue's absolute value.
    public var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }
  }

  /// Real and imaginary parts of a vector.
  public struct Direction: Sendable {
    public let real: [Double], imaginary: [Double]
  }

  /// In the order of the eigenvalues' absolute values.
  public let pairs: [Pair]

  /// Bits of the computation: small eigenvalues beside large ones have digits too.
  private static let precision = 128

  /// Nil where the algorithm does not converge, or an entry is not finite.
  ///
  /// - Precondition: the matrix is square.
  public init?(_ matrix: Matrix<Double>) {
    precondition(matrix.isSquare, "only square matrices have eigenvalues")
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    let size = matrix.rows
    var (balls, rights, lefts) = (acb_mat_struct(), acb_mat_struct(), acb_mat_struct())
    acb_mat_init(&balls, size, size)
    acb_mat_init(&rights, size, size)
    acb_mat_init(&lefts, size, size)
    guard let values = _acb_vec_init(size) else { return nil }
    defer {
      acb_mat_clear(&balls)
      acb_mat_clear(&rights)
      acb_mat_clear(&lefts)
      _acb_vec_clear(values, size)
    }
    for row in 0..<size {
      for column in 0..<size { acb_set_d(acb_mat_entry_ptr(&balls, row, column), matrix[row, column]) }
    }
    guard acb_mat_approx_eig_qr(values, &lefts, &rights, &balls, nil, 0, Self.precision) != 0 else {
      return nil
    }
    var pairs: [Pair] = []
    for k in 0..<size {
      guard let right = Self.direction((0..<size).map { acb_mat_entry_ptr(&rights, $0, k) }),
        let left = Self.direction((0..<size).map { acb_mat_entry_ptr(&lefts, k, $0) })
      else { return nil }
      pairs.append(
        Pair(
          real: Self.double(&values[k].real), imaginary: Self.double(&values[k].imag), right: right,
          left: left))
    }
    self.pairs = pairs.sorted { $0.magnitude < $1.magnitude }
  }

  private static func double(_ ball: UnsafeMutablePointer<arb_struct>) -> Double {
    fisherflow_nearest_double(arb_mid_ptr(ball))
  }

  /// The vector, made as long as 1; nil where that cannot be.
  private static func direction(_ entries: [UnsafeMutablePointer<acb_struct>?]) -> Direction? {
    let entries = entries.compactMap { $0 }
    let (real, imaginary) = (
      entries.map { double(&$0.pointee.real) }, entries.map { double(&$0.pointee.imag) }
    )
    let length = (real + imaginary).reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    return Direction(real: real.map { $0 / length }, imaginary: imaginary.map { $0 / length })
  }

  /// About the greatest real part of an eigenvalue; nil where the algorithm does not converge, or an entry is not finite.
  ///
  /// - Precondition: the matrix is square.
  public static func abscissa(of matrix: Matrix<Double>) -> Double? {
    precondition(matrix.isSquare, "only square matrices have eigenvalues")
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    let size = matrix.rows
    var balls = acb_mat_struct()
    acb_mat_init(&balls, size, size)
    guard let values = _acb_vec_init(size) else { return nil }
    defer {
      acb_mat_clear(&balls)
      _acb_vec_clear(values, size)
    }
    for row in 0..<size {
      for column in 0..<size { acb_set_d(acb_mat_entry_ptr(&balls, row, column), matrix[row, column]) }
    }
    guard acb_mat_approx_eig_qr(values, nil, nil, &balls, nil, 0, lowPrecision) != 0 else { return nil }
    return (0..<size).map { double(&values[$0].real) }.max()
  }

  private static let lowPrecision = 64
}
