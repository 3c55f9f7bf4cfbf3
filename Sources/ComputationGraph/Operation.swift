import Multiprecision

/// One operation on matrices: its shape rule, value, derivative rules, Taylor recurrence and LaTeX.
///
/// To add an operation is to add a file that conforms to this protocol.
public protocol Operation: Sendable {
  /// The operation's name with its attributes. Two nodes with equal keys and operands are one node.
  var key: String { get }

  func shape(of operands: [Shape]) throws(ShapeError) -> Shape

  func value<Scalar: RealScalar>(_ operands: [Matrix<Scalar>], shape: Shape, precision: Int) throws -> Matrix<
    Scalar
  >

  /// Forward mode: the tangent of `node`, given its operands' tangents (nil is zero).
  func tangent(of node: Node, operands: [Node], tangents: [Node?]) throws -> Node?

  /// Reverse mode: what `node`'s cotangent contributes to each operand's (nil is zero).
  func cotangents(of node: Node, operands: [Node], cotangent: Node) throws -> [Node?]

  /// A closure that computes the k-th Taylor coefficient of the result, given the operands' coefficients up
  /// to the k-th and the result's below it. It is called with k = 0, 1, 2, ... and, if no operand depends
  /// on the state, with k = 0 only.
  func recurrence<A: SeriesArithmetic>(
    in arithmetic: A, output: A.Series, operands: [A.Series], shapes: [Shape], shape: Shape
  ) -> SeriesRecurrence

  /// The LaTeX of the result, and how tightly its outermost operation binds.
  func latex(_ operands: [Formula]) -> (text: String, binding: Formula.Binding)
}

public typealias SeriesRecurrence = (_ k: Int) throws -> Void
