import ComputationGraph
import Multiprecision

/// What a piece of a candidate makes of the distance between it and the true solution.
protocol DistanceStep {
  /// About how much of the logarithm of its growth is there because the Jacobian is not known better along a piece of
  /// this length: less on each of its halves than half of it.
  var blur: Double { get }
  /// Where it lies at the end.
  var end: Distance { get }
  /// For each entry that counts a bound of its distance, at a fraction of the piece.
  func bounds(at fraction: Rational) -> [Ball]
}

/// A step by a logarithmic norm.
///
/// With the defect d = p' - F(p) and the logarithmic norm μ of ∂F/∂x in a tube around p, the distance e obeys
/// e' ≤ μ e + |d| as long as it stays inside the tube.
///
/// **Source**: docs/certified-integration, "One step".
struct NormStep: DistanceStep {
  /// A bound of ∫ |d| over the piece.
  let defect: Ball
  /// At equal distances from the start of the piece to its end, bounds of μ times the piece's duration: what
  /// interpolates them linearly is a bound too.
  let growth: [Ball]
  let blur: Double
  /// A bound of e at the start, and the norm that it is in.
  let start: Ball
  let weights: StateWeights

  var end: Distance { .ball(norm: distance(from: start, at: 1), weights) }

  func bounds(at fraction: Rational) -> [Ball] { weights.bounds(distance(from: start, at: fraction)) }

  /// e at a fraction of the piece, from e at its start.
  func distance(from start: Ball, at fraction: Rational) -> Ball {
    Ball.exp(integral(of: growth, to: fraction)) * start
      + Ball.exp(expansion(to: fraction)) * defect
  }

  /// The greatest e anywhere on the piece.
  func largestDistance(from start: Ball) -> Ball { amplification * (start + defect) }

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
