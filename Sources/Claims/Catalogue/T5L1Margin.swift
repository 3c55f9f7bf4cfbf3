import Learning
import Multiprecision
import Programmes

/// T5: gradient flow of u² - v² with logistic loss.
extension Claim {
  static let t5L1Margin = Claim(
    id: "t5-l1-margin",
    title: "u² - v², logistic loss: gradient flow tends to the ℓ1 maximum margin, at (log t)^-(1-κ)",
    statement:
      "On separable data the direction of β = u² - v² tends to the least ℓ1 norm with Zb ≥ 1. A coordinate off the "
      + "support whose dual certificate is κ grows as (log t)^κ, so that the error falls as (log t)^-(1-κ): "
      + "extremely slowly.",
    hypotheses: [
      "gradient flow of u² - v² from u = v = α with logistic loss",
      "the ℓ1 solution is unique and nondegenerate, with certificate 0 < κ < 1 off its support",
    ],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "separable data with such a solution, any α; t → ∞",
      tested:
        "one sample, κ = 4/5 and 1/2, log t from 10^(digits/(1-κ)) to its square, enclosed; N = 2, d = 3, κ = 4/5, "
        + "integrated to log t = 10 000; two methods to log t = 4")
  ) { settings in
    try [
      enclosedExponent(Rational(4, 5), settings), enclosedExponent(Rational(1, 2), settings),
      integratedExponent(settings), dualIdentity(settings),
    ] + (try settings.secondIntegrators.map { try secondMethod(settings, by: $0) })
  }

  /// z = (1, κ): the exponent of β_2/m in log t between two moments, exactly followed, against 1 - κ from the dual
  /// certificate.
  ///
  /// With w = 4q: log(β_2/m) = -(1-κ) log m + const - κ log(1 + κβ_2/β_1) - κ log(1 - e^-2w) + log(1 - e^-2κw).
  private static func enclosedExponent(_ kappa: Rational, _ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let certificate = try sparseMargin(Matrix(rows: [[1, kappa]]))
    let flow = OneSampleFlow(sample: [1, kappa], coordinates: .squares(start: Rational(1, 2)))
    // e^4q = m/α², so that (m/α²)^-(1-κ) is below the digits.
    let first = Rational(
      Int((Double(settings.digits + 12) * 2.303 / (1 - kappa.doubleValue) / 4).rounded(.up)))
    let moments = Lazy { [first, 2 * first].map { flow.moment(at: $0, precision: precision) } }
    @Sendable func span(_ value: (OneSampleFlow.Moment) -> Ball) throws -> Ball {
      let both = try moments.value()
      return .log(value(both[1])) - .log(value(both[0]))
    }
    @Sendable func predicted(_ exponent: Rational) throws -> Measurement {
      var neglected = Ball(0, precision: precision)
      for moment in try moments.value() {
        let w = Ball(4 * moment.q, precision: precision)
        let ratio = moment.weights[1] / moment.weights[0]
        // log(1 - x) ≥ -2x for x ≤ 1/2.
        neglected = neglected + ratio + 4 * .exp(-(2 * kappa) * w)
        neglected = neglected + Ball.log(moment.logTime / moment.margin).magnitude
      }
      let value = Ball(exponent, precision: precision)
      return Measurement(
        [.init("exponent", value.addingError(neglected / (try span { $0.logTime })))], isRigorous: true)
    }
    let one = settings.constant("t5-l1-margin: 1 in 1 - κ, κ = \(kappa)", 1)
    return Instance(
      "one sample, z = (1, \(kappa)): κ = \(kappa)", conditions: { try conditions(certificate, kappa) },
      observed: {
        let exponent = try -(span { $0.weights[1] / $0.margin }) / (try span { $0.logTime })
        return Measurement([.init("exponent", exponent)], isRigorous: true)
      },
      predicted: { try predicted(one - certificate.largestCorrelationOffSupport) },
      controls: [
        .init("the error is 1/log t, as for the linear model") { try predicted(1) },
        .init("the direction is the ℓ2 maximum margin: the ratio tends to a constant") { try predicted(0) },
      ])
  }

  private static let pair = Matrix<Rational>(rows: [[1, 0, Rational(1, 2)], [0, 1, Rational(3, 10)]])

  /// z_1 = (1, 0, 1/2), z_2 = (0, 1, 3/10), integrated: the exponent of β_3 over the smallest margin γ.
  ///
  /// arsinh(β_3/2α²) = a arsinh(β_1/2α²) + b arsinh(β_2/2α²) gives it up to what β_1/γ, β_2/γ and γ/log t change by.
  private static func integratedExponent(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let certificate = try sparseMargin(pair)
    let times: [Rational] = [100, 10_000]
    let problem = try network(pair)
    let trajectory = problem.inLogTime(at: times, settings, digits: 16)
    let states = Lazy {
      let balls = try problem.measureEndToEnd(trajectory).entries.compactMap(\.ball)
      return [Array(balls.prefix(3)), Array(balls.suffix(3))]
    }
    /// log of a function of β and γ at the second time over the first.
    @Sendable func change(_ value: ([Ball], Ball) -> Ball) throws -> Ball {
      let logarithms = try states.value().map { beta in
        let margins = [0, 1].map { BallVector(pair.row($0), precision: precision).dot(BallVector(beta)) }
        let least = Ball.certainlyLess(margins[0], margins[1]) ? margins[0] : margins[1]
        return Ball.log(value(beta, least))
      }
      return logarithms[1] - logarithms[0]
    }
    let span = Ball.log(Ball(times[1] / times[0], precision: precision))
    @Sendable func predicted(_ exponent: Rational) throws -> Measurement {
      let (a, b) = (pair[0, 2], pair[1, 2])
      let onSupport = try a * change { $0[0] / $1 } + b * change { $0[1] / $1 }
      // (1 - κ)(log γ/log t) and α⁴/β²; α = 1/2.
      let growth = try change { $1 } - span
      let small = try states.value().flatMap { $0 }.map { 1 / $0.squared() }.reduce(
        Ball(0, precision: precision), +)
      let width = Ball(
        ((onSupport.magnitude + growth.magnitude + small) / span).upperBound)
      let value = Ball(exponent, precision: precision)
      return try trajectory.measurement([.init("exponent", .between(value - width, value + width))])
    }
    return Instance(
      "N = 2, d = 3, κ = 4/5, log t from 100 to 10 000",
      conditions: { try conditions(certificate, Rational(4, 5)) },
      observed: {
        try trajectory.measurement([.init("exponent", -(change { $0[2] / $1 }) / span)])
      },
      predicted: { try predicted(1 - certificate.largestCorrelationOffSupport) },
      controls: [
        .init("the error is 1/log t, as for the linear model") { try predicted(1) },
        .init("the direction is the ℓ2 maximum margin") { try predicted(0) },
        .init("the exponent is κ") { try predicted(Rational(4, 5)) },
      ])
  }

  /// The off-support coordinate in terms of the others, along the integrated network.
  private static func dualIdentity(_ settings: CheckSettings) throws -> Instance {
    let problem = try network(pair)
    let trajectory = problem.inLogTime(at: [10, 300], settings)
    let half = Rational(1, 2)
    @Sendable func side(_ combine: @Sendable ([Ball]) -> Ball) throws -> Measurement {
      let balls = try problem.measureEndToEnd(trajectory).entries.compactMap(\.ball)
      let entries = [0, 1].map { index in
        Measurement.Entry(
          "arsinh(2β_3), log t = \([10, 300][index])", combine(Array(balls[(3 * index)..<(3 * index + 3)])))
      }
      return try trajectory.measurement(entries)
    }
    @Sendable func arsinh(_ x: Ball) -> Ball { .log(x + .sqrt(1 + x.squared())) }
    let a = settings.constant("t5-l1-margin: a in a arsinh(2β_1)", half)
    return Instance(
      "N = 2, d = 3: β stays on the hypentropy path, log t up to 300",
      observed: { try side { arsinh(2 * $0[2]) } },
      predicted: { try side { a * arsinh(2 * $0[0]) + Rational(3, 10) * arsinh(2 * $0[1]) } },
      controls: [.init("β stays in row(Z)") { try side { arsinh(half * $0[0] + Rational(3, 10) * $0[1]) } }])
  }

  /// u and v in log time by the Taylor method against the N dual variables by another.
  private static func secondMethod(
    _ settings: CheckSettings, by second: Solution.Integrator
  ) throws -> Instance {
    let times: [Rational] = [1, 4]
    let problem = try network(pair)
    let trajectory = problem.inLogTime(at: times, settings)
    let halves = [Rational](repeating: Rational(1, 2), count: 3)
    func dual(_ rate: Rational) throws -> DualGradientFlow {
      try DualGradientFlow(
        inputs: pair, targets: [1, 1], likelihood: .bernoulli,
        path: .squares(u: halves, v: halves, rate: rate), clock: .logarithm)
    }
    let flow = try dual(settings.constant("t5-l1-margin: 4 in e^(4z)", 4))
    let (other, wrong) = (flow.integrated(at: times, by: second, settings), try dual(2))
    let wrongTrajectory = wrong.integrated(at: times, settings)
    return Instance(
      "u and v by taylor, dual by \(second), log t = 1 and 4", along: trajectory, other,
      observed: { try problem.measureEndToEnd(trajectory) }, predicted: { try flow.measureEndToEnd(other) },
      controls: [.init("the constant is 2") { try wrong.measureEndToEnd(wrongTrajectory) }])
  }

  /// u² - v² from 1/2 on samples z with labels 1.
  private static func network(_ margins: Matrix<Rational>) throws -> Problem {
    let start = Matrix<Rational>(rows: margins.columns, columns: 1, repeating: Rational(1, 2))
    return try Problem(
      model: DiagonalModel(inputCount: margins.columns, form: .difference, depth: 2),
      data: Dataset(inputs: margins, targets: Matrix(rows: margins.rows, columns: 1, repeating: 1)),
      likelihood: .bernoulli, flow: .gradient, initial: [start, start], times: [0])
  }

  /// The ℓ1 maximum margin.
  static func sparseMargin(_ margins: Matrix<Rational>) throws -> LeastAbsoluteCertificate {
    let ones = [Rational](repeating: 1, count: margins.rows)
    let programme = LeastAbsoluteProgramme(subjectTo: try LinearConstraints(margins, atLeast: ones))
    guard let optimum = try programme.solve().optimum else {
      throw ProblemError(field: "data", "not linearly separable, expected data that are")
    }
    return optimum
  }

  private static func conditions(
    _ certificate: LeastAbsoluteCertificate, _ kappa: Rational
  ) throws -> [Condition] {
    let isStrict =
      try certificate.strictestDual().kappa == kappa
      && certificate.support.count
        == certificate.activeRows.count
    return [
      Condition(
        "the ℓ1 solution is unique and nondegenerate", isStrict ? .certified : .violated,
        "b* = \(certificate.point), κ = \(kappa), by an exact dual certificate")
    ]
  }
}
