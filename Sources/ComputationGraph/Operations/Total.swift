import Multiprecision

/// The sum of all entries, or over the rows (giving one row), or over the columns (giving one column).
struct Total: Operation {
  enum Axis: String, Sendable { case all, rows, columns }
  let axis: Axis

  var key: String { "sum \(axis)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    switch axis {
    case .all: .scalar
    case .rows: Shape(1, operands[0].columns)
    case .columns: Shape(operands[0].rows, 1)
    }
  }

  /// The place in the result that each entry of the operand is added to.
  func map(_ operand: Shape) -> [Int] {
    (0..<operand.count).map { entry in
      switch axis {
      case .all: 0
      case .rows: entry % operand.columns
      case .columns: entry / operand.columns
      }
    }
  }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    var elements = [Scalar](repeating: Scalar(0, precision: precision), count: shape.count)
    for (entry, place) in map(Shape(operands[0].rows, operands[0].columns)).enumerated() {
      elements[place] = elements[place] + operands[0].elements[entry]
    }
    return Matrix(rows: shape.rows, columns: shape.columns, elements: elements)
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try node.graph.apply(self, [$0]) }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try cotangent.broadcast(to: operands[0].shape)]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (operand, map) = (operands[0], arithmetic.scattering(map(shapes[0]), into: shape.count))
    return { k in
      arithmetic.setZero(output, k)
      arithmetic.scatter(output, k, adding: operand, at: map)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    let index = axis == .all ? "" : "_{\\mathrm{\(axis)}}"
    return ("\\operatorname{sum}\(index)\(operands[0].parenthesized)", .atom)
  }
}
