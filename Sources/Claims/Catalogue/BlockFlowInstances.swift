import ComputationGraph
import Learning
import Multiprecision

/// T11's flows: block-diagonal natural gradient integrated, against the on-sample law at as many times the age as
/// there are blocks.
enum BlockFlowInstances {
  private struct Setting: Sendable {
    let name: String
    let model: any Model
    let blocks: [[Int]]
    let likelihood: Likelihood
    let sampleCount: Int
  }

  private static func all() throws -> [Setting] {
    let network = try MultilayerPerceptron(widths: [2, 4, 1], activation: .tanh)
    return [
      Setting(
        name: "deep linear 2-3-2, squared loss", model: try DeepLinearModel(widths: [2, 3, 2]),
        blocks: [[0], [1]], likelihood: .gaussian, sampleCount: 2),
      Setting(
        name: "deep linear 3-3-3-1, logistic loss", model: try DeepLinearModel(widths: [3, 3, 3, 1]),
        blocks: [[0], [1], [2]], likelihood: .bernoulli, sampleCount: 2),
      Setting(
        name: "tanh 2-4-1, squared loss", model: network, blocks: [[0, 1], [2, 3]], likelihood: .gaussian,
        sampleCount: 3),
      Setting(
        name: "tanh 2-4-1, logistic loss", model: network, blocks: [[0, 1], [2, 3]], likelihood: .bernoulli,
        sampleCount: 3),
    ]
  }

  static func instances(_ settings: CheckSettings) throws -> [Instance] {
    try all().enumerated().map { try instance($1, stream: UInt64(11_400 + $0), settings) }
  }

  private static func instance(
    _ setting: Setting, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let problem = try problem(setting.model, setting, &random)
    let law = try problem.law(OnSampleLaw.self)
    let flow = trajectory(problem, setting.blocks, settings)
    @Sendable func atRate(_ rate: Rational) throws -> Measurement {
      try law.measure(.outputs, at: problem.times.map { rate * $0 }, precision: settings.precision)
    }
    @Sendable func outputs(_ flow: IntegratedTrajectory, _ problem: Problem) throws -> Measurement {
      try flow.measure("outputs") { try problem.observables($0).outputs }
    }
    var controls = [Instance.Control("at rate 1, as without blocks") { try atRate(1) }]
    if setting.model is DeepLinearModel { controls.append(balancedness(flow, problem, settings)) }
    let rate = settings.constant("t11-block-diagonal: rate of each block", 1) * Rational(setting.blocks.count)
    if setting.model.parameterNames.count == 2 {
      let narrow = try BottleneckProblem(
        widths: [problem.model.inputCount, 1, problem.model.outputCount], &random, times: problem.times
      ) { _, _ in true }.problem
      let narrowFlow = trajectory(narrow, setting.blocks, settings)
      controls.append(
        .init("so it is through a bottleneck of width 1") {
          try outputs(narrowFlow, narrow)
        } predicted: {
          try narrow.law(OnSampleLaw.self)
            .measure(.outputs, at: narrow.times.map { rate * $0 }, precision: settings.precision)
        })
    }
    return Instance(
      "flow, \(setting.name), \(setting.blocks.count) blocks, N = \(setting.sampleCount)",
      along: flow, conditions: { try problem.blockDiagonalConditions(blocks: setting.blocks) },
      observed: { try outputs(flow, problem) }, predicted: { try atRate(rate) }, controls: controls)
  }

  /// Random data and parameters at which each block's Jacobian has full row rank.
  private static func problem(
    _ model: any Model, _ setting: Setting, _ random: inout RandomInstances
  ) throws -> Problem {
    while true {
      let candidate = try drawn(model, setting, &random)
      let conditions = try candidate.blockDiagonalConditions(blocks: setting.blocks)
      if conditions.allSatisfy(\.holds) { return candidate }
    }
  }

  private static func drawn(
    _ model: any Model, _ setting: Setting, _ random: inout RandomInstances
  ) throws -> Problem {
    let count = setting.sampleCount
    // As many samples as a layer with a bias can tell apart: independent with a 1 beside each.
    var inputs = random.matrix(count, model.inputCount)
    while Matrix(rows: (0..<count).map { inputs.row($0) + [1] }).rank() < count
      || (setting.model is DeepLinearModel && inputs.rank() < count)
    {
      inputs = random.matrix(count, model.inputCount)
    }
    return try Problem(
      model: model,
      data: Dataset(
        inputs: inputs,
        targets: random.targets(setting.likelihood, count: count, outputs: model.outputCount)),
      likelihood: setting.likelihood, flow: .naturalGradient(.trainingInputs),
      initial: random.parameters(model), times: [0, Rational(1, 4), 1])
  }

  private static func trajectory(
    _ problem: Problem, _ blocks: [[Int]], _ settings: CheckSettings
  ) -> IntegratedTrajectory {
    IntegratedTrajectory(from: problem.initial, at: problem.times, settings) {
      try problem.blockDiagonalField(blocks: blocks)
    }
  }

  private static func balancedness(
    _ flow: IntegratedTrajectory, _ problem: Problem, _ settings: CheckSettings
  ) -> Instance.Control {
    let name = "W_2ᵀW_2 - W_1W_1ᵀ"
    return .init("balancedness is conserved, as without blocks") {
      try flow.measure(name) { try $0[1].transposed().times($0[1]) - $0[0].times($0[0].transposed()) }
    } predicted: {
      let (first, second) = (problem.initial[0], problem.initial[1])
      let start = second.transposed() * second - first * first.transposed()
      return Measurement(
        problem.times.flatMap {
          Measurement.entries(of: start.map { Ball($0, precision: settings.precision) }, name, at: $0)
        }, isRigorous: true)
    }
  }
}
