import Multiprecision

/// A function applied to each entry of one operand. A conforming file gives the function on scalars, its
/// derivative as nodes, and its recurrence.
protocol EntrywiseFunction: Operation {
  func apply<Scalar: RealScalar>(_ x: Scalar, precision: Int) -> Scalar
  /// The entrywise derivative at `operand`; `node` is this function's own node, for functions whose
  /// derivative is best said by their value.
  func derivative(at operand: Node, node: Node) throws -> Node
}

extension EntrywiseFunction {
  func shape(of operands: [Shape]) throws(ShapeError) -> Shape { operands[0] }

  func value<Scalar: RealScalar>(
    _ operands: [Matrix<Scalar>], shape: Shape, precision: Int
  ) throws -> Matrix<Scalar> {
    operands[0].map { apply($0, precision: precision) }
  }

  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node? {
    try tangents[0].map { try derivative(at: operands[0], node: node) * $0 }
  }

  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?] {
    [try derivative(at: operands[0], node: node) * cotangent]
  }
}

extension SeriesArithmetic {
  /// out_k = k·a_k: the Euler operator t·d/dt on coefficients.
  func euler(_ output: Series, _ k: Int, of a: Series) {
    multiply(output, k, a, by: k)
    commit(output, k)
  }
}
