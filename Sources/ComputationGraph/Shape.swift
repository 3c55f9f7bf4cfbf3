import Multiprecision

/// The shape of a matrix; scalars are 1 × 1.
public typealias Shape = MatrixShape

extension MatrixShape {
  public init(_ rows: Int, _ columns: Int) { self.init(rows: rows, columns: columns) }

  public static let scalar = Shape(1, 1)
  /// `Int.max` where there are more entries.
  public var count: Int { MemoryAccount.product(rows, columns) }
  public var transposed: Shape { Shape(columns, rows) }
}

/// Operands whose shapes do not fit the operation.
public struct ShapeError: Error, Sendable, Equatable, CustomStringConvertible {
  public let operation: String
  public let shapes: [Shape]
  /// What the operation asks of its operands.
  public let expected: String

  public init(_ operation: String, _ shapes: [Shape], expected: String) {
    self.operation = operation
    self.shapes = shapes
    self.expected = expected
  }

  public var description: String {
    "\(operation): shapes \(shapes.map(\.description).joined(separator: " and ")), expected \(expected)"
  }
}
