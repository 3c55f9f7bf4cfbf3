import ComputationGraph
import Multiprecision
import Testing

/// The engines that a test of power series is run with.
enum SeriesEngine: Sendable, CaseIterable, CustomTestStringConvertible {
  case ball
  case fixedPoint
  case fixedPointPortable

  var testDescription: String { "\(self)" }

  /// The coefficients of the state of a field at a point, for each matrix of the state by order.
  ///
  /// - Parameter scale: that of the fixed-point engine.
  func coefficients(
    of field: VectorField, at point: [Matrix<BigFloat>], order: Int, precision: Int, taper: Double,
    scale: Double = 1
  ) throws -> [[Matrix<BigFloat>]] {
    switch self {
    case .ball:
      let expansion = try SeriesExpansion(
        of: field, arithmetic: BallSeriesArithmetic(order: order, precision: precision, taper: taper))
      // Twice, so that what an expansion leaves behind is seen to do no harm to the next.
      for _ in 0..<2 { try expansion.expand(at: point, order: order) }
      return expansion.state.map { expansion.arithmetic.coefficients(of: $0, order: order) }
    case .fixedPoint, .fixedPointPortable:
      let arithmetic = FixedPointSeriesArithmetic(
        order: order, precision: precision, taper: taper, kernels: self == .fixedPoint ? .fastest : .portable)
      arithmetic.setScale(scale)
      let expansion = try SeriesExpansion(of: field, arithmetic: arithmetic)
      for _ in 0..<2 { try expansion.expand(at: point, order: order) }
      return expansion.state.map { arithmetic.coefficients(of: $0, order: order) }
    }
  }
}
