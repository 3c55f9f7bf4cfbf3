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
  /// At equal distances from the start of the piece to its end, bounds of μ times the piece's duration: what
  /// interpolates them linearly is a bound too.
  let growth: [Ball]
  /// About how much of the growth is there because the Jacobian is not known better along a piece of this length: less on
  /// each of its halves than half of it.
  let blur: Double
  /// By how much the distance at the start may be larger in the norm of this step than in that of the step before.
  var conversion = Ball(1, precision: TaylorModel.boundPrecision)

  /// e at a fraction of the piece, from e at its start in the norm of the step before.
  func distance(from start: Ball, at fraction: Rational) -> Ball {
    Ball.exp(integral(of: growth, to: fraction)) * conversion * start
      + Ball.exp(expansion(to: fraction)) * defect
  }

  /// The greatest e anywhere on the piece.
  func largestDistance(from start: Ball) -> Ball { amplification * (conversion * start + defect) }

  /// At most by how much the piece makes a distance grow.
  var amplification: Ball { Ball.exp(expansion(to: 1)) }

  /// A bound of the integral of the positive part.
  private func expansion(to fraction: Rational) -> Ball {
    integral(
      of: growth.map { $0.isNonpositive ? Ball(0, precision: TaylorModel.boundPrecision) : $0.magnitude },
      to: fraction)
  }

  /// The integral of the piecewise linear function through equidistant values.
  private func integral(of values: [Ball], to fraction: Rational) -> Ball {
    let precision = TaylorModel.boundPrecision
    let parts = Rational(values.count - 1)
    var sum = Ball(0, precision: precision)
    for (part, (left, right)) in zip(values, values.dropFirst()).enumerated() {
      let covered = max(0, min(1, fraction * parts - Rational(part)))
      let slope = Ball(covered * covered / 2, precision: precision)
      sum = sum + Ball(covered, precision: precision) * left + slope * (right - left)
    }
    return sum / Ball(parts, precision: precision)
  }
}
