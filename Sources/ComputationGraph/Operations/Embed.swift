import Multiprecision

/// The transpose of a slice: the operand's entries added into a zero matrix at the slice's places.
struct Embed: Operation {
  let slice: Slice
  let target: Shape

  var key: String { "embed \(slice.key) \(target)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    guard operands[0] == Shape(slice.rows.count, slice.columns.count) else {
      throw ShapeError("embed", [operands[0]], expected: "\(slice.rows.count)×\(slice.columns.count)")
    }
    guard slice.rows.allSatisfy({ (0..<target.rows).contains($0) }),
      slice.columns.allSatisfy({ (0..<target.columns).contains($0) })
    else { throw ShapeError("embed", [operands[0], target], expected: "rows and columns within the target") }
    return target
  }

  var map: [Int] { slice.map(from: target, to: Shape(slice.rows.count, slice.columns.count)) }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    var result = Matrix(
      rows: shape.rows, columns: shape.columns, repeating: Scalar(0, precision: precision))
    for (entry, place) in map.enumerated() {
      let (row, column) = place.quotientAndRemainder(dividingBy: shape.columns)
      result[row, column] = result[row, column] + operands[0].elements[entry]
    }
    return result
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try node.graph.apply(self, [$0]) }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try cotangent.select(rows: slice.rows, columns: slice.columns)]
  }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    let (operand, map) = (operands[0], arithmetic.scattering(map, into: shape.count))
    return { k in
      arithmetic.setZero(output, k)
      arithmetic.scatter(output, k, adding: operand, at: map)
    }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    let (rows, columns) = (
      Formula.text(of: slice.rows, outOf: target.rows), Formula.text(of: slice.columns, outOf: target.columns)
    )
    return ("\\operatorname{embed}_{\(rows),\(columns)}\(operands[0].parenthesized)", .atom)
  }
}
