import Multiprecision

/// The Jacobian ∂F/∂x of a vector field in any arithmetic, by forward mode, for one matrix of the state at a time: what
/// does not depend on the direction is evaluated once.
///
/// Matrices of the state whose velocity is constant (the time, for instance) are left out of rows and columns.
public struct FieldJacobian {
  private let field: VectorField
  /// The places of the state's matrices that are not left out.
  public let places: [Int]
  private let primal: [Node]
  /// For each place its direction and the velocities' derivatives along it.
  private let derivatives: [(direction: Node, velocity: [Node])]

  /// - Throws: `ShapeError`.
  public init(of field: VectorField) throws {
    self.field = field
    let graph = field.graph
    primal = graph.order(for: field.velocity).map { Node(graph: graph, index: $0) }
    let places = field.velocity.indices.filter { !field.velocity[$0].isConstant }
    self.places = places
    derivatives = try places.map { place in
      let direction = graph.variable(field.state[place].shape, name: "direction")
      return (
        direction,
        try graph.pushforward(
          places.map { field.velocity[$0] }, along: [(field.state[place], direction)])
      )
    }
  }

  /// The directional derivatives of the velocities at a point.
  ///
  /// - Parameters:
  ///   - point: the state.
  ///   - directions: for each matrix of the state that is not left out a direction, the others staying as they are.
  /// - Returns: for each of these directions the derivatives of all velocities that are not left out.
  public func derivatives<Scalar: RealScalar>(
    at point: [Matrix<Scalar>], along directions: [Matrix<Scalar>], precision: Int
  ) throws -> [[Matrix<Scalar>]] {
    let graph = field.graph
    let state = Array(zip(field.state, point))
    let values = try graph.evaluate(primal, variables: state, precision: precision)
    let known = Array(zip(primal, values)) + state
    return try zip(derivatives, directions).map { derivative, direction in
      try graph.evaluate(
        derivative.velocity, variables: known + [(derivative.direction, direction)], precision: precision)
    }
  }
}
