import Multiprecision

/// An autonomous ordinary differential equation: the velocity of a state of several matrices, as a graph.
public struct VectorField {
  public let graph: Graph
  /// Variables of the graph, one for each matrix of the state.
  public let state: [Node]
  /// The time derivative of each matrix of the state.
  public let velocity: [Node]
  /// The same field written in another way that is regular near a given state, where this way of writing it
  /// may be singular though the field is not (a basis that degenerates); nil if there is no other.
  public let renewed: Renewal?
  /// The same field written in another way that serves better near a given state; nil where this one does. Asked before
  /// every step, so it must cost little. In exact arithmetic the two are equal wherever both have a value.
  public let preferred: Renewal?

  public typealias Renewal = (_ state: [Matrix<BigFloat>]) throws -> VectorField?

  public init(
    graph: Graph, state: [Node], velocity: [Node], renewed: Renewal? = nil, preferred: Renewal? = nil
  ) throws(ShapeError) {
    for (node, derivative) in zip(state, velocity) where node.shape != derivative.shape {
      throw ShapeError("velocity", [node.shape, derivative.shape], expected: "the shape of its state")
    }
    guard state.count == velocity.count else {
      throw ShapeError("velocity", velocity.map(\.shape), expected: "\(state.count) matrices")
    }
    self.graph = graph
    self.state = state
    self.velocity = velocity
    self.renewed = renewed
    self.preferred = preferred
  }

  /// An upper estimate of what the power series of all nodes take up, in bytes; `Int.max` where that is larger.
  ///
  /// Each coefficient is counted with its 48 bytes of header and full precision, and five times: a node has at
  /// most four auxiliary series. Layouts for matrix products hold up to two more headers. Coefficients of
  /// falling precision take about half of that, and those in fixed point, which are stored for each layout, no more.
  /// What relaxed products in fixed point take at a time is added.
  public func seriesBytes(order: Int, precision: Int) -> Int {
    let coefficients = graph.order(for: velocity).reduce(0) { sum, index in
      let entry = graph.entries[index]
      return MemoryAccount.sum(
        sum, MemoryAccount.product(entry.shape.count, entry.dependsOnVariables ? order + 1 : 1))
    }
    let (header, allocation) = (48, 16 + precision / 8)
    let scratch = FixedPointSeriesArithmetic.scratchBytes(order: order, precision: precision)
    return MemoryAccount.sum(
      MemoryAccount.product(coefficients, 5 * (header + allocation) + 2 * header), scratch)
  }
}
