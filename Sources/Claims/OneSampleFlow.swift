import Learning
import Multiprecision

/// Gradient flow of a diagonal model with logistic loss and one sample, exactly, at times of any size.
///
/// With q = ∫σ(-m) dt the weights β, the margin m and m' = dm/dq are elementary functions of q, and
/// t = ∫ (1 + e^m) dq. For z, u(0), v(0) ≥ 0 with u(0) ≥ v(0) m' does not fall as q rises, so that
///
///     (e^m - e^m(0))/m'(q) ≤ ∫ e^m dq ≤ (e^m - e^m(0))/m'(0),
///
/// which encloses log(1 + t) up to log(m'(q)/m'(0)), however large it is. Moments are named by q, or for powers by
/// what q still lacks to the first coordinate's blow-up, both exact.
///
/// **Source**: docs/theory, T5.
struct OneSampleFlow {
  /// z > 0.
  let sample: [Rational]
  let coordinates: Coordinates

  enum Coordinates {
    /// u² - v² from u = v = α: β_i = 2α² sinh(4 z_i q).
    case squares(start: Rational)
    /// u³ from u(0): 1/u_i = 1/u_i(0) - 3 z_i q.
    case cubes(start: [Rational])
  }

  struct Moment {
    let q: Rational
    let weights: [Ball]
    let margin: Ball
    /// log(1 + t), enclosed.
    let logTime: Ball
  }

  /// The moment with ∫σ(-m) dt = q.
  ///
  /// - Precondition: q is below the blow-up of every coordinate, and late enough for m > 1.
  func moment(at q: Rational, precision: Int) -> Moment {
    let (weights, slope) = state(at: q, precision: precision)
    let (initial, initialSlope) = state(at: 0, precision: precision)
    let margin = margin(weights, precision: precision)
    // log of (e^m - e^m(0)): e^(m(0) - m) is at most 1/(1 + m - m(0)), and far less at the times of interest.
    let change = margin - self.margin(initial, precision: precision)
    let excess = margin + .log(onePlus: -.exp(-change))
    let early = excess - .log(slope)
    let late = excess - .log(initialSlope)
    // log(1 + q + e^A) - A ≤ (1 + q) e^-A ≤ (1 + q)/A.
    let rest = Ball(1 + q, precision: precision) / early
    return Moment(q: q, weights: weights, margin: margin, logTime: early.union(late + rest))
  }

  /// The q at which 1/u_i = `inverse`, for cubes.
  func dual(whereInverse inverse: Rational, ofCoordinate i: Int) -> Rational? {
    guard case .cubes(let start) = coordinates else { return nil }
    return (1 / start[i] - inverse) / (3 * sample[i])
  }

  private func margin(_ weights: [Ball], precision: Int) -> Ball {
    BallVector(sample, precision: precision).dot(BallVector(weights))
  }

  /// β and dm/dq.
  private func state(at q: Rational, precision: Int) -> ([Ball], Ball) {
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    var weights: [Ball] = []
    var slope = ball(0)
    for (i, z) in sample.enumerated() {
      switch coordinates {
      case .squares(let start):
        let square = ball(start * start)
        let (up, down) = (Ball.exp(ball(4 * z * q)), Ball.exp(ball(-4 * z * q)))
        weights.append(square * (up - down))
        slope = slope + ball(4 * z * z) * square * (up + down)
      case .cubes(let starts):
        let factor = 1 / ball(1 / starts[i] - 3 * z * q)
        weights.append(factor * factor * factor)
        slope = slope + ball(9 * z * z) * factor.squared().squared()
      }
    }
    return (weights, slope)
  }
}
