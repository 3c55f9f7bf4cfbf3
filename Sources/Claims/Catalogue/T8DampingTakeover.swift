import Integrators
import Learning
import Multiprecision

/// T8: on separable data damping takes over at t ≈ log 1/λ, and the direction then turns on a log t clock.
extension Claim {
  static let t8DampingTakeover = Claim(
    id: "t8-damping-takeover",
    title: "Damping takes over at log(1/λ), then the direction turns to the maximum margin on a log t clock",
    statement:
      "Linear logistic regression on Z = (0,1), (1,3), (1,4) from β = 0: up to about log(1/λ) the flow runs along b* = "
      + "(-2,1), 63.43° from the maximum-margin direction (0,1); the damping's share λ|β'|/|∇L| reaches 1/20 at t* with "
      + "t* - log(1/λ) bounded. Then β_1 freezes and β_2 = log(t/λ) + O(log t/t): tan of the angle is as 1/log(t/λ).",
    hypotheses: [
      "logistic loss, linear model, Fisher measure the training inputs, damping λ",
      "for the bounds on t*: all margins are non-negative along the path",
    ],
    section: "T8", theorem: nil,
    range: .init(
      claimed: "this data set; any λ < 1/10; all t",
      tested:
        "λ = 10^-3, 10^-6, 10^-9, 10^-12; t = 3, 30, 10^24 and far beyond the last digit; by two forms of the field, "
        + "collocation, and double precision")
  ) { settings in
    try [3, 6, 9, 12].map { try takeover(exponent: $0, settings) }
      + [
        twoForms(.taylor, times: [3, 30], settings), twoForms(.collocation, times: [1], settings),
        DampingClock.direction(settings), DampingClock.limit(settings),
      ]
  }

  private static func problem(damping: Rational, times: [Rational]) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [2, 1]),
      data: Dataset(inputs: DampingClock.margins, targets: Matrix(column: [1, 1, 1])), likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs, damping: damping), initial: [Matrix(rows: [[0, 0]])],
      times: times)
  }

  private static let threshold = 0.05

  /// t* by bisection in the dense output of a Taylor integration, and whether all margins were non-negative.
  private static func takeover(exponent: Int, _ settings: CheckSettings) throws -> Instance {
    let flow = DampedNewtonFlow(margins: DampingClock.margins, damping: try Rational(10).power(-exponent))
    let precision = settings.precision
    let integrated = Lazy { () throws -> (time: Double, leastMargin: Double) in
      let last = Rational(3 * exponent)
      let integrator = TaylorIntegrator(digits: 25, keepsDenseOutput: true)
      let trajectory = try integrator.integrate(flow.field(), from: DampingClock.start, at: [last])
      func weights(_ time: Double) throws -> [Double] {
        let state = trajectory.denseOutput?.state(at: try Rational(exactly: time))
        return state?[0].elements.map(\.doubleValue) ?? [.nan, .nan]
      }
      var (low, high) = (0.0, last.doubleValue)
      for _ in 0..<45 {
        let middle = (low + high) / 2
        if try flow.dampingShare(at: weights(middle)) < threshold { low = middle } else { high = middle }
      }
      var least = Double.infinity
      for part in 1...100 {
        least = min(least, try flow.scores(at: weights(high * Double(part) / 100)).min() ?? 0)
      }
      return ((low + high) / 2, least)
    }
    let double = Lazy { () throws -> Double in
      let samples = try DoubleRungeKutta(relativeTolerance: 1e-11).integrate(
        { try flow.velocity(at: $1) }, from: [0, 0], at: [Double(3 * exponent)],
        until: { (try? flow.dampingShare(at: $0)).map { threshold - $0 } ?? 0 })
      return samples.last?.time ?? 0
    }
    let delay = Ball.log(Ball(1 / flow.damping, precision: precision))
    @Sendable func between(_ lower: Ball, _ upper: Ball) throws -> Measurement {
      let (time, error) = (try Rational(exactly: double.value()), Rational(1, 1_000_000))
      return Measurement(
        [
          .init("t*", .between(lower, upper)),
          .init(
            "t* again",
            .between(
              Ball(time - error, precision: precision), Ball(time + error, precision: precision))),
        ], isRigorous: false)
    }
    // With |β'| ≤ B = √53, v·β' ≤ 2 for v = (0,1), |g| = √17: below the first bound λB/(√17 e^-t - λB) < 1/20; above
    // the second |H| ≤ (17/4)(4e^-t + 2λ) < 19λ.
    @Sendable func bounds(_ scale: Rational) throws -> Measurement {
      let below = Ball.log(Ball.sqrt(Ball(Rational(17, 53 * 21 * 21), precision: precision)))
      let above = Ball.log(Ball(Rational(34, 21), precision: precision))
      return try between(scale * delay + below, scale * delay + above)
    }
    return Instance(
      "t* at λ = 10^-\(exponent)",
      conditions: {
        let least = try integrated.value().leastMargin
        return [
          Condition(
            "all margins are non-negative", least >= 0 ? .monitored : .violated,
            "at 100 times up to t* the least is \(least)")
        ]
      },
      observed: {
        let time = Ball(
          midpoint: try Rational(exactly: integrated.value().time), radius: Rational(1, 1_000_000_000),
          precision: precision)
        return Measurement([.init("t*", time), .init("t* again", time)], isRigorous: false)
      },
      predicted: { try bounds(1) },
      controls: [
        .init("t* is about 1/λ") {
          let scale = Ball(1 / flow.damping, precision: precision)
          return try between(Rational(1, 20) * scale, 20 * scale)
        },
        .init("t* is about 2 log(1/λ)") { try bounds(2) },
        .init("t* is about log(1/λ)/4") { try bounds(Rational(1, 4)) },
      ])
  }

  /// The problem's own vector field (a solve of size N, by the Woodbury identity) against the form on β (a solve of
  /// size d), λ = 10^-3.
  private static func twoForms(
    _ integrator: Solution.Integrator, times: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let damping = Rational(1, 1000)
    let solution = Solution(try problem(damping: damping, times: times), settings, by: integrator)
    let other = { @Sendable (damping: Rational, scale: Rational) in
      IntegratedTrajectory(from: DampingClock.start, at: times.map { scale * $0 }, settings) {
        try DampedNewtonFlow(margins: DampingClock.margins, damping: damping).field()
      }
    }
    let (form, undamped, halved) = (other(damping, 1), other(0, 1), other(damping / 2, 1))
    @Sendable func weights(_ trajectory: IntegratedTrajectory) throws -> Measurement {
      try trajectory.measure("endToEnd") { try $0[0].transposed() }
    }
    return Instance(
      "λ = 10^-3, t = \(times.map(\.description).joined(separator: ", ")), by \(integrator)",
      observed: { try solution.measure(.endToEnd) }, predicted: { try weights(form) },
      controls: [
        .init("it stays on the undamped path") { try weights(undamped) },
        .init("damping turns it to the maximum margin at once") {
          try weights(form).map { $0.isMultiple(of: 2) ? Ball(0, precision: $1.precision) : $1 }
        },
        .init("it is the path of λ/2") { try weights(halved) },
      ])
  }
}
