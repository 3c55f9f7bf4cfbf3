import ComputationGraph
import Multiprecision

/// A field and its Jacobian at several states at once, in any arithmetic. States are entry by entry: one number for each place.
struct StageEquations {
  let field: VectorField
  private let jacobian: FieldJacobian
  let shapes: [MatrixShape]
  /// Entries of the state.
  let count: Int

  /// - Parameter field: its graph is given new nodes.
  /// - Throws: `ShapeError`.
  init(of field: VectorField) throws {
    self.field = field
    jacobian = try FieldJacobian(of: field, places: Array(field.state.indices))
    shapes = field.state.map(\.shape)
    count = shapes.reduce(0) { $0 + $1.count }
  }

  /// Nil where an operation has no value.
  func velocity<Scalar: RealScalar>(at states: [Lanes<Scalar>], precision: Int) throws -> [Lanes<Scalar>]? {
    do {
      return try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, shapes.matrices(of: states))), precision: precision
      ).flatMap(\.elements)
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// The columns of the Jacobian; nil where an operation has no value.
  ///
  /// All directions are evaluated at once, each at places of its own.
  func jacobian(at states: [Lanes<Double>]) throws -> [[Lanes<Double>]]? {
    let places = states.reduce(1) { max($0, $1.values.count) }
    let tiled = states.map { lanes in
      Lanes((0..<count).flatMap { _ in (0..<places).map { lanes[$0] } })
    }
    let directions = (0..<count).map { entry in
      Lanes((0..<count * places).map { $0 / places == entry ? 1.0 : 0 })
    }
    do {
      let derivatives = try jacobian.derivative(
        at: shapes.matrices(of: tiled), along: shapes.matrices(of: directions), precision: Precision.minimum
      ).flatMap(\.elements)
      return (0..<count).map { column in
        derivatives.map { row in Lanes((0..<places).map { row[column * places + $0] }) }
      }
    } catch is LinearAlgebraError {
      return nil
    }
  }
}
