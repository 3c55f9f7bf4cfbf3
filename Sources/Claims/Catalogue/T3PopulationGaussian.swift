import Learning
import Multiprecision

/// T3: the logistic Fisher matrix of a Gaussian population.
extension Claim {
  static let t3PopulationGaussian = Claim(
    id: "t3-population-gaussian", title: "Gaussian population, logistic: the Fisher matrix's two eigenvalues",
    statement:
      "For x ~ N(0, 1), E[σ'(β·x) x xᵀ] = a(1 - β̂β̂ᵀ) + c β̂β̂ᵀ with ρ = ‖β‖, φ(0)(1 - π²/6ρ²) ≤ ρa ≤ φ(0) and "
      + "φ(0)(π²/3 - 7π⁴/30ρ²) ≤ ρ³c ≤ φ(0)π²/3: radial speed is ρ² times the other.",
    hypotheses: ["x is standard normal; logistic link"],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "any dimension, any ρ > 0",
      tested:
        "ρ from 1/2 to 8 by two integrals, to 10³ by the bounds, and one beyond the digits for the coefficients"
    )
  ) { settings in
    try [Rational(1, 2), 1, 3, 8].map { try twoIntegrals(norm: $0, settings) }
      + [bounds([4, 10, 100, 1000], settings), coefficients(settings)]
  }

  private static func ball(_ value: Rational, _ settings: CheckSettings) -> Ball {
    Ball(value, precision: settings.precision)
  }

  private static func measurement(_ across: Ball, _ along: Ball) -> Measurement {
    Measurement([.init("a", across), .init("c", along)], isRigorous: true)
  }

  /// The integrals against their Fourier transforms: σ' has the transform πk/sinh(πk), so that
  /// a = ½∫ k/sinh(πk) e^(-k²ρ²/2) dk and c = ½∫ k/sinh(πk) (1 - k²ρ²) e^(-k²ρ²/2) dk.
  private static func twoIntegrals(norm: Rational, _ settings: CheckSettings) throws -> Instance {
    let half = settings.constant("t3-population-gaussian: 1/2 in e^(-k²ρ²/2)", Rational(1, 2))
    let factor = settings.constant("t3-population-gaussian: 1 in 1 - k²ρ²", 1)
    return Instance(
      "ρ = \(norm): two integrals",
      observed: {
        let values = GaussianLogisticFisher.eigenvalues(norm: norm, precision: settings.precision)
        return measurement(values.across, values.along)
      },
      predicted: {
        measurement(
          transformed(norm, exponent: half, factor: 0, settings),
          transformed(norm, exponent: half, factor: factor, settings))
      },
      controls: [
        .init("M is a multiple of the identity") {
          let across = transformed(norm, exponent: half, factor: 0, settings)
          return measurement(across, across)
        }
      ])
  }

  /// ½∫ k/sinh(πk) (1 - f k²ρ²) e^(-e k²ρ²) dk.
  ///
  /// Strip |Im k| < 1/2: at its edge |sinh πk| = cosh πx, ∫|k|/cosh πx ≤ 1, and |(1 - k²ρ²)e^(-k²ρ²/2)| ≤ e^(ρ²/8)(2 + ρ²/4);
  /// inside it the integral of the modulus is no larger (it is log-convex in Im k, and even). On the line
  /// k/sinh(πk) ≤ (1 + 2π|k|)e^(-π|k|)/π ≤ (2/π)e^(-π|k|/2). The margins allow for constants that a test changes.
  private static func transformed(
    _ norm: Rational, exponent: Rational, factor: Rational, _ settings: CheckSettings
  ) -> Ball {
    let square = ball(norm * norm, settings)
    let pi = Ball.pi(precision: settings.precision)
    let growth = Ball.exp(Rational(1, 4) * square) * (2 + Rational(1, 2) * square)
    return Ball.integral(
      .init(
        isEven: true, strip: ball(Rational(1, 2), settings), stripBound: growth,
        tail: (ball(1, settings), ball(Rational(3, 2), settings))
      ) { k in
        let scaled = k.squared() * square
        let weight =
          k.isZero ? 1 / pi : k * 2 / (Ball.exp(pi * k) - Ball.exp(-(pi * k)))
        return Rational(1, 2) * weight * (1 - factor * scaled) * Ball.exp(-(exponent * scaled))
      }, precision: settings.precision)
  }

  /// The two-sided bounds at several norms.
  private static func bounds(_ norms: [Rational], _ settings: CheckSettings) -> Instance {
    let pi = Ball.pi(precision: settings.precision)
    let peak = 1 / Ball.sqrt(2 * pi)
    @Sendable func entries(_ bound: (Ball) -> (across: Measurement.Bounds, along: Measurement.Bounds))
      -> Measurement
    {
      Measurement(
        norms.flatMap { norm -> [Measurement.Entry] in
          let (across, along) = bound(ball(norm * norm, settings))
          return [.init("ρa, ρ = \(norm)", across), .init("ρ³c, ρ = \(norm)", along)]
        }, isRigorous: true)
    }
    let squarePi = pi.squared()
    let top = Rational(1, 3) * peak * squarePi
    return Instance(
      "bounds for ρ = \(norms.map(\.description).joined(separator: ", "))",
      observed: {
        Measurement(
          norms.flatMap { norm -> [Measurement.Entry] in
            let values = GaussianLogisticFisher.eigenvalues(norm: norm, precision: settings.precision)
            let radius = ball(norm, settings)
            return [
              .init("ρa, ρ = \(norm)", radius * values.across),
              .init("ρ³c, ρ = \(norm)", radius * radius.squared() * values.along),
            ]
          }, isRigorous: true)
      },
      predicted: {
        entries { square in
          (
            .between(peak * (1 - squarePi / (6 * square)), peak),
            .between(top - Rational(7, 30) * peak * squarePi.squared() / square, top)
          )
        }
      },
      controls: [
        .init("a falls as c does, as ρ⁻³") { entries { square in (.atMost(top / square), .atMost(top)) } },
        .init("c is of order ρ⁻¹, as a is") {
          entries { square in (.atMost(peak), .atLeast(peak * (1 - squarePi / (6 * square)) * square)) }
        },
      ])
  }

  /// (1 - ρa/φ(0))ρ² → π²/6 and (π²/3 - ρ³c/φ(0))ρ² → 7π⁴/30 at a ρ beyond the digits; by the next term of e^-x what is
  /// left is at most ∫u⁴σ'/8ρ² = 7π⁴/120ρ² and ∫u⁶σ'/8ρ² = 31π⁶/168ρ².
  private static func coefficients(_ settings: CheckSettings) throws -> Instance {
    let norm = try Rational(10).power(settings.workingDigits / 2 + 3)
    // The differences cancel as many digits as ρ² has.
    let precision = 2 * settings.precision
    let sixth = settings.constant("t3-population-gaussian: 1/6 in π²/6", Rational(1, 6))
    let seven = settings.constant("t3-population-gaussian: 7/30 in 7π⁴/30", Rational(7, 30))
    let third = settings.constant("t3-population-gaussian: 1/3 in π²/3", Rational(1, 3))
    let pi = Ball.pi(precision: precision)
    let square = Ball(norm * norm, precision: precision)
    @Sendable func predicted(_ sixth: Rational, _ seven: Rational) -> Measurement {
      let (second, fourth) = (pi.squared(), pi.squared().squared())
      return Measurement(
        [
          .init("(1 - ρa/φ(0))ρ²", (sixth * second).addingError(fourth / square)),
          .init("(π²/3 - ρ³c/φ(0))ρ²", (seven * fourth).addingError(second * fourth / square)),
        ], isRigorous: true)
    }
    return Instance(
      "coefficients at ρ = 10^\(settings.workingDigits / 2 + 3)",
      observed: {
        let values = GaussianLogisticFisher.eigenvalues(norm: norm, precision: precision)
        let scale = Ball(norm, precision: precision) * Ball.sqrt(2 * pi)
        return Measurement(
          [
            .init("(1 - ρa/φ(0))ρ²", (1 - scale * values.across) * square),
            .init("(π²/3 - ρ³c/φ(0))ρ²", (third * pi.squared() - scale * square * values.along) * square),
          ], isRigorous: true)
      },
      predicted: { predicted(sixth, seven) },
      controls: [
        .init("the corrections are those of E[z²] = 1: 1/2 and 1/2") {
          predicted(Rational(1, 2), Rational(1, 2))
        }
      ])
  }
}

private func * (left: Ball, right: Int) -> Ball { left * Ball(right, precision: left.precision) }
