import Multiprecision

/// The Jacobian ∂F/∂x of a vector field in any arithmetic, by forward mode: what does not depend on the direction is
/// evaluated once, and a scalar may stand for many directions.
///
/// Matrices of the state whose motion is known exactly (the time, for instance) may be left out of rows and columns.
public struct FieldJacobian {
  private let field: VectorField
  /// The places of the state's matrices that are not left out.
  public let places: [Int]
  private let primal: [Node]
  private let directions: [Node]
  private let derivative: [Node]

  /// - Parameter places: the places of the state's matrices that are not left out.
  /// - Throws: `ShapeError`.
  public init(of field: VectorField, places: [Int]) throws {
    (self.field, self.places) = (field, places)
    let graph = field.graph
    primal = graph.order(for: field.velocity).map { Node(graph: graph, index: $0) }
    let moving = places.map { field.state[$0] }
    directions = moving.map { graph.variable($0.shape, name: "direction") }
    derivative = try graph.pushforward(
      places.map { field.velocity[$0] }, along: Array(zip(moving, directions)))
  }

  /// The numbers that an evaluation in all directions at once holds: one for each direction and entry of what depends on
  /// the direction; `Int.max` where they are more.
  public var directionalNumbers: Int {
    let graph = field.graph
    let entries = graph.order(for: derivative).reduce(0) { sum, index in
      let entry = graph.entries[index]
      return entry.dependsOnVariables ? MemoryAccount.sum(sum, entry.shape.count) : sum
    }
    return MemoryAccount.product(entries, directions.reduce(0) { MemoryAccount.sum($0, $1.shape.count) })
  }

  /// The directional derivatives of the velocities that are not left out.
  ///
  /// - Parameters:
  ///   - point: the state.
  ///   - direction: for each matrix of the state that is not left out its part of the direction.
  public func derivative<Scalar: RealScalar>(
    at point: [Matrix<Scalar>], along direction: [Matrix<Scalar>], precision: Int
  ) throws -> [Matrix<Scalar>] {
    let graph = field.graph
    let state = Array(zip(field.state, point))
    let values = try graph.evaluate(primal, variables: state, precision: precision)
    return try graph.evaluate(
      derivative, variables: Array(zip(primal, values)) + state + zip(directions, direction),
      precision: precision)
  }
}
