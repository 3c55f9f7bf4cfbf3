import Learning
import Multiprecision

/// What the claims of T1 share: under natural gradient flow with the Fisher matrix of the training inputs, mean
/// parameters relax exponentially to their targets, whatever the model.
enum OnSampleLawInstances {
  static let hypotheses = [
    "the Fisher measure is the training inputs, with Moore–Penrose inverse",
    "the Jacobian on them has full row rank along the path",
  ]
  static let range = Claim.Range(
    claimed:
      "any model whose Jacobian on the training inputs keeps full row rank; any t up to where it loses it",
    tested:
      "linear; deep linear, depths 2 to 4, widths to 6; diagonal, depths 2 and 3; tanh networks; N ≤ 4, "
      + "3 seeds; one instance by collocation; digits 0 against 1 with N = 10 (logistic loss); t ≤ 2")

  /// The first handwritten digits, 0 against 1, in a network of two layers.
  static func digits() throws -> (String, Problem, Solution.Integrator) {
    let all = try Datasets.digits01()
    let data = try Dataset(
      inputs: Matrix(rows: (0..<10).map { all.inputs.row($0) }),
      targets: Matrix(rows: (0..<10).map { all.targets.row($0) }))
    let model = try DeepLinearModel(widths: [data.inputs.columns, 2, 1])
    let problem = try Problem(
      model: model, data: data, likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs),
      initial: InitialParameters.seeded(seed: 1, scale: Rational(1, 10)).matrices(for: model),
      times: [0, Rational(1, 10)])
    return ("digits 0 against 1, deep linear 64-2-1, N = \(data.count)", problem, .taylor)
  }

  /// The law at N times the age.
  static func wrongRate(
    _ name: String, _ law: OnSampleLaw, _ problem: Problem, _ settings: CheckSettings
  ) -> Instance.Control {
    .init(name) {
      let rate = Rational(problem.data.count)
      return try law.measure(.means, at: problem.times.map { rate * $0 }, precision: settings.precision)
    }
  }

  /// The models that the law is tested on, each with random data of at most as many samples as its Jacobian
  /// allows.
  static func models(
    _ likelihood: Likelihood, _ settings: CheckSettings
  ) throws -> [(String, Problem, Solution.Integrator)] {
    let models: [(String, any Model, Int)] = [
      ("linear", try DeepLinearModel(widths: [4, 1]), 3),
      ("deep linear 5-3-1", try DeepLinearModel(widths: [5, 3, 1]), 4),
      ("deep linear 4-3-2-1", try DeepLinearModel(widths: [4, 3, 2, 1]), 3),
      ("deep linear 4-3-3-2-1", try DeepLinearModel(widths: [4, 3, 3, 2, 1]), 3),
      ("diagonal u1∘u2", try DiagonalModel(inputCount: 4, form: .product, depth: 2), 3),
      ("diagonal u³-v³", try DiagonalModel(inputCount: 4, form: .difference, depth: 3), 3),
      ("tanh 2-5-1", try MultilayerPerceptron(widths: [2, 5, 1], activation: .tanh), 4),
    ]
    var problems: [(String, Problem, Solution.Integrator)] = []
    for seed in 1...3 {
      for (stream, (name, model, count)) in models.enumerated() {
        var random = RandomInstances(settings, stream: UInt64(1000 * seed + 10 * stream))
        let problem = try Problem(
          model: model,
          data: Dataset(
            inputs: random.fullRankMatrix(count, model.inputCount),
            targets: random.targets(likelihood, count: count)),
          likelihood: likelihood, flow: .naturalGradient(.trainingInputs),
          initial: random.parameters(model), times: [0, Rational(1, 2), 2])
        problems.append(("\(name), N = \(count), seed \(seed)", problem, .taylor))
      }
    }
    var random = RandomInstances(settings, stream: 90)
    let small = try DeepLinearModel(widths: [3, 2, 1])
    let problem = try Problem(
      model: small,
      data: Dataset(inputs: random.fullRankMatrix(2, 3), targets: random.targets(likelihood, count: 2)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: random.parameters(small),
      times: [0, Rational(1, 2), 1])
    problems.append(("deep linear 3-2-1, N = 2, by collocation", problem, .collocation))
    return problems
  }
}
