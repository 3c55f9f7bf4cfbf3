import ComputationGraph
import Multiprecision

/// The Fisher matrix of logistic regression over Gaussian inputs, M(β) = E[σ'(β·x) x xᵀ] with x ~ N(0, 1) in any
/// dimension. By symmetry it has two eigenvalues: with ρ = ‖β‖ and z ~ N(0, 1)
///
///     M = a (1 - β̂β̂ᵀ) + c β̂β̂ᵀ,   a(ρ) = E[σ'(ρz)],   c(ρ) = E[σ'(ρz) z²].
///
/// With the density φ, ∫σ' = 1, ∫u²σ' = π²/3, ∫u⁴σ' = 7π⁴/15 and 1 - x ≤ e^-x ≤ 1,
///
///     φ(0)(1 - π²/6ρ²) ≤ ρ a ≤ φ(0),   φ(0)(π²/3 - 7π⁴/30ρ²) ≤ ρ³ c ≤ φ(0) π²/3.
///
/// **Source**: derived in docs/theory, T3.
public enum GaussianLogisticFisher {
  /// The eigenvalues a and c for ρ > 0, enclosed.
  ///
  /// They are ρ⁻¹ ∫ φ(u/ρ) σ'(u) du and ρ⁻³ ∫ φ(u/ρ) u² σ'(u) du. In |Im u| < π/2 there |σ'| ≤ 1/(2 cosh x),
  /// |φ(u/ρ)| ≤ φ(0) e^(π²/8ρ²), |u|² ≤ x² + π²/4, so that the integrals of the moduli are at most φ(0) e^(π²/8ρ²) times
  /// π/2 and π³/4. On the line σ' ≤ e^-|u| and u²σ' ≤ 9 e^(-¾|u|).
  public static func eigenvalues(norm: Rational, precision: Int) -> (across: Ball, along: Ball) {
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    let (one, pi) = (ball(1), Ball.pi(precision: precision))
    let square = ball(norm * norm)
    let peak = one / .sqrt(ball(2) * pi)
    let growth = peak * .exp(pi * pi / (ball(8) * square))
    func integral(_ power: Int, bound: Ball, tail: (factor: Ball, rate: Ball)) -> Ball {
      Ball.integral(
        .init(isEven: true, strip: pi / ball(2), stripBound: growth * bound, tail: tail) { u in
          let variance = Ball.logistic(u) * .logistic(-u)
          let density = peak * .exp(-(u.squared() / (ball(2) * square)))
          return (power == 0 ? density : density * u.squared()) * variance
        }, precision: precision)
    }
    let across = integral(0, bound: pi / ball(2), tail: (one, one))
    let along = integral(2, bound: pi * pi * pi / ball(4), tail: (ball(9), ball(Rational(3, 4))))
    return (across / ball(norm), along / (ball(norm) * square))
  }
}
