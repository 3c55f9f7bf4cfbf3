import Multiprecision

/// An exact rational matrix.
struct Constant: Operation {
  let value: Matrix<Rational>

  var key: String {
    "constant \(value.rows) \(value.columns) "
      + value.elements.map(\.description).joined(separator: " ")
  }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { Shape(value.rows, value.columns) }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    value.map { Scalar($0, precision: precision) }
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? { nil }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] { [] }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    { _ in arithmetic.setHead(output, to: value) }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    if value.shape == .scalar {
      let scalar = value[0, 0]
      return (Formula.text(of: scalar), scalar.signum() < 0 ? .negative : scalar.isInteger ? .atom : .power)
    }
    let rows = (0..<value.rows).map { row in
      value.row(row).map(Formula.text(of:)).joined(separator: " & ")
    }
    return ("\\begin{pmatrix} \(rows.joined(separator: " \\\\ ")) \\end{pmatrix}", .atom)
  }
}
