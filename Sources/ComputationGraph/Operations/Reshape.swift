/// The same entries in row-major order, in another shape.
struct Reshape: IndexMap {
  let target: Shape

  var key: String { "reshape \(target)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    guard operands[0].count == target.count else {
      throw ShapeError("reshape", [operands[0], target], expected: "equally many entries")
    }
    return target
  }

  func map(from operand: Shape, to shape: Shape) -> [Int] { Array(0..<shape.count) }

  func cotangent(of operand: Node, cotangent: Node) throws -> Node {
    try cotangent.reshaped(to: operand.shape)
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    ("\\operatorname{reshape}_{\(target)}\(operands[0].parenthesized)", .atom)
  }
}
