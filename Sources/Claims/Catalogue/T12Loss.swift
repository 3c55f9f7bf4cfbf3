import ComputationGraph
import Learning
import Multiprecision

/// T12: the loss as a function of time.
extension Claim {
  static let t12Loss = Claim(
    id: "t12-loss", title: "The loss in closed form, and the time to a loss whatever the data",
    statement:
      "Logistic loss: L(t) = -Σ log(1 - s_n(0) e^-t) and L' = -Σ e^-m_n; from β(0) = 0 the loss is ε at "
      + "t = -log(2(1 - e^(-ε/N))), whatever the data. Squared loss: L(t) = L(0) e^-2t.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T12", theorem: "LogisticFlow.ngf_loss",
    range: .init(
      claimed: "any model whose Jacobian on the training inputs keeps full row rank; any t",
      tested:
        "linear, deep linear depth 2, diagonal depth 2, tanh depth 2; N from 2 to 4; digits 0 against 1 with N = 51, "
        + "d = 64; one instance by collocation; t ≤ 2")
  ) { settings in
    let models: [(String, any Model, Int, Solution.Integrator)] = [
      ("deep linear 4-2-1, N = 3", try DeepLinearModel(widths: [4, 2, 1]), 3, .taylor),
      ("diagonal u1∘u2, N = 3", try DiagonalModel(inputCount: 4, form: .product, depth: 2), 3, .taylor),
      ("tanh 2-3-1, N = 3", try MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh), 3, .taylor),
      ("linear, N = 2, by collocation", try DeepLinearModel(widths: [3, 1]), 2, .collocation),
    ]
    var instances: [Instance] = []
    for (index, (name, model, count, integrator)) in models.enumerated() {
      for likelihood in [Likelihood.bernoulli, .gaussian] {
        var random = RandomInstances(settings, stream: UInt64(12_000 + index))
        let problem = try Problem(
          model: model,
          data: Dataset(
            inputs: random.fullRankMatrix(count, model.inputCount),
            targets: random.targets(likelihood, count: count)),
          likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
          times: [0, Rational(1, 2), integrator == .taylor ? 2 : 1])
        instances.append(
          likelihood == .bernoulli
            ? try logistic("logistic loss, \(name)", problem, settings, by: integrator)
            : try squared("squared loss, \(name)", problem, settings, by: integrator))
      }
    }
    var random = RandomInstances(settings, stream: 12_010)
    let small = try Dataset(
      inputs: random.fullRankMatrix(4, 5), targets: random.targets(.bernoulli, count: 4))
    instances.append(try timeToLoss("time to a loss, linear, N = 4, from 0", small, settings))
    instances.append(
      try timeToLoss("time to a loss, digits 0 against 1, N = 51, from 0", Datasets.digits01(), settings))
    return instances
  }

  /// L, and L' against the margins along the same flow.
  private static func logistic(
    _ name: String, _ problem: Problem, _ settings: CheckSettings, by integrator: Solution.Integrator
  ) throws -> Instance {
    let solution = Solution(problem, settings.withMoreDigits(8), by: integrator)
    let law = try problem.law(OnSampleLaw.self)
    let labels = problem.data.targets.map { ($0 ?? 0) * 2 - 1 }
    let one = settings.constant("t12-loss: 1 in -log(1 - s e^-t)", 1)
    let rate = settings.constant("t12-loss: 1 in e^-m", 1)
    /// The loss from the error probabilities at the start and e^-t, then -Σ e^(-ρ m).
    @Sendable func formulas(_ loss: (Ball, Ball) -> Ball, rate: Rational) throws -> Measurement {
      let errors = try problem.model.startingOutputs(
        problem.initial, at: problem.data.inputs, precision: settings.precision
      ) { try (-($0.graph.constant(labels) * $0)).logistic() }
      let losses = Measurement.series("loss", at: problem.times) { time in
        let decay = Ball.exp(Ball(-time, precision: settings.precision))
        return [errors.map { loss($0, decay) }.reduce(Ball(0, precision: settings.precision), +)]
      }
      return try losses
        + solution.measure("loss'") {
          let outputs = try problem.model.outputs($0, inputs: $0[0].graph.constant(problem.data.inputs))
          return try -(-(rate * ($0[0].graph.constant(labels) * outputs))).exp().sum()
        }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        try solution.measure("loss") { try problem.observables($0).loss }
          + solution.measureFlow("loss'") { flow in
            let loss = try problem.observables(flow.state).loss
            let directions = zip(flow.state, flow.velocity).map { (variable: $0, tangent: $1) }
            return try flow.graph.pushforward([loss], along: directions)[0]
          }
      },
      predicted: { try formulas({ -.log(onePlus: -(one * $0 * $1)) }, rate: rate) },
      controls: [
        .init("every sample's loss decays as e^-t") { try formulas({ -($1 * .log(onePlus: -$0)) }, rate: 1) },
        .init("L' is that of squared margins' loss, -Σ e^-2m") {
          try formulas({ -.log(onePlus: -($0 * $1)) }, rate: 2)
        },
      ])
  }

  /// L(0) e^-2t.
  private static func squared(
    _ name: String, _ problem: Problem, _ settings: CheckSettings, by integrator: Solution.Integrator
  ) throws -> Instance {
    let solution = Solution(problem, settings, by: integrator)
    let law = try problem.law(OnSampleLaw.self)
    let rate = settings.constant("t12-loss: 2 in e^-2t", 2)
    @Sendable func decayed(rate: Rational) throws -> Measurement {
      let start = try problem.startingLoss(precision: settings.precision)
      return Measurement.series("loss", at: problem.times) { time in
        [start * .exp(Ball(-(rate * time), precision: settings.precision))]
      }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure("loss") { try problem.observables($0).loss } },
      predicted: { try decayed(rate: rate) },
      controls: [.init("the loss decays as its residuals do, e^-t") { try decayed(rate: 1) }])
  }

  /// The time that the formula gives for the loss found there is that time.
  private static func timeToLoss(_ name: String, _ data: Dataset, _ settings: CheckSettings) throws
    -> Instance
  {
    let problem = try Problem(
      model: DeepLinearModel(widths: [data.inputs.columns, 1]), data: data, likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: 1, columns: data.inputs.columns, repeating: 0)],
      times: [0, Rational(1, 2), 1])
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    let two = settings.constant("t12-loss: 2 in the time to a loss", 2)
    @Sendable func times(perSample: Bool) throws -> Measurement {
      try solution.measure("time") { try problem.observables($0).loss }.map { _, loss in
        let share = perSample ? Rational(1, data.count) * loss : loss
        return -.log(two * -.expMinusOne(-share))
      }
    }
    let elapsed: @Sendable () -> Measurement = {
      Measurement.series("time", at: problem.times) { [Ball($0, precision: settings.precision)] }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try times(perSample: true) },
      predicted: { elapsed() },
      controls: [
        .init("ε and not ε/N counts") {
          try times(perSample: false)
        } predicted: {
          elapsed()
        }
      ])
  }
}
