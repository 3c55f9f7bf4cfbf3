import CFLINT

/// A dense matrix of balls in one block (Arb), with one working precision for all entries.
///
/// Every operation encloses, as for `Ball`. A value type: copies share storage until one is written.
public struct BallMatrix: @unchecked Sendable {
  private var storage: BallMatrixStorage
  /// The working precision in bits.
  public let precision: Int

  /// A new matrix, zero before `body` writes it.
  package init(
    shape: MatrixShape, precision: Int, writing body: (UnsafeMutablePointer<arb_mat_struct>) -> Void
  ) {
    Precision.check(precision)
    precondition(shape.rows >= 0 && shape.columns >= 0, "a matrix has no negative size")
    self.precision = precision
    storage = .make(shape)
    storage.withUnsafeMutablePointerToElements(body)
  }

  /// Reads the matrix; the pointer is valid during `body` only and nothing may be written through it.
  package func withPointer<Result>(_ body: (UnsafeMutablePointer<arb_mat_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Writes the matrix in place, after copying it when it is shared.
  package mutating func withUniquePointer(_ body: (UnsafeMutablePointer<arb_mat_struct>) -> Void) {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = BallMatrix(shape: shape, precision: precision) { fresh in
        withPointer { arb_mat_set(fresh, $0) }
      }
      self = copy
    }
    storage.withUnsafeMutablePointerToElements(body)
  }

  public init(zeroWithRows rows: Int, columns: Int, precision: Int) {
    self.init(shape: MatrixShape(rows: rows, columns: columns), precision: precision) { arb_mat_zero($0) }
  }

  public static func identity(_ size: Int, precision: Int) -> BallMatrix {
    BallMatrix(shape: MatrixShape(rows: size, columns: size), precision: precision) { arb_mat_one($0) }
  }

  /// The balls as they are; the working precision is the largest one among them.
  public init(_ matrix: Matrix<Ball>) {
    let precision = matrix.elements.lazy.map(\.precision).max() ?? Precision.minimum
    self.init(matrix, precision: precision)
  }

  /// The balls as they are, with a working precision.
  public init(_ matrix: Matrix<Ball>, precision: Int) {
    self.init(shape: matrix.shape, precision: precision) { copy in
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns {
          matrix[i, j].withPointer { arb_set(arb_mat_entry_ptr(copy, i, j), $0) }
        }
      }
    }
  }

  /// The rationals, enclosed.
  public init(_ matrix: Matrix<Rational>, precision: Int) {
    self.init(shape: matrix.shape, precision: precision) { copy in
      RationalMatrixStorage.make(matrix).withUnsafeMutablePointerToElements {
        arb_mat_set_fmpq_mat(copy, $0, precision)
      }
    }
  }

  public var shape: MatrixShape { storage.header }

  public var rows: Int { shape.rows }

  public var columns: Int { shape.columns }

  public var matrix: Matrix<Ball> { Matrix(rows: rows, columns: columns) { self[$0, $1] } }

  public subscript(row: Int, column: Int) -> Ball {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return Ball(precision: precision) { entry in
        withPointer { arb_set(entry, arb_mat_entry_ptr($0, row, column)) }
      }
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      withUniquePointer { matrix in
        newValue.withPointer { arb_set(arb_mat_entry_ptr(matrix, row, column), $0) }
      }
    }
  }

  /// Whether every midpoint and radius is finite.
  public var isFinite: Bool { withPointer { arb_mat_is_finite($0) != 0 } }

  /// Whether every entry contains the rational at its place.
  public func contains(_ matrix: Matrix<Rational>) -> Bool {
    matrix.shape == shape
      && withPointer { balls in
        RationalMatrixStorage.make(matrix).withUnsafeMutablePointerToElements {
          arb_mat_contains_fmpq_mat(balls, $0) != 0
        }
      }
  }
}
