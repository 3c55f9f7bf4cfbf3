import Multiprecision

/// Minimise the nuclear norm ‖W‖_* (the sum of the singular values) over the matrices with given entries.
///
/// By duality the least norm is the maximum of ⟨Q, Y⟩ over the Q that are zero off the observed places Ω and have
/// spectral norm ‖Q‖ ≤ 1: ⟨Q, Y⟩ = ⟨Q, W⟩ ≤ ‖Q‖ ‖W‖_* for each W with the given entries.
///
/// **Source**: docs/theory, T7.
public struct MatrixCompletion: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public let row: Int
    public let column: Int
    public let value: Rational

    public init(row: Int, column: Int, value: Rational) {
      self.row = row
      self.column = column
      self.value = value
    }
  }

  public let shape: MatrixShape
  /// Ω with Y.
  public let entries: [Entry]

  /// - Throws: `shape`, for entries outside the matrix or given twice.
  public init(rows: Int, columns: Int, entries: [Entry]) throws(ProgrammeError) {
    guard rows > 0, columns > 0 else { throw .shape("a matrix of \(rows)×\(columns)") }
    var seen = Set<[Int]>()
    for entry in entries {
      guard (0..<rows).contains(entry.row), (0..<columns).contains(entry.column) else {
        throw .shape("an entry at (\(entry.row), \(entry.column)) of a matrix of \(rows)×\(columns)")
      }
      guard seen.insert([entry.row, entry.column]).inserted else {
        throw .shape("the entry at (\(entry.row), \(entry.column)) is given twice")
      }
    }
    shape = MatrixShape(rows: rows, columns: columns)
    self.entries = entries
  }

  /// The matrix with the given entries in place of its own.
  ///
  /// - Throws: `shape`.
  public func completing(_ matrix: Matrix<Rational>) throws(ProgrammeError) -> Matrix<Rational> {
    guard matrix.shape == shape else { throw .shape("a matrix of \(matrix.shape), expected \(shape)") }
    var copy = matrix
    for entry in entries { copy[entry.row, entry.column] = entry.value }
    return copy
  }

  /// The matrix with zeros at all places that are not observed.
  func restricting(_ matrix: Matrix<Rational>) -> Matrix<Rational> {
    var copy = Matrix<Rational>(rows: shape.rows, columns: shape.columns, repeating: 0)
    for entry in entries { copy[entry.row, entry.column] = matrix[entry.row, entry.column] }
    return copy
  }

  /// ⟨Q, Y⟩ over the observed places.
  func product(_ dual: Matrix<Rational>) -> Rational {
    entries.map { dual[$0.row, $0.column] * $0.value }.reduce(0, +)
  }

  /// Checks that W has the given entries, and that Q is zero off their places.
  func require(matrix: Matrix<Rational>, dual: Matrix<Rational>) throws(CertificateFailure) {
    try CertificateFailure.require(
      matrix.shape == shape && dual.shape == shape,
      "matrices of \(matrix.shape) and \(dual.shape), expected \(shape)")
    for entry in entries {
      try CertificateFailure.require(
        matrix[entry.row, entry.column] == entry.value,
        "the entry at (\(entry.row), \(entry.column)) is not \(entry.value)")
    }
    try CertificateFailure.require(
      restricting(dual) == dual, "the dual is not zero at all places not observed")
  }
}
