import ComputationGraph
import Learning
import Multiprecision

/// T12: the means move on a straight line to the targets.
extension Claim {
  static let t12StraightLine = Claim(
    id: "t12-straight-line", title: "The means move on a straight line; soft labels have finite limits",
    statement:
      "The ratios of the residuals μ_n - y_n are conserved, so μ moves on a straight line; for a mean label "
      + "0 < ȳ < 1 the logit tends to log(ȳ/(1 - ȳ)).",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T12", theorem: nil,
    range: .init(
      claimed: "any model whose Jacobian on the distinct inputs keeps full row rank; any t, and the limit",
      tested:
        "deep linear depth 2, tanh depth 2; three families; N = 3; one instance by collocation; t ≤ 2; soft labels "
        + "1/3, 1/2 and 3/4, linear and deep linear, at a late time with the remainder enclosed")
  ) { settings in
    let models: [(String, any Model, Likelihood, Solution.Integrator)] = [
      ("deep linear 4-2-1, bernoulli", try DeepLinearModel(widths: [4, 2, 1]), .bernoulli, .taylor),
      ("deep linear 4-2-1, poisson", try DeepLinearModel(widths: [4, 2, 1]), .poisson, .taylor),
      (
        "tanh 2-3-1, gaussian", try MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh), .gaussian,
        .taylor
      ),
      ("linear, bernoulli, by collocation", try DeepLinearModel(widths: [3, 1]), .bernoulli, .collocation),
    ]
    return try models.enumerated().map { index, item in
      try ratios(item.0, item.1, item.2, stream: UInt64(12_100 + index), settings, by: item.3)
    } + [
      try softLabels("soft labels, linear", DeepLinearModel(widths: [3, 1]), stream: 12_110, settings),
      try softLabels(
        "soft labels, deep linear 3-2-1", DeepLinearModel(widths: [3, 2, 1]), stream: 12_111, settings),
    ]
  }

  private static func ratios(
    _ name: String, _ model: any Model, _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings,
    by integrator: Solution.Integrator
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let problem = try Problem(
      model: model,
      data: Dataset(
        inputs: random.fullRankMatrix(3, model.inputCount), targets: random.targets(likelihood, count: 3)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
      times: [0, Rational(1, 2), integrator == .taylor ? 2 : 1])
    let solution = Solution(problem, settings, by: integrator)
    let gradientFlow = Solution(try problem.with(flow: .gradient), settings)
    let law = try problem.law(OnSampleLaw.self)
    let factor = settings.constant("t12-straight-line: 1 of the ratios", 1)
    /// r_1/r_0 and r_2/r_0.
    @Sendable func ratio(_ outputs: Node) throws -> Node {
      let targets = outputs.graph.constant(problem.data.targets.map { $0 ?? 0 })
      let residual = try likelihood.mean(outputs) - targets
      return try residual.select(rows: [1, 2]) / residual.select(rows: [0])
    }
    @Sendable func measure(_ solution: Solution) throws -> Measurement {
      try solution.measure("ratio") {
        try ratio(model.outputs($0, inputs: $0[0].graph.constant(problem.data.inputs)))
      }
    }
    @Sendable func constant(_ factor: Rational) throws -> Measurement {
      let start = try model.startingOutputs(
        problem.initial, at: problem.data.inputs, precision: settings.precision, ratio)
      return Measurement.series("ratio", at: problem.times) { _ in start.map { factor * $0 } }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions }, observed: { try measure(solution) },
      predicted: { try constant(factor) },
      controls: [
        .init("gradient flow conserves them too") {
          try measure(gradientFlow)
        } predicted: {
          try constant(1)
        }
      ])
  }

  /// Labels that disagree at each input, at a time when e^-t is below the digits.
  private static func softLabels(
    _ name: String, _ model: any Model, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let distinct = random.fullRankMatrix(3, 3)
    let labels: [[Rational?]] = [[1, 0, 0], [0, 1], [1, 1, 0, 1]]
    let rows = labels.enumerated().flatMap { index, group in group.map { _ in distinct.row(index) } }
    let time = Rational(settings.workingDigits * 5 / 2)
    let problem = try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: labels.flatMap { $0 })),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
      times: [time])
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    let odds = [
      settings.constant("t12-straight-line: odds 1/2", Rational(1, 2)),
      settings.constant("t12-straight-line: odds 1", 1), settings.constant("t12-straight-line: odds 3", 3),
    ]
    let precision = settings.precision
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        try solution.measure("logit") { try model.outputs($0, inputs: $0[0].graph.constant(distinct)) }
      },
      predicted: {
        // The mean is within e^-t of ȳ, the logit within 2e^-t/(ȳ(1 - ȳ)) ≤ 11e^-t of its limit.
        let remainder = Rational(11) * Ball.exp(Ball(-time, precision: precision))
        return Measurement.series("logit", at: [time]) { _ in
          odds.map { Ball.log(Ball($0, precision: precision)).addingError(remainder) }
        }
      },
      controls: [
        .init("the majority's logit grows as t") {
          Measurement.series("logit", at: [time]) { _ in
            [-time, 0, time].map { Ball($0, precision: precision) }
          }
        }
      ])
  }
}
