import Multiprecision

/// An autonomous ordinary differential equation: the velocity of a state of several matrices, as a graph.
public struct VectorField {
  public let graph: Graph
  /// Variables of the graph, one for each matrix of the state.
  public let state: [Node]
  /// The time derivative of each matrix of the state.
  public let velocity: [Node]

  public init(graph: Graph, state: [Node], velocity: [Node]) throws(ShapeError) {
    for (node, derivative) in zip(state, velocity) where node.shape != derivative.shape {
      throw ShapeError("velocity", [node.shape, derivative.shape], expected: "the shape of its state")
    }
    guard state.count == velocity.count else {
      throw ShapeError("velocity", velocity.map(\.shape), expected: "\(state.count) matrices")
    }
    self.graph = graph
    self.state = state
    self.velocity = velocity
  }

  /// An upper estimate of what the power series of all nodes take up.
  public func seriesBytes(order: Int, precision: Int) -> Int {
    let entries = graph.order(for: velocity).reduce(0) { $0 + graph.entries[$1].shape.count }
    // A number is 48 bytes and its limbs; layouts for products hold up to two more headers, auxiliary series
    // up to two more numbers.
    return entries * (order + 1) * (3 * (48 + precision / 8) + 2 * 48)
  }
}
