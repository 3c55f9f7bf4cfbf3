import ComputationGraph
import Learning
import Multiprecision

/// Instances of T1 for deficient rank that compare flows with flows, or what the inputs see of the residuals.
enum DeficientRankInstances {
  /// Two identical neurons stay equal, and move as one neuron with the sum of their output weights.
  static func asOneNeuron(_ settings: CheckSettings) throws -> Instance {
    let pair = try DeficientRankProblems.identicalNeurons(.bernoulli)
    let single = try DeficientRankProblems.oneNeuron(.bernoulli, outgoing: 1)
    let (two, one) = (Solution(pair, settings), Solution(single, settings))
    let half = settings.constant("t1-projected-law: 1/2 of the output weight", Rational(1, 2))
    /// Incoming weights of both neurons, then their outgoing weights.
    @Sendable func both(outgoing: Rational) throws -> Measurement {
      try one.measure("parameters") {
        let weight = try outgoing * $0[1]
        return try Node.joined([$0[0], $0[0], weight, weight])
      }
    }
    return Instance(
      "two identical tanh neurons move as one", along: two.integrated, one.integrated,
      conditions: { [try pair.rankCondition(3)] },
      observed: {
        try two.measure("parameters") { try Node.joined([$0[0].reshaped(to: Shape(1, 4)), $0[1]]) }
      },
      predicted: { try both(outgoing: half) },
      controls: [
        .init("each moves as one neuron of its own output weight alone") {
          let alone = try DeficientRankProblems.oneNeuron(.bernoulli, outgoing: Rational(1, 2))
          return try Solution(alone, settings).measure("parameters") {
            try Node.joined([$0[0], $0[0], $0[1], $0[1]])
          }
        }
      ])
  }

  /// Six samples in three dimensions: Xᵀ(μ - y) decays, the residuals themselves do not.
  static func fewParameters(
    _ widths: [Int], _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    let inputs = random.fullRankMatrix(6, 3)
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: random.targets(likelihood, count: 6)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
      times: [0, Rational(1, 4), 1])
    let solution = Solution(problem, settings)
    let rate = settings.constant("t1-projected-law: 1 in e^-t of Xᵀ(μ - y)", 1)
    let targets = problem.data.targets.map { $0 ?? 0 }
    @Sendable func residual(_ outputs: Node) throws -> Node {
      try likelihood.mean(outputs) - outputs.graph.constant(targets)
    }
    /// A function of the residuals at the start, times e^-t.
    @Sendable func decayed(rate: Rational, _ function: (Node) throws -> Node) throws -> Measurement {
      let start = try model.startingOutputs(
        problem.initial, at: inputs, precision: settings.precision, function)
      return Measurement.series("residual", at: problem.times) {
        Relaxation.values(start, to: start.map { _ in 0 }, rates: start.map { _ in rate }, at: $0)
      }
    }
    @Sendable func seen(_ outputs: Node) throws -> Node {
      try outputs.graph.constant(inputs.transposed()).times(residual(outputs))
    }
    @Sendable func measure(_ function: (Node) throws -> Node) throws -> Measurement {
      try solution.measure("residual") {
        try function(model.outputs($0, inputs: $0[0].graph.constant(inputs)))
      }
    }
    let name = widths.count == 2 ? "linear" : "deep linear 3-2-1"
    return Instance(
      "Xᵀ(μ - y), \(name), N = 6, \(likelihood)",
      along: solution.integrated, conditions: { try problem.invarianceConditions() },
      observed: { try measure(seen) }, predicted: { try decayed(rate: rate, seen) },
      controls: [
        .init("every residual decays") {
          try measure(residual)
        } predicted: {
          try decayed(rate: 1, residual)
        }
      ])
  }
}
