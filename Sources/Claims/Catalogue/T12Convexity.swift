import ComputationGraph
import Learning
import Multiprecision

/// T12: the loss is convex along the straight line of the means.
extension Claim {
  static let t12Convexity = Claim(
    id: "t12-convexity", title: "The excess loss decays at least as e^-t",
    statement:
      "For Bernoulli, Poisson and Gaussian the loss is convex along the line of the means, so L(t) - L* ≤ e^-t (L(0) - L*) with the loss L* at μ = y; "
      + "with labels 0 and 1 also L(t) ≥ e^-t Σ s_n(0), so that the rate e^-t is attained. Squared loss has e^-2t. "
      + "Not for every family: with V = m² (exponential distribution) and μ(0) > 2y the excess can be larger.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T12", theorem: nil,
    range: .init(
      claimed:
        "families whose variance V has V ≥ (μ - y) V', any model whose Jacobian keeps full row rank; any t",
      tested:
        "linear, deep linear depth 2, diagonal depth 2; Bernoulli with hard and soft labels, Poisson, Gaussian; N = 3; "
        + "t ≤ 4; the exponential distribution against it, N = 1, μ(0) = 101 y")
  ) { settings in
    [
      try hardLabels("hard labels, deep linear 4-2-1", DeepLinearModel(widths: [4, 2, 1]), 12_200, settings),
      try hardLabels(
        "hard labels, diagonal u1∘u2", DiagonalModel(inputCount: 3, form: .product, depth: 2), 12_201,
        settings),
      try positiveInfimum("soft labels, linear", .bernoulli, 12_210, settings),
      try positiveInfimum("counts 2, 0, 1, linear", .poisson, 12_211, settings),
      try squares(settings), try otherFamily(settings),
    ]
  }

  private static let times: [Rational] = [Rational(1, 4), 1, 4]

