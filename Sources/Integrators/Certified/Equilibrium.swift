import ComputationGraph
import Multiprecision

/// Starts at which the field is exactly 0: the solution is constant, however unstable it is.
///
/// **Source**: docs/certified-integration, "Equilibria".
enum Equilibrium {
  /// Around a start the field is shown to be differentiable up to this distance in each entry, beside the greatest or 1.
  private static let log10Radius = -20.0

  /// The start in exact balls, if the field at it is found to be exactly 0, and to be analytic near it: then no other
  /// solution goes through it.
  ///
  /// - Throws: what an evaluation of the field throws, but `LinearAlgebraError`.
  static func state(
    of field: VectorField, at initial: [Matrix<Rational>], precision: Int
  ) throws -> [Matrix<Ball>]? {
    let exact = initial.map { $0.map { Ball($0, precision: precision) } }
    guard exact.allSatisfy({ $0.elements.allSatisfy { $0.log10Radius == -.infinity } }) else { return nil }
    do {
      let velocity = try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, exact)), precision: precision)
      guard velocity.allSatisfy({ $0.elements.allSatisfy(\.isZero) }) else { return nil }
      let size = exact.flatMap(\.elements).reduce(0) { max($0, $1.log10UpperMagnitude) }
      let tube = Ball.powerOfTen(size + log10Radius, precision: TaylorModel.boundPrecision)
      let models = exact.map { matrix in
        matrix.map { TaylorModel(BallPolynomial([$0], precision: precision), error: tube, length: 1) }
      }
      let jacobian = try JacobianModel(
        FieldJacobian(of: field, places: Array(field.state.indices)), at: models, length: 1)
      return jacobian.sizes.elements.allSatisfy(\.isFinite) ? exact : nil
    } catch is LinearAlgebraError {
      return nil
    }
  }
}
