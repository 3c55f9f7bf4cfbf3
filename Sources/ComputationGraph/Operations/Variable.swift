import Multiprecision

/// A matrix given from outside. It has no value of its own: evaluation looks it up.
struct Variable: Operation {
  let index: Int
  let shape: Shape
  let name: String

  var key: String { "variable \(index) \(name)" }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { shape }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    throw EvaluationError.variableWithoutValue(name: name)
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? { nil }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] { [] }

  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence {
    { _ throws(SeriesError) in throw .variableWithoutState(name) }
  }

  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding) {
    (name, .atom)
  }
}
