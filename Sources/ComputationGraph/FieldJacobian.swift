import Multiprecision

/// The Jacobian ∂F/∂x of a vector field in any arithmetic, by forward mode: what does not depend on the direction is
/// evaluated once.
///
/// Matrices of the state whose velocity is constant (the time, for instance) are left out of rows and columns.
public struct FieldJacobian {
  private let graph: Graph
  private let state: [Node]
  /// The places of the state's matrices that are not left out.
  public let places: [Int]
  private let primal: [Node]
  private let tangents: [Node]
  private let derivative: [Node]

  /// - Throws: `ShapeError`.
  public init(of field: VectorField) throws {
    graph = field.graph
    state = field.state
    primal = graph.order(for: field.velocity).map { [graph] in Node(graph: graph, index: $0) }
    places = field.velocity.indices.filter { !field.velocity[$0].isConstant }
    let moving = places.map { field.state[$0] }
    tangents = moving.map { [graph] in graph.variable($0.shape, name: "direction") }
    derivative = try graph.pushforward(
      places.map { field.velocity[$0] }, along: Array(zip(moving, tangents)))
  }

  /// n × n: entry (i, j) is the derivative of the i-th entry of the velocity by the j-th of the state, both with
  /// their matrices in order, each row by row.
  ///
  /// - Complexity: one evaluation of the field's tangent for each entry of the state.
  public func value<Scalar: RealScalar>(at point: [Matrix<Scalar>], precision: Int) throws -> Matrix<Scalar> {
    let values = try graph.evaluate(primal, variables: Array(zip(state, point)), precision: precision)
    let known = Array(zip(primal, values)) + Array(zip(state, point))
    let (zero, one) = (Scalar(0, precision: precision), Scalar(1, precision: precision))
    let columns = try tangents.indices.flatMap { place in
      try (0..<tangents[place].shape.count).map { entry in
        let seeds = tangents.indices.map { index in
          let shape = tangents[index].shape
          return Matrix<Scalar>(rows: shape.rows, columns: shape.columns) { row, column in
            index == place && row * shape.columns + column == entry ? one : zero
          }
        }
        return try graph.evaluate(
          derivative, variables: known + Array(zip(tangents, seeds)), precision: precision
        ).flatMap(\.elements)
      }
    }
    return Matrix(rows: columns.count, columns: columns.count) { columns[$1][$0] }
  }
}
