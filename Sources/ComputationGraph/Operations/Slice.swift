/// The submatrix of the given rows and columns, in the given order, repetitions allowed.
struct Slice: IndexMap {
  let rows: [Int]
  let columns: [Int]

  var key: String { "slice \(rows) \(columns)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    guard rows.allSatisfy({ (0..<operands[0].rows).contains($0) }),
      columns.allSatisfy({ (0..<operands[0].columns).contains($0) })
    else { throw ShapeError("slice", [operands[0]], expected: "rows and columns within the operand") }
    return Shape(rows.count, columns.count)
  }

  func map(from operand: Shape, to shape: Shape) -> [Int] {
    rows.flatMap { row in columns.map { row * operand.columns + $0 } }
  }

  func cotangent(of operand: Node, cotangent: Node) throws -> Node {
    try cotangent.graph.apply(Embed(slice: self, target: operand.shape), [cotangent])
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    let operand = operands[0]
    let rows = Formula.text(of: rows, outOf: operand.shape.rows)
    let columns = Formula.text(of: columns, outOf: operand.shape.columns)
    return ("\(operand.text(atLeast: .atom))_{\(rows),\(columns)}", .atom)
  }
}
