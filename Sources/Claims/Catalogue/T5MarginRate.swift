import Learning
import Multiprecision

/// T5: how fast gradient flow of the linear model reaches its asymptote.
extension Claim {
  static let t5MarginRate = Claim(
    id: "t5-margin-rate",
    title: "Linear model, logistic loss: the asymptote is reached at t^-min(λ, slack), or log t/t",
    statement:
      "With λ ≤ 1 the least nonzero eigenvalue of Σ α_n z_n z_nᵀ, β - ŵ log t - w̃ falls as t^-min(λ, slack) if that is "
      + "below 1. The eigenvalue 1, with eigenvector ŵ, is always there and resonates: along ŵ the error is "
      + "log t/t, never 1/t.",
    hypotheses: [
      "gradient flow of the linear model with logistic loss, separable data",
      "the active rows are independent and their multipliers positive",
    ],
    section: "T5", theorem: nil,
    range: .init(
      claimed:
        "any separable data with such a support and λ ≠ slack; any start off the slow directions' zeros",
      tested: "λ = 1/9 and 2/9, slack 1/4, one sample; d from 1 to 2; log t from 30 to 405")
  ) { settings in
    try [
      slowDirection(
        "Z = (3,1), (3,-1): λ = 1/9", Matrix(rows: [[3, 1], [3, -1]]), [0, 1], Rational(1, 9), settings),
      slowDirection(
        "Z = (3,1), (3,-2): λ = 2/9", Matrix(rows: [[3, 1], [3, -2]]), [0, 1], Rational(2, 9), settings),
      slack(settings), resonance(settings),
    ]
  }

  /// The flows are integrated with up to 60 digits whatever is asked for, and what they lose is measured with as many.
  private static func precision(_ settings: CheckSettings) -> Int {
    max(settings.precision, Precision.bits(forDigits: 60) + 64)
  }

  /// The rate along the eigenvector e of λ between two times: with y = e·(β - ŵs - w̃), y' = -λy + ε and
  /// |ε| ≤ c e^(-μ(s-s₁)), μ > λ, it is λ up to |log(1 ± c/((μ-λ)|y(s₁)|))|/(s₂ - s₁).
  private static func slowDirection(
    _ name: String, _ margins: Matrix<Rational>, _ start: [Rational], _ eigenvalue: Rational,
    _ settings: CheckSettings
  ) throws -> Instance {
    let limit = try MaximumMarginLimit(margins: margins)
    let precision = Self.precision(settings)
    let times = [Rational(35) / eigenvalue, Rational(45) / eigenvalue]
    let flow = try LogTimeWeights(margins: margins, start: start, at: times, settings, digits: 45)
    let across = BallVector([-limit.direction[1], limit.direction[0]], precision: precision).unit
    @Sendable func component(_ index: Int) throws -> Ball {
      let deviation = try limit.deviation(flow.weights(index), at: times[index], precision: precision)
      return across.dot(deviation)
    }
    @Sendable func rate(_ value: Rational) throws -> Measurement {
      let approach = try limit.approach(flow.weights(0), at: times[0], precision: precision)
      let first = try component(0).magnitude
      // |δ|² falls at least as e^(-2ν(s-s₁)): with (1-X)λ for ν it leaves this room below.
      let room = min(2 * approach.rate, 1) - eigenvalue
      var error = Ball(0, precision: precision)
      for n in limit.support {
        let row = BallVector(margins.row(n), precision: precision)
        let alpha = Ball(limit.multipliers[n], precision: precision)
        let size = approach.deviation + approach.forcing / Ball(approach.rate, precision: precision)
        let argument = row.norm * size
        let quadratic = argument.squared() * .exp(argument)
        let forced = alpha * .exp(2 * argument - times[0])
        error = error + alpha * row.dot(across).magnitude * (quadratic + forced)
      }
      let share = error / (Ball(room, precision: precision) * first)
      let width = -Ball.log(onePlus: -share) / Ball(times[1] - times[0], precision: precision)
      let centre = Ball(value, precision: precision)
      return try flow.measurement([.init("rate", .between(centre - width, centre + width))])
    }
    let exponent = settings.constant("t5-margin-rate: λ of \(name)", eigenvalue)
    return Instance(
      name, conditions: { limit.conditions },
      observed: {
        let span = Ball(times[1] - times[0], precision: precision)
        let fall = try Ball.log(component(0).magnitude) - .log(component(1).magnitude)
        return try flow.measurement([.init("rate", fall / span)])
      },
      predicted: { try rate(exponent) },
      controls: [
        .init("the error is 1/t") { try rate(1) }, .init("the exponent is 2λ") { try rate(2 * eigenvalue) },
      ])
  }

