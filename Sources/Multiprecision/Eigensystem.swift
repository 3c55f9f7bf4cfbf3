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
  /// - Parameter perturbation: each entry is changed by up to this part of the largest one first, always in the same way. Then
  ///   eigenvalues that are equal part, and have eigenvectors each, if nearly parallel ones.
  /// - Precondition: the matrix is square.
  public init?(_ matrix: Matrix<Double>, perturbation: Double = 0) {
    let matrix = perturbation > 0 ? Self.perturbed(matrix, by: perturbation) : matrix
    let size = matrix.rows
    var (rights, lefts) = (acb_mat_struct(), acb_mat_struct())
    acb_mat_init(&rights, size, size)
    acb_mat_init(&lefts, size, size)
    defer {
      acb_mat_clear(&rights)
      acb_mat_clear(&lefts)
    }
    guard let values = Self.eigenvalues(of: matrix, &rights, &lefts, precision: Self.precision) else {
      return nil
    }
    var pairs: [Pair] = []
    for k in 0..<size {
      guard let right = Self.direction((0..<size).map { acb_mat_entry_ptr(&rights, $0, k) }),
        let left = Self.direction((0..<size).map { acb_mat_entry_ptr(&lefts, k, $0) })
      else { return nil }
      pairs.append(
        Pair(
          real: values[k].real, imaginary: values[k].imaginary, right: right, left: left))
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
  /// The algorithm may fail where eigenvalues are equal. Then those of a matrix nearby are taken.
  ///
  /// - Precondition: the matrix is square.
  public static func abscissa(of matrix: Matrix<Double>) -> Double? {
    for part in perturbations {
      let nearby = part > 0 ? perturbed(matrix, by: part) : matrix
      if let found = eigenvalues(of: nearby, nil, nil, precision: lowPrecision) {
        return found.map(\.real).max()
      }
    }
    return nil
  }

  private static let perturbations = [0, 0x1p-40, 0x1p-30, 0x1p-20]

  private static func perturbed(_ matrix: Matrix<Double>, by part: Double) -> Matrix<Double> {
    let size = part * matrix.elements.reduce(0) { max($0, $1.magnitude) }
    // A fraction of the golden ratio's multiples is spread evenly, and never repeats.
    return Matrix(rows: matrix.rows, columns: matrix.columns) { row, column in
      let multiple = Double(row * matrix.columns + column + 1) * 0.618_033_988_749_894_9
      return matrix[row, column] + size * (2 * (multiple - multiple.rounded(.down)) - 1)
    }
  }

  /// The eigenvalues in the algorithm's order; eigenvectors are written where there is room for them.
  private static func eigenvalues(
    of matrix: Matrix<Double>, _ rights: UnsafeMutablePointer<acb_mat_struct>?,
    _ lefts: UnsafeMutablePointer<acb_mat_struct>?, precision: Int
  ) -> [(real: Double, imaginary: Double)]? {
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
    guard acb_mat_approx_eig_qr(values, lefts, rights, &balls, nil, 0, precision) != 0 else { return nil }
    return (0..<size).map { (double(&values[$0].real), double(&values[$0].imag)) }
  }

  private static let lowPrecision = 64
}
