import Learning
import Multiprecision

/// T9: the test error of the minimum-norm interpolator of signs.
extension Claim {
  static let t9LinearError = Claim(
    id: "t9-linear-error", title: "Gaussian inputs, sign labels: the test error of X⁺y",
    statement:
      "For y = sign(Xw*) the test error of X⁺y, the limit of natural gradient in the linear model, is its angle to w* "
      + "over π, whatever the sparsity of w*. Its expectation is a convergent series for any N < d, and for N/d → γ < 1 "
      + "tends to (1/π) arccos √(2γ(1-γ)/(π-2γ)), up to O(1/d); the least is 0.334 at γ = 0.624.",
    hypotheses: ["Gaussian inputs, N < d", "labels from a linear teacher without noise"],
    section: "T9", theorem: nil,
    range: .init(
      claimed: "any N < d, any teacher; the limit N/d → γ < 1",
      tested:
        "(d, N) = (41, 16), (200, 80) against 10,000 and 1000 random draws; (55, 22), (105, 42), (205, 82) against the "
        + "limit; the least error to all digits")
  ) { settings in
    [
      simulation(dimension: 41, samples: 16, draws: 10_000, settings),
      simulation(dimension: 200, samples: 80, draws: 1000, settings),
      approach(settings), least(settings),
    ]
  }

  /// The enclosure of the expectation, to about the digits that a simulation can see.
  private static func expectation(_ dimension: Int, _ samples: Int, terms: Int = 400) throws -> Ball {
    try SignInterpolation(samples: samples, dimension: dimension)
      .expectedError(terms: terms, precision: 1024)
  }

  /// The mean angle over π between X⁺y and the teacher of random draws. The digits asked for change nothing.
  private static func simulation(
    dimension: Int, samples: Int, draws: Int, _ settings: CheckSettings
  ) -> Instance {
    let simulated = Lazy {
      try SparseTeacher.signErrors(
        samples: samples, dimension: dimension, draws: draws, seed: settings.seed &* 1000)
    }
    let exact = Lazy { try expectation(dimension, samples) }
    let precision = settings.precision
    let ratio = Ball(Rational(samples, dimension), precision: precision)
    @Sendable func around(_ centre: Ball) throws -> Measurement {
      let width = Ball(
        double: try SampleStatistics(values: simulated.value()).confidence, precision: precision)
      return Measurement(
        [.init("mean test error", .between(centre - width, centre + width))], isRigorous: false)
    }
    let one = Ball(1, precision: precision)
    return Instance(
      "d = \(dimension), N = \(samples), \(draws) draws",
      observed: {
        let mean = SampleStatistics(values: try simulated.value()).mean
        let expected = try exact.value().certifiedDecimal(maximumDigits: 12)
        return Measurement(
          [
            .init(
              "mean test error, expected \(expected)", Ball(double: mean, digits: 10, precision: precision))
          ], isRigorous: false)
      },
      predicted: { try around(exact.value()) },
      controls: [
        .init("the formula with 1 - γ for γ") { try around(SignInterpolation.limit(ratio: one - ratio)) },
        .init("signs lose nothing: cos = √γ, as in regression") {
          try around(SignInterpolation.arccos(.sqrt(ratio)) / .pi(precision: precision))
        },
        dimension < 50
          ? .init("the limit's formula at finite size") { try around(SignInterpolation.limit(ratio: ratio)) }
          : .init("it is that of a coin") { try around(Ball(Rational(1, 2), precision: precision)) },
      ])
  }

  /// With D(d) = limit - E(d) = a/d + O(1/d²) the order log(D(d)/D(d'))/log(d'/d) is 1 + O(1/d): within 2/d, if the
  /// coefficients of the expansion grow no faster than 2^k.
  private static func approach(_ settings: CheckSettings) -> Instance {
    let sizes = [(55, 22), (105, 42), (205, 82)]
    let precision = 640
    let labels = ["order from d = 55 to 105", "order from d = 105 to 205"]
    @Sendable func band(_ order: Int) -> Measurement {
      Measurement(
        zip(labels, sizes).map { label, size in
          let width = Rational(2, size.0)
          return .init(
            label,
            .between(
              Ball(Rational(order) - width, precision: precision),
              Ball(Rational(order) + width, precision: precision)))
        }, isRigorous: true)
    }
    return Instance(
      "γ = 2/5: the approach to the limit",
      observed: {
        let limit = SignInterpolation.limit(ratio: Ball(Rational(2, 5), precision: precision))
        let gaps = try sizes.map { limit - (try expectation($0.0, $0.1)) }
        return Measurement(
          labels.indices.map { i in
            let ratio = Ball(Rational(sizes[i + 1].0, sizes[i].0), precision: precision)
            return .init(labels[i], .log(gaps[i] / gaps[i + 1]) / .log(ratio))
          }, isRigorous: true)
      },
      predicted: { band(1) },
      controls: [
        .init("the order is 2") { band(2) }, .init("there is no limit: the order is 0") { band(0) },
      ])
  }

  /// The largest 2γ(1-γ)/(π-2γ), by bisection on the sign of its derivative's numerator, against the closed form:
  /// γ = (π - √(π² - 2π))/2, where it is 2γ - 1.
  private static func least(_ settings: CheckSettings) -> Instance {
    let precision = settings.precision
    let pi = Ball.pi(precision: precision)
    @Sendable func measurement(_ ratio: Ball, _ error: Ball) -> Measurement {
      Measurement([.init("γ", ratio), .init("least error", error)], isRigorous: true)
    }
    @Sendable func closed(_ two: Rational) -> Measurement {
      let ratio = (pi - .sqrt(pi * (pi - two))).scaled(byPowerOfTwo: -1)
      let square = ratio.scaled(byPowerOfTwo: 1) - 1
      return measurement(ratio, SignInterpolation.arccos(.sqrt(square)) / pi)
    }
    return Instance(
      "the least error",
      observed: {
        var (low, high) = (Rational(1, 2), Rational(3, 4))
        for _ in 0..<precision - 40 {
          let middle = (low + high) * Rational(1, 2)
          let first = (2 - 4 * middle) * (pi - 2 * middle)
          if (first + 4 * middle * (1 - middle)).isPositive { low = middle } else { high = middle }
        }
        let ratio = Ball(from: low, to: high, precision: precision)
        return measurement(ratio, SignInterpolation.limit(ratio: ratio))
      },
      predicted: { closed(settings.constant("t9-linear-error: 2 in π² - 2π", 2)) },
      controls: [
        .init("at γ = 1/2") {
          let half = Ball(Rational(1, 2), precision: precision)
          return measurement(half, SignInterpolation.limit(ratio: half))
        },
        .init("with all data, γ = 1") {
          measurement(Ball(1, precision: precision), Ball(Rational(1, 2), precision: precision))
        },
      ])
  }
}