  /// Z = (1,0), (5/4,1): one support vector, so that λ = 1, and slack 1/4. β_2' = e^(s - softplus(z_2·β)) exactly,
  /// and z_2·β = 5s/4 + const up to R|z_2|.
  private static func slack(_ settings: CheckSettings) throws -> Instance {
    let margins = Matrix<Rational>(rows: [[1, 0], [Rational(5, 4), 1]])
    let limit = try MaximumMarginLimit(margins: margins)
    let precision = Self.precision(settings)
    let times: [Rational] = [200, 240, 280]
    let flow = try LogTimeWeights(margins: margins, start: [0, 0], at: times, settings, digits: 60)
    @Sendable func rate(_ value: Rational) throws -> Measurement {
      let approach = try limit.approach(flow.weights(0), at: times[0], precision: precision)
      let drift = 2 * (approach.deviation + approach.forcing / Ball(approach.rate, precision: precision))
      // Twice for the two spans; e^-m is what softplus neglects.
      let width =
        (2 * limit.length(1, precision: precision) * drift + 2 * .exp(Ball(-times[0], precision: precision)))
        / Ball(40, precision: precision)
      let centre = Ball(value, precision: precision)
      return try flow.measurement([.init("rate", .between(centre - width, centre + width))])
    }
    let exponent = settings.constant("t5-margin-rate: slack 1/4", Rational(1, 4))
    return Instance(
      "Z = (1,0), (5/4,1): slack 1/4", conditions: { limit.conditions },
      observed: {
        let heights = try (0..<3).map { try flow.weights($0)[1] }
        let fall = Ball.log(heights[1] - heights[0]) - .log(heights[2] - heights[1])
        return try flow.measurement([.init("rate", fall / Ball(40, precision: precision))])
      },
      predicted: { try rate(exponent) },
      controls: [
        .init("the error is 1/t") { try rate(1) }, .init("the rate is λ/2") { try rate(Rational(1, 2)) },
      ])
  }

  /// One sample z: e^m + m = |z|²t + e^m(0) + m(0). With D = log(1+t) + log|z|² - m that is 1 - e^-D = E e^-s,
  /// E = (m + |z|² - m(0) - e^m(0))/|z|², so that D e^s = E up to E² e^-s: it grows as s.
  private static func resonance(_ settings: CheckSettings) throws -> Instance {
    let square: Rational = 3
    let precision = Self.precision(settings)
    let times: [Rational] = [30, 40]
    let flow = try LogTimeWeights(
      margins: Matrix(rows: [[1, 1, 1]]), start: [0, 0, 0], at: times, settings, digits: 40)
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    @Sendable func error(_ value: @Sendable (Rational) -> Ball) -> Measurement {
      let entries = times.map { s in
        let centre = value(s)
        let width = 2 * centre.squared() * .exp(Ball(-s, precision: precision))
        return Measurement.Entry("(ŵ s + w̃ - β)·z t, log t = \(s)", .between(centre - width, centre + width))
      }
      return Measurement(entries, isRigorous: true)
    }
    let unit = settings.constant("t5-margin-rate: 1/|z|² in log t/(|z|²t)", Rational(1, 3))
    let constant = Ball.log(ball(square)) + ball(square - 1)
    return Instance(
      "one sample, |z|² = 3: the error is log t/(|z|²t)",
      observed: {
        let entries = try times.indices.map { index in
          let margin = try flow.weights(index).dropFirst().reduce(flow.weights(index)[0]) { $0 + $1 }
          let s = Ball(times[index], precision: precision)
          let gap = s + .log(Ball(square, precision: precision)) - margin
          return Measurement.Entry("(ŵ s + w̃ - β)·z t, log t = \(times[index])", gap * .exp(s))
        }
        return try flow.measurement(entries)
      },
      predicted: { error { s in unit * (constant + s) } },
      controls: [.init("it is of order 1/t") { error { _ in unit * constant } }])
  }
}
