import Multiprecision

extension MaximumMarginLimit {
  /// What a state β(s₁) proves about all s ≥ s₁.
  ///
  /// With δ the part of β - ŵs - w̃ in span(S), x_n = z_n·δ and a_n = e^(s - softplus(z_n·β)) for n ∉ S,
  ///
  ///     δ' = Σ_S α_n (e^(-x_n)/(1 + α_n e^(-s-x_n)) - 1) z_n + P Σ_{n∉S} a_n z_n.
  ///
  /// While |x_n| ≤ X ≤ 1/2 it follows that |δ|' ≤ -(1 - X)λ|δ| + F e^(-ν(s-s₁)), ν = min((1 - X)λ, slack) ≤ 1, hence
  ///
  ///     |δ(s)| ≤ (|δ(s₁)| + F (s - s₁)) e^(-ν(s-s₁)),
  ///
  /// F = Σ_S α_n² e^(2X-s₁) |z_n| + Σ_{n∉S} e^(s₁ - z_n·β(s₁) + R|z_n|) |z_n|, where R bounds |β(s) - β(s₁) - ŵ(s - s₁)|.
  /// The bounds X and R hold for ever if they follow from themselves with room: |δ| ≤ |δ(s₁)| + F/(eν) gives X, and
  /// 2|δ(s₁)| + 2F/ν gives R.
  struct Approach {
    let start: Rational
    let rate: Rational
    let deviation: Ball
    let forcing: Ball
    /// X and R.
    let drift: Ball

    /// The bound on |δ(s)|.
    func bound(at s: Rational) -> Ball {
      let span = Ball(s - start, precision: deviation.precision)
      return (deviation + forcing * span) * .exp(-(Ball(rate, precision: deviation.precision) * span))
    }
  }

  /// X = R.
  private static let drift = Rational(1, 100)

  /// - Throws: `LinearAlgebraError.undecided` where the state is too far from the asymptote to prove anything.
  func approach(_ weights: [Ball], at s: Rational, precision: Int) throws -> Approach {
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    let deviation = try deviation(weights, at: s, precision: precision).norm
    let vector = BallVector(weights)
    var forcing = ball(0)
    for n in support {
      let alpha = ball(multipliers[n])
      forcing = forcing + alpha.squared() * .exp(ball(2 * Self.drift - s)) * length(n, precision: precision)
    }
    for n in others {
      let length = length(n, precision: precision)
      let margin = BallVector(margins.row(n), precision: precision).dot(vector)
      forcing = forcing + .exp(ball(s) - margin + Self.drift * length) * length
    }
    let rate = min((1 - Self.drift) * eigenvalueBound, self.rate)
    guard rate.signum() > 0 else { throw LinearAlgebraError.undecided }
    let forced = forcing / ball(rate)
    let longest = support.map { length($0, precision: precision) }
    let isKept =
      longest.allSatisfy { Ball.certainlyLess($0 * (deviation + forced), ball(Self.drift)) }
      && Ball.certainlyLess(2 * (deviation + forced), ball(Self.drift))
    guard isKept else { throw LinearAlgebraError.undecided }
    return Approach(
      start: s, rate: rate, deviation: deviation, forcing: forcing, drift: ball(Self.drift))
  }
}
