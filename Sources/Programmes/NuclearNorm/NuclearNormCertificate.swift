import Multiprecision

/// Proves, in exact arithmetic, that a rational W has the least nuclear norm among the matrices with its observed
/// entries.
///
/// Q is zero off the observed places, H = QᵀW is symmetric and positive semidefinite, Q H = W, and I - QᵀQ is positive
/// semidefinite. Then H² = WᵀQ Q H = WᵀW, so H = (WᵀW)^{1/2} and ‖W‖_* = tr H = ⟨Q, W⟩ = ⟨Q, Y⟩, while ‖Q‖ ≤ 1: no
/// matrix with these entries has a smaller norm. With W = U Σ Vᵀ this is Q = U Vᵀ + M, UᵀM = 0, M V = 0, ‖M‖ ≤ 1.
public struct NuclearNormCertificate: Certificate, Hashable {
  public let completion: MatrixCompletion
  /// W.
  public let matrix: Matrix<Rational>
  /// Q.
  public let dual: Matrix<Rational>

  public init(completion: MatrixCompletion, matrix: Matrix<Rational>, dual: Matrix<Rational>) {
    self.completion = completion
    self.matrix = matrix
    self.dual = dual
  }

  /// ‖W‖_* = ⟨Q, Y⟩.
  public var value: Rational { completion.product(dual) }

  public func check() throws(CertificateFailure) {
    try completion.require(matrix: matrix, dual: dual)
    let root = dual.transposed() * matrix
    try CertificateFailure.require(root == root.transposed(), "QᵀW is not symmetric")
    try CertificateFailure.require(root.isPositiveSemidefinite, "QᵀW is not positive semidefinite")
    try CertificateFailure.require(dual * root == matrix, "Q QᵀW is not W")
    let rest = Matrix.identity(dual.columns) - dual.transposed() * dual
    try CertificateFailure.require(rest.isPositiveSemidefinite, "the spectral norm of Q is above 1")
  }

  /// Whether W is proved to be the only minimiser; exact if Q is strict (`isStrict`), else false may mean "not known".
  ///
  /// Q proves every minimiser W': H' = QᵀW' is symmetric and Q H' = W', so QᵀQ H' = H'. With a basis N of the
  /// eigenspace of QᵀQ at 1, H' = N S Nᵀ with S symmetric, and W' = Q N S Nᵀ: W is the only one if S ≠ 0 always
  /// changes an observed entry. If Q is strict, S is positive definite at W, and any small S that changes none gives
  /// another minimiser.
  public var isUnique: Bool {
    let right = eigenspace
    let left = dual * right
    let size = right.columns
    let pairs = (0..<size).flatMap { k in (k..<size).map { (k, $0) } }
    let entries = completion.entries
    let changes = Matrix<Rational>(rows: entries.count, columns: pairs.count) { place, pair in
      let (entry, (k, l)) = (entries[place], pairs[pair])
      let product = left[entry.row, k] * right[entry.column, l]
      return k == l ? product : product + left[entry.row, l] * right[entry.column, k]
    }
    return changes.rank() == pairs.count
  }

  /// Whether ‖M‖ < 1: the singular value 1 of Q has no larger multiplicity than W has rank.
  public var isStrict: Bool { eigenspace.columns == matrix.rank() }

  /// A basis of {v : QᵀQ v = v}, one vector a column.
  private var eigenspace: Matrix<Rational> {
    (Matrix.identity(dual.columns) - dual.transposed() * dual).nullspaceBasis()
  }
}

extension Matrix where Scalar == Rational {
  /// Whether a symmetric matrix is positive semidefinite, by elimination: a pivot of zero needs a row of zeros.
  var isPositiveSemidefinite: Bool {
    guard isSquare, self == transposed() else { return false }
    var rest = self
    for k in 0..<rows {
      if rest[k, k].signum() < 0 { return false }
      if rest[k, k].isZero {
        if (k..<rows).contains(where: { !rest[k, $0].isZero }) { return false }
        continue
      }
      for i in (k + 1)..<rows where !rest[i, k].isZero {
        let factor = rest[i, k] / rest[k, k]
        for j in k..<columns { rest[i, j] -= factor * rest[k, j] }
      }
    }
    return true
  }
}
