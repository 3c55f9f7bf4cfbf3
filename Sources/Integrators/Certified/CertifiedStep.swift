import ComputationGraph
import Multiprecision

/// What a piece of a candidate adds to the distance between it and the true solution.
///
/// With the defect d = p' - F(p) and the logarithmic norm μ of ∂F/∂x in a tube around p, the distance e obeys
/// e' ≤ μ e + |d| as long as it stays inside the tube.
///
/// **Source**: docs/certified-integration, "One step".
struct CertifiedStep {
  /// A bound of ∫ |d| over the piece.
  let defect: Ball
  /// For each of equal parts of the piece a bound of μ times the part's duration.
  let growth: [Ball]

  /// Parts of a piece on which the logarithmic norm is bounded.
  static let parts = 4
  /// Orders kept of the Jacobian along the piece.
  static let jacobianLength = 8

  /// e at a fraction of the piece, from e at its start.
  func distance(from start: Ball, at fraction: Rational) -> Ball {
    let precision = TaylorModel.boundPrecision
    var (drift, expansion) = (Ball(0, precision: precision), Ball(0, precision: precision))
    for (part, growth) in growth.enumerated() {
      let covered = max(0, min(1, fraction * Rational(Self.parts) - Rational(part)))
      let share = Ball(covered, precision: precision) * growth
      drift = drift + share
      if !share.isNonpositive { expansion = expansion + share.magnitude }
    }
    return Ball.exp(drift) * start + Ball.exp(expansion) * defect
  }

  /// The greatest e anywhere on the piece.
  func largestDistance(from start: Ball) -> Ball {
    let expansion = growth.filter { !$0.isNonpositive }.reduce(Ball(0, precision: TaylorModel.boundPrecision))
    {
      $0 + $1.magnitude
    }
    return Ball.exp(expansion) * (start + defect)
  }
}
