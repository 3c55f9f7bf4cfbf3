import ComputationGraph

@testable import Integrators

extension VectorField {
  /// A field with one column of states, from a function of its entries.
  static func column(_ count: Int, _ velocity: ([Node]) throws -> [Node]) throws -> VectorField {
    let graph = Graph()
    let state = graph.variable(Shape(count, 1), name: "x")
    let entries = try (0..<count).map { try state.select(rows: [$0]) }
    return try VectorField(graph: graph, state: [state], velocity: [.stacked(velocity(entries))])
  }
}
