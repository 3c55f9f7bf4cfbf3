/// A scalar, one row or one column, repeated to fill a shape.
struct Broadcast: IndexMap {
  let target: Shape

  var key: String { "broadcast \(target)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    let operand = operands[0]
    guard operand.rows == 1 || operand.rows == target.rows,
      operand.columns == 1 || operand.columns == target.columns
    else {
      throw ShapeError("broadcast", [operand, target], expected: "1 or the target's size in each direction")
    }
    return target
  }

  func map(from operand: Shape, to shape: Shape) -> [Int] {
    (0..<shape.rows).flatMap { row in
      (0..<shape.columns).map { column in
        (operand.rows == 1 ? 0 : row) * operand.columns + (operand.columns == 1 ? 0 : column)
      }
    }
  }

  func cotangent(of operand: Node, cotangent: Node) throws -> Node {
    if operand.shape == .scalar { return try cotangent.sum() }
    return operand.shape.rows == 1 ? try cotangent.sumOfRows() : try cotangent.sumOfColumns()
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    (operands[0].text, operands[0].binding)
  }
}
