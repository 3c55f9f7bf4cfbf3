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
  /// The entries of all nodes that `derivative` evaluates: of those that do not depend on the direction, and of the others.
  public let valueCount: Int
  public let derivativeCount: Int

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
    let known = Set(primal.map(\.index))
    valueCount = primal.reduce(0) { $0 + $1.shape.count }
    derivativeCount = graph.order(for: derivative).reduce(0) {
      known.contains($1) ? $0 : $0 + graph.entries[$1].shape.count
    }
  }

  /// The directional derivatives of the velocities that are not left out.
  ///
  /// - Parameters:
  ///   - point: the state.
  ///   - direction: for each matrix of the state that is not left out its part of the direction.
  ///   - check: called before each operation; what it throws ends the evaluation.
  public func derivative<Scalar: RealScalar>(
    at point: [Matrix<Scalar>], along direction: [Matrix<Scalar>], precision: Int,
    check: (() throws -> Void)? = nil
  ) throws -> [Matrix<Scalar>] {
    try derivatives(at: point, along: [direction], precision: precision, check: check)[0]
  }

  /// The same for several directions: what does not depend on them is evaluated once.
  public func derivatives<Scalar: RealScalar>(
    at point: [Matrix<Scalar>], along directions: [[Matrix<Scalar>]], precision: Int,
    check: (() throws -> Void)? = nil
  ) throws -> [[Matrix<Scalar>]] {
    let graph = field.graph
    let state = Array(zip(field.state, point))
    let values = try graph.evaluate(primal, variables: state, precision: precision, check: check)
    let known = Array(zip(primal, values)) + state
    return try directions.map {
      try graph.evaluate(
        derivative, variables: known + zip(self.directions, $0), precision: precision, check: check)
    }
  }
}
