/// A dense matrix, row by row.
public struct Matrix<Scalar> {
  public let rows: Int
  public let columns: Int
  /// The entries, row by row.
  public private(set) var elements: [Scalar]

  /// - Precondition: `elements` holds rows · columns entries.
  public init(rows: Int, columns: Int, elements: [Scalar]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "wrong number of entries")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// - Precondition: the rows have the same length.
  public init(rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "the rows have different lengths")
    self.init(rows: rows.count, columns: columns, elements: Array(rows.joined()))
  }

  public init(rows: Int, columns: Int, repeating value: Scalar) {
    self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// The matrix of the entries that `entry` gives for each row and column.
  public init(rows: Int, columns: Int, _ entry: (_ row: Int, _ column: Int) throws -> Scalar) rethrows {
    var elements: [Scalar] = []
    elements.reserveCapacity(rows * columns)
    for i in 0..<rows {
      for j in 0..<columns { elements.append(try entry(i, j)) }
    }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  /// A matrix of one column.
  public init(column: [Scalar]) {
    self.init(rows: column.count, columns: 1, elements: column)
  }

  public subscript(row: Int, column: Int) -> Scalar {
    get { elements[index(row, column)] }
    _modify { yield &elements[index(row, column)] }
  }

  @inline(__always)
  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
    return row * columns + column
  }

  public var shape: MatrixShape { MatrixShape(rows: rows, columns: columns) }

  public var isSquare: Bool { rows == columns }

  public func row(_ index: Int) -> [Scalar] { (0..<columns).map { self[index, $0] } }

  public func column(_ index: Int) -> [Scalar] { (0..<rows).map { self[$0, index] } }

  public func transposed() -> Matrix {
    Matrix(rows: columns, columns: rows) { self[$1, $0] }
  }

  public func map<Result>(_ transform: (Scalar) throws -> Result) rethrows -> Matrix<Result> {
    Matrix<Result>(rows: rows, columns: columns, elements: try elements.map(transform))
  }

  mutating func swapRows(_ first: Int, _ second: Int) {
    for j in 0..<columns { elements.swapAt(index(first, j), index(second, j)) }
  }
}

extension Matrix: Sendable where Scalar: Sendable {}
extension Matrix: Equatable where Scalar: Equatable {}
extension Matrix: Hashable where Scalar: Hashable {}
