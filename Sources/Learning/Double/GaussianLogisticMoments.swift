import Multiprecision

/// The logistic Fisher matrix of a standard normal population at β, in double precision: M = a (1 - β̂β̂ᵀ) + b β̂β̂ᵀ
/// with a = E σ'(ρg), b = E g²σ'(ρg), ρ = |β| and g standard normal.
///
/// **Error**: about 10^-14, relative: the trapezoidal rule on the real line, whose error is e^(-2π·distance/h) for
/// the distance of the integrand's poles, π/ρ, and e^(-2π²/h²) for the Gaussian, with h = min(1/4, 1/(3ρ)).
/// **Source**: docs/theory, T3 and T9.
public struct GaussianLogisticMoments: Sendable {
  /// a.
  public let across: Double
  /// b.
  public let along: Double

  public init(norm: Double) {
    let step = min(0.25, 1 / (3 * norm))
    // Beyond |g| = 9 or ρ|g| = 40 nothing is left.
    let last = Int(clamping: min(9, 40 / max(norm, 1e-300)) / step) + 1
    var (across, along) = (0.125, 0.0)
    for k in 1...last {
      let g = Double(k) * step
      let decay = Double.exp(-norm * g)
      let value = Double.exp(-g * g / 2) * decay / ((1 + decay) * (1 + decay))
      across += value
      along += g * g * value
    }
    let factor = 2 * step / (2 * Double.pi).squareRoot()
    (self.across, self.along) = (across * factor, along * factor)
  }

  /// M⁻¹ v.
  public static func inverse(at weights: [Double], times vector: [Double]) -> [Double] {
    let norm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let moments = GaussianLogisticMoments(norm: norm)
    guard norm > 0 else { return vector.map { $0 / moments.across } }
    let along = zip(weights, vector).reduce(0) { $0 + $1.0 * $1.1 } / (norm * norm)
    return zip(weights, vector).map { weight, entry in
      (entry - along * weight) / moments.across + along * weight / moments.along
    }
  }
}
