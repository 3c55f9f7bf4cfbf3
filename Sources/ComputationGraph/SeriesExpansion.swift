import Multiprecision

/// The Taylor expansion of a vector field's solution: all operations' recurrences, run order by order.
///
/// Complexity: for order p, one dot product of length up to (p + 1)·inner for each entry of each product at
/// each order. Memory: one coefficient for each order and entry of each node that depends on the state.
public final class SeriesExpansion<A: SeriesArithmetic> {
  public let arithmetic: A
  public let state: [A.Series]
  /// The series of the state's velocities.
  let velocity: [A.Series]
  /// The operations in the order in which they are computed.
  let nodes: [(operation: any Operation, operands: [A.Series], output: A.Series)]
  /// What is done at each order: the nodes' coefficients, then the state's next ones.
  private var steps: [SeriesRecurrence] = []

  /// Plans the expansion and evaluates what does not depend on the state.
  public init(of field: VectorField, arithmetic: A) throws {
    self.arithmetic = arithmetic
    let graph = field.graph
    var series: [Int: A.Series] = [:]
    var nodes: [(operation: any Operation, operands: [A.Series], output: A.Series)] = []
    for node in field.state { series[node.index] = arithmetic.series(node.shape, isConstant: false) }
    for index in graph.order(for: field.velocity) where series[index] == nil {
      let entry = graph.entries[index]
      let output = arithmetic.series(entry.shape, isConstant: !entry.dependsOnVariables)
      series[index] = output
      let operands = entry.operands.compactMap { series[$0] }
      nodes.append((entry.operation, operands, output))
      let recurrence = entry.operation.recurrence(
        in: arithmetic, output: output, operands: operands,
        shapes: entry.operands.map { graph.entries[$0].shape }, shape: entry.shape)
      if entry.dependsOnVariables {
        steps.append { k in
          try recurrence(k)
          arithmetic.commit(output, k)
        }
      } else {
        try recurrence(0)
        arithmetic.commit(output, 0)
      }
    }
    self.nodes = nodes
    state = field.state.compactMap { series[$0.index] }
    velocity = field.velocity.compactMap { series[$0.index] }
    for series in state { arithmetic.keepCoefficients(of: series) }
    for (output, node) in zip(state, field.velocity) {
      guard let derivative = series[node.index] else { continue }
      steps.append { k in
        arithmetic.integrate(output, k, derivative)
        arithmetic.commit(output, k + 1)
      }
    }
  }

  /// Computes the state's coefficients of orders 0 to `order` at the given point.
  ///
  /// - Parameter check: called before each order; what it throws ends the expansion.
  public func expand(at point: [Matrix<BigFloat>], order: Int, check: (() throws -> Void)? = nil) throws {
    arithmetic.beginExpansion()
    for (series, value) in zip(state, point) {
      arithmetic.setHead(series, to: value)
      arithmetic.commit(series, 0)
    }
    for k in 0..<order {
      try check?()
      for step in steps { try step(k) }
      try arithmetic.endOrder(k)
    }
  }
}
