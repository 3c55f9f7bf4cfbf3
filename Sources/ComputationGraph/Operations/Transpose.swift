/// The transpose. As a factor of a matrix product it becomes a flag there.
struct Transpose: IndexMap {
  var key: String { "transpose" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { operands[0].transposed }

  func map(from operand: Shape, to shape: Shape) -> [Int] {
    (0..<shape.rows).flatMap { row in (0..<shape.columns).map { $0 * operand.columns + row } }
  }

  func cotangent(of operand: Node, cotangent: Node) throws -> Node { try cotangent.transposed() }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\(operands[0].text(atLeast: .atom))^\\top", .power)
  }
}
