import Learning
import Multiprecision

/// T5: gradient flow of the linear model on separable data.
extension Claim {
  static let t5MaximumMargin = Claim(
    id: "t5-maximum-margin",
    title: "Linear model, logistic loss: gradient flow tends to the ℓ2 maximum margin",
    statement:
      "On separable data β = ŵ log t + w̃ + o(1) with ŵ = argmin |w| subject to Zw ≥ 1 = Σ α_n z_n. Support margins "
      + "are log t - log α_n + o(1); the others grow as z_n·ŵ log t; w̃ outside the span of the support converges to "
      + "a value that depends on the start.",
    hypotheses: [
      "gradient flow of the linear model with logistic loss, separable data",
      "the active rows are independent and their multipliers positive",
    ],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "any separable data with such a support, with or without an intercept; any start; t → ∞",
      tested:
        "N from 3 to 13, d from 2 to 5, one to four support vectors, with and without an intercept; Iris with the "
        + "support and every tenth sample; log t from 100 to 10 000, from where a proved bound takes over")
  ) { settings in
    let (drawn, start) = try RandomInstances.regularMargins(settings, stream: 540, 6, 3)
    return [
      try asymptote(
        "Z = (2,2), (6,5), (6,6), log t = 10 000", Matrix(rows: [[2, 2], [6, 5], [6, 6]]), [1, -1], settings,
        until: 10_000),
      try asymptote(
        "Z = (3,1), (3,-2), (4,1)", Matrix(rows: [[3, 1], [3, -2], [4, 1]]), [0, 1], settings),
      try asymptote("drawn, N = 6, d = 3", drawn, start, settings),
      try asymptote(
        "with its intercept, x = (2,1), (1,3) against (1,-1), (-1,0)",
        Matrix(rows: [[2, 1, 1], [1, 3, 1], [-1, 1, -1], [1, 0, -1]]), [0, 0, 0], settings),
      try asymptote("Iris, 13 samples", irisMargins(intercept: false), [0, 0, 0, 0], settings, digits: 14),
      try asymptote(
        "Iris, 13 samples, with its intercept", irisMargins(intercept: true), [0, 0, 0, 0, 0], settings,
        digits: 14),
    ] + (try settings.secondIntegrators.map { try secondMethod(settings, by: $0) })
  }

  /// β in log time by the Taylor method against the dual variables by another.
  private static func secondMethod(
    _ settings: CheckSettings, by second: Solution.Integrator
  ) throws -> Instance {
    let margins = Matrix<Rational>(rows: [[2, 2], [6, 5], [6, 6]])
    let times: [Rational] = [1, 4]
    let weights = try LogTimeWeights(
      margins: margins, start: [1, -1], at: times, settings)
    func dual(_ clock: DualGradientFlow.Clock) throws -> DualGradientFlow {
      try DualGradientFlow(
        inputs: margins, targets: [1, 1, 1], likelihood: .bernoulli, path: .linear(start: [1, -1]),
        clock: clock)
    }
    let (flow, wrong) = (try dual(.logarithm), try dual(.time))
    let trajectory = flow.integrated(at: times, by: second, settings)
    let wrongTrajectory = wrong.integrated(at: times, settings)
    return Instance(
      "β by taylor, dual by \(second), log t = 1 and 4", along: trajectory,
      observed: { try weights.measurement() }, predicted: { try flow.measureEndToEnd(trajectory) },
      controls: [.init("the clock is t") { try wrong.measureEndToEnd(wrongTrajectory) }])
  }

  /// Setosa against versicolor: the support vectors of all 100 samples and every tenth sample. All have the same ŵ.
  private static func irisMargins(intercept: Bool) throws -> Matrix<Rational> {
    let data = try Datasets.iris()
    let all = Matrix<Rational>(rows: data.count, columns: data.inputs.columns + (intercept ? 1 : 0)) {
      let label = (data.targets[$0, 0] ?? 0) * 2 - 1
      return $1 < data.inputs.columns ? label * data.inputs[$0, $1] : label
    }
    let support = try MaximumMarginLimit(margins: all).support
    let chosen = (0..<all.rows).filter { support.contains($0) || $0.isMultiple(of: 10) }
    return Matrix(rows: chosen.map(all.row))
  }

  /// - Parameters:
  ///   - time: where the margins are compared; nil: as soon as the proved remainder is below the digits.
  ///   - digits: nil: those asked for. With fewer, the support's margins too are compared with proved bounds.
  private static func asymptote(
    _ name: String, _ margins: Matrix<Rational>, _ start: [Rational], _ settings: CheckSettings,
    until time: Rational? = nil, digits: Int? = nil
  ) throws -> Instance {
    let limit = try MaximumMarginLimit(margins: margins)
    let precision = settings.precision
    // From `early` on the bound of `Approach` holds; at `late` it is below the digits.
    let rate = max(limit.rate, Rational(1, 100))
    let early = Rational(Int((14 / rate.doubleValue).rounded(.up)) + 5)
    let exponent = digits == nil ? Double(settings.digits) * 2.303 + 35 : 5
    let late = time ?? early + Rational(Int((exponent / rate.doubleValue * 1.02).rounded(.up)))
    let flow = try LogTimeWeights(
      margins: margins, start: start, at: [early, late], settings, digits: digits)
    let slope = settings.constant("t5-maximum-margin: 1 in 1·log t - log α", 1)
    /// Margins: `offsets` on the support added to the slope, `slacks` for the others.
    @Sendable func predicted(
      offset: @Sendable (Ball) -> Ball, slacks: [Rational], inSpan: Bool = false
    ) throws -> Measurement {
      let early = try flow.weights(0)
      let approach = try limit.approach(early, at: flow.times[0], precision: precision)
      let bound = approach.bound(at: late)
      let onSupport = limit.support.map { n in
        let value =
          Ball(slope * late, precision: precision) + offset(Ball(limit.multipliers[n], precision: precision))
        let error = limit.length(n, precision: precision) * bound
        let label = "margin \(n) at log t = \(late)"
        if digits == nil { return Measurement.Entry(label, value.addingError(error)) }
        return .init(label, .between(value - error, value + error))
      }
      let moved =
        inSpan
        ? BallVector(try limit.offset(precision: precision).elements)
        : BallVector(early) - BallVector(limit.direction.map { flow.times[0] * $0 }, precision: precision)
      let elsewhere = limit.others.map { n in
        let value =
          Ball(late * (1 + slacks[n]), precision: precision)
          + BallVector(margins.row(n), precision: precision).dot(moved)
        let error = limit.length(n, precision: precision) * approach.drift
        return Measurement.Entry("margin \(n) at log t = \(late)", .between(value - error, value + error))
      }
      return try flow.measurement(onSupport + elsewhere)
    }
    let isSpanning = limit.support.count == margins.columns
    let inSpan = Instance.Control("w̃ is in the span of the support, whatever the start") {
      try predicted(offset: { -.log($0) }, slacks: limit.slacks, inSpan: true)
    }
    return Instance(
      name, conditions: { limit.conditions },
      observed: {
        let weights = BallVector(try flow.weights(1))
        let entries = (limit.support + limit.others).map { n in
          Measurement.Entry(
            "margin \(n) at log t = \(late)", BallVector(margins.row(n), precision: precision).dot(weights))
        }
        return try flow.measurement(entries)
      },
      predicted: { try predicted(offset: { -.log($0) }, slacks: limit.slacks) },
      controls: [
        .init("z_n·w̃ = 0 on the support") {
          try predicted(offset: { $0 - $0 }, slacks: limit.slacks)
        },
        .init("the direction is X⁺y: all margins grow alike") {
          try predicted(offset: { -.log($0) }, slacks: limit.slacks.map { _ in 0 })
        },
      ] + (isSpanning ? [] : [inSpan]))
  }
}

extension RandomInstances {
  /// Separable margins' rows with inactive ones and a regular support, and with a rate that is not small; and a start.
  fileprivate static func regularMargins(
    _ settings: CheckSettings, stream: UInt64, _ rows: Int, _ columns: Int
  ) throws -> (Matrix<Rational>, [Rational]) {
    var random = RandomInstances(settings, stream: stream)
    while true {
      let margins = random.matrix(rows, columns, bound: 3)
      let start = random.matrix(1, columns).elements
      guard let limit = try? MaximumMarginLimit(margins: margins) else { continue }
      if limit.rate >= Rational(1, 4), limit.support.count >= 2, !limit.others.isEmpty {
        return (margins, start)
      }
    }
  }
}
