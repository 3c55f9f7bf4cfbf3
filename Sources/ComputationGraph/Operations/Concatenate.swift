import Multiprecision

/// Matrices one below the other (rows) or side by side (columns).
struct Concatenate: Operation {
  enum Axis: String, Sendable { case rows, columns }
  let axis: Axis

  var key: String { "concatenate \(axis)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    let matching = axis == .rows ? Set(operands.map(\.columns)) : Set(operands.map(\.rows))
    guard matching.count == 1 else {
      throw ShapeError("concatenation by \(axis)", operands, expected: "equal sizes across the axis")
    }
    return axis == .rows
      ? Shape(operands.reduce(0) { $0 + $1.rows }, operands[0].columns)
      : Shape(operands[0].rows, operands.reduce(0) { $0 + $1.columns })
  }

  /// For each operand the places of its entries in the result.
  func maps(_ shapes: [Shape], shape: Shape) -> [[Int]] {
    var offset = 0
    return shapes.map { operand in
      defer { offset += axis == .rows ? operand.rows : operand.columns }
      return (0..<operand.rows).flatMap { row in
        (0..<operand.columns).map { column in
          axis == .rows
            ? (offset + row) * shape.columns + column : row * shape.columns + offset + column
        }
      }
    }
  }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    var elements = [Scalar](repeating: Scalar(0, precision: precision), count: shape.count)
    let maps = maps(operands.map { Shape($0.rows, $0.columns) }, shape: shape)
    for (operand, map) in zip(operands, maps) {
      for (entry, place) in map.enumerated() { elements[place] = operand.elements[entry] }
    }
    return Matrix(rows: shape.rows, columns: shape.columns, elements: elements)
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try node.graph.apply(self, zip(operands, tangents).map { $1 ?? node.graph.zero($0.shape) })
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    var offset = 0
    return try operands.map { operand in
      let extent = axis == .rows ? operand.shape.rows : operand.shape.columns
      defer { offset += extent }
      return axis == .rows
        ? try cotangent.slice(rows: offset..<offset + extent, columns: 0..<cotangent.shape.columns)
        : try cotangent.slice(rows: 0..<cotangent.shape.rows, columns: offset..<offset + extent)
    }
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let maps = maps(shapes, shape: shape).map { arithmetic.scattering($0, into: shape.count) }
    return { k in
      arithmetic.setZero(output, k)
      for (operand, map) in zip(operands, maps) {
        arithmetic.scatter(output, k, adding: operand, at: map)
      }
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    let separator = axis == .rows ? " \\\\ " : " & "
    return ("\\begin{bmatrix} \(operands.map(\.text).joined(separator: separator)) \\end{bmatrix}", .atom)
  }
}
