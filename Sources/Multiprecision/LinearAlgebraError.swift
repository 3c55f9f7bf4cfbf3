/// The rows and columns of a matrix.
public struct MatrixShape: Sendable, Hashable, CustomStringConvertible {
  public let rows: Int
  public let columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  public var description: String { "\(rows)×\(columns)" }
}

/// Why a matrix computation has no result.
public enum LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The shapes do not fit together.
  case dimensionMismatch(MatrixShape, MatrixShape)
  case notSquare(MatrixShape)
  /// Certainly singular: exactly, or for every matrix within the balls. For floating numbers: no usable pivot.
  case singular
  /// Certainly not positive definite.
  case notPositiveDefinite
  case notSymmetric
  /// The balls are too wide, or the precision too low, to say yes or no.
  case undecided

  public var description: String {
    switch self {
    case .dimensionMismatch(let left, let right): "matrices of \(left) and \(right) do not fit together"
    case .notSquare(let shape): "expected a square matrix, found \(shape)"
    case .singular: "the matrix is singular"
    case .notPositiveDefinite: "the matrix is not positive definite"
    case .notSymmetric: "the matrix is not symmetric"
    case .undecided: "the enclosures are too wide to decide; a higher precision may help"
    }
  }
}
