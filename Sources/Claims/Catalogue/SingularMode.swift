import Learning
import Multiprecision

/// A mode of gradient flow on a fully observed deep factorisation with balanced layers aligned with the target:
/// σ' = L σ^(2 - 2/L) (s - σ) for the singular value σ of W with the singular value s of Y.
///
/// **Units**: flow time for the loss ½‖W - Y‖². **Assumptions**: 0 < σ < s, or s = 0.
/// **Source**: docs/theory, T6.
struct SingularMode: Sendable {
  /// L.
  let depth: Int
  /// s.
  let target: Rational
  let settings: CheckSettings

  private func constant(_ name: String, _ value: Rational) -> Rational {
    settings.constant("t6-singular-modes: \(name)", value)
  }

  private func ball(_ value: Rational) -> Ball { Ball(value, precision: settings.precision) }

  /// G with t = G(σ(t)) - G(σ(0)), in elementary functions; nil where there is none here.
  ///
  /// L = 1: -log(s - σ). L = 2: log(σ/(s - σ))/2s. L = 3 with w = σ^(1/3), a = s^(1/3): a⁻³ [-1/w +
  /// (-log(a - w) + ½ log(a² + aw + w²) - √3 arctan((2w + a)/(√3 a)))/3a]. L = 4: ½ [-1/(s√σ) +
  /// s^(-3/2) artanh √(σ/s)].
  func elementaryClock(_ sigma: Ball) -> Ball? {
    let s = ball(target)
    switch depth {
    case 1: return -.log(s - sigma)
    case 2: return .log(sigma / (s - sigma)) / (constant("2s at depth 2", 2) * s)
    case 3:
      let (w, a) = (Ball.pow(sigma, Rational(1, 3)), Ball.pow(s, Rational(1, 3)))
      let root = Ball.sqrt(ball(constant("√3 at depth 3", 3)))
      let logarithms = Rational(1, 2) * .log(a * a + a * w + w * w) - .log(a - w)
      let angle = root * .arctan((2 * w + a) / (root * a))
      return ((logarithms - angle) / (constant("3a at depth 3", 3) * a) - ball(1) / w) / s
    case 4:
      let root = Ball.sqrt(sigma / s)
      let inverse = constant("½ of artanh", Rational(1, 2)) * .log((1 + root) / (1 + -root))
      return constant("½ at depth 4", Rational(1, 2))
        * (inverse / (s * .sqrt(s)) - ball(1) / (s * .sqrt(sigma)))
    default: return nil
    }
  }

  /// G for any L ≠ 2: σ^(1-q)/(L s (1-q)) ₂F₁(1, 1-q; 2-q; σ/s) with the exponent q = 2 - 2/L.
  func hypergeometricClock(_ sigma: Ball) -> Ball {
    clock(sigma, exponent: 2 - constant("2 in the exponent 2 - 2/L", 2) / Rational(depth))
  }

  /// The same for σ' = L σ^q (s - σ) with another exponent q ≠ 1.
  func clock(_ sigma: Ball, exponent: Rational) -> Ball {
    let power = 1 - exponent
    let series = Ball.hypergeometric2F1(1, power, power + 1, sigma / ball(target))
    return Ball.pow(sigma, power) / ball(Rational(depth) * target * power) * series
  }

  /// σ(t) where it has a simple form: L = 1, L = 2, or s = 0; nil elsewhere.
  func value(from start: Rational, at time: Rational) -> Ball? {
    let (s, t) = (ball(target), ball(time))
    if depth == 1 { return s + (start - target) * .exp(-t) }
    if target.isZero {
      let p = 2 - constant("2 in the power of s = 0", 2) / Rational(depth)
      return .pow(.pow(ball(start), -p) + Rational(depth) * (p * t), (-1) / p)
    }
    guard depth == 2 else { return nil }
    let growth = Ball.exp(constant("2st at depth 2", 2) * (s * t))
    return s * growth / (growth + ball(target / start - 1))
  }
}