  private static func problem(
    _ model: any Model, _ likelihood: Likelihood, _ inputs: Matrix<Rational>, _ targets: [Rational?],
    _ random: inout RandomInstances
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: inputs, targets: Matrix(column: targets)), likelihood: likelihood,
      flow: .naturalGradient(.trainingInputs), initial: random.parameters(model), times: times)
  }

  private static func instance(
    _ name: String, _ problem: Problem, _ settings: CheckSettings,
    predicted: @escaping @Sendable (_ decay: Ball, _ start: Ball) throws -> Measurement.Entry,
    control: String, _ wrong: @escaping @Sendable (_ decay: Ball, _ start: Ball) throws -> Measurement.Entry
  ) throws -> Instance {
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    @Sendable func entries(
      _ entry: (_ decay: Ball, _ start: Ball) throws -> Measurement.Entry
    ) throws -> Measurement {
      let start = try problem.startingLoss(precision: settings.precision)
      return Measurement(
        try times.map { try entry(.exp(Ball(-$0, precision: settings.precision)), start) }, isRigorous: true)
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure("loss") { try problem.observables($0).loss } },
      predicted: { try entries(predicted) }, controls: [.init(control) { try entries(wrong) }])
  }

  /// e^-t Σ s_n(0) ≤ L(t) ≤ e^-t L(0).
  private static func hardLabels(
    _ name: String, _ model: any Model, _ stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let inputs = random.fullRankMatrix(3, model.inputCount)
    let problem = try problem(model, .bernoulli, inputs, [1, 0, 1], &random)
    let errors = try model.startingOutputs(problem.initial, at: inputs, precision: settings.precision) {
      try ($0.graph.constant(Matrix(column: [-1, 1, -1])) * $0).logistic().sum()
    }[0]
    return try instance(
      name, problem, settings, predicted: { .init("loss", .between($0 * errors, $0 * $1)) },
      control: "it decays at least as e^-2t, as for squared loss"
    ) { .init("loss", .atMost($0 * $0 * $1)) }
  }

  /// Losses that do not tend to 0: L* ≤ L(t) ≤ L* + e^-t (L(0) - L*).
  private static func positiveInfimum(
    _ name: String, _ likelihood: Likelihood, _ stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let distinct = random.fullRankMatrix(3, 4)
    let (rows, targets): ([Int], [Rational?]) =
      likelihood == .bernoulli ? ([0, 0, 1, 1, 1, 2], [1, 0, 1, 1, 0, 1]) : ([0, 1, 2], [2, 0, 1])
    let inputs = Matrix(rows: rows.map { distinct.row($0) })
    let problem = try problem(DeepLinearModel(widths: [4, 1]), likelihood, inputs, targets, &random)
    func log(_ value: Int) -> Ball { .log(Ball(value, precision: settings.precision)) }
    // Entropies 2 log 2 and 3 log 3 - 2 log 2; counts: Σ y - y log y.
    let infimum = likelihood == .bernoulli ? 3 * log(3) : 3 - 2 * log(2)
    return try instance(
      name, problem, settings,
      predicted: { .init("loss", .between(infimum, infimum + $0 * ($1 - infimum))) },
      control: "the loss tends to 0"
    ) { .init("loss", .atMost($0 * $1)) }
  }

  /// Exponential distribution, y = 1, μ(0) = 101: the excess log μ + 1/μ - 1 with μ = 1 + 100e^-t is above
  /// e^-t (log 101 + 1/101 - 1).
  private static func otherFamily(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let target = Rational(101)
    // In the output g = f + log 101 the start is 0 and the target 1/101: the excess depends on μ/y only.
    let flow = try SampleLossFlow(
      model: DeepLinearModel(widths: [1, 1]), inputs: Matrix(rows: [[1]]),
      loss: LinkedLoss(.exponentialScale, targets: [1 / target]), initial: [Matrix(rows: [[0]])], times: times
    )
    let trajectory = SampleLossInstances.trajectory(flow, settings)
    let share = settings.constant("t12-convexity: 100 = μ(0)/y - 1", 100)
    @Sendable func excess(_ ratio: Ball) -> Ball { .log(ratio) + Ball(1, precision: precision) / ratio - 1 }
    @Sendable func statement(_ bounds: (_ decay: Ball, _ start: Ball) -> Measurement.Bounds) -> Measurement {
      let start = excess(Ball(target, precision: precision))
      let decays = times.map { Ball.exp(Ball(-$0, precision: precision)) }
      return Measurement(
        decays.map { .init("excess", excess(1 + share * $0)) }
          + decays.map { .init("excess", bounds($0, start)) },
        isRigorous: true)
    }
    return Instance(
      "exponential distribution from μ = 101 y: the bound fails", along: trajectory,
      conditions: { [try flow.rankCondition()] },
      observed: {
        let excesses = try SampleLossInstances.measure("excess", trajectory, flow) {
          // log(μ/y) + y/μ - 1 with μ = e^f and y = 1/101.
          let log = try $0 + $0.graph.constant(1, shape: $0.shape) * $0.graph.constant(target).log()
          return try log + (-log).exp() - $0.graph.constant(1, shape: $0.shape)
        }
        return excesses + excesses
      },
      predicted: { statement { .atLeast($0 * $1) } },
      controls: [.init("it is below e^-t (L(0) - L*) for every family") { statement { .atMost($0 * $1) } }])
  }

  /// The excess is exactly e^-2t (L(0) - L*) for squared loss: duplicates 0 and 1, L* = 1/4.
  private static func squares(_ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 12_220)
    let distinct = random.fullRankMatrix(2, 3)
    let inputs = Matrix(rows: [0, 0, 1].map { distinct.row($0) })
    let problem = try problem(DeepLinearModel(widths: [3, 2, 1]), .gaussian, inputs, [0, 1, 2], &random)
    let infimum = settings.constant("t12-convexity: 1/4 = L*", Rational(1, 4))
    return try instance(
      "squared loss with a conflict, deep linear 3-2-1", problem, settings,
      predicted: { .init("loss", infimum + $0 * $0 * ($1 - infimum)) },
      control: "the excess decays as e^-t"
    ) { .init("loss", Rational(1, 4) + $0 * ($1 - Rational(1, 4))) }
  }
}

private func + (left: Rational, right: Ball) -> Ball { right + left }
