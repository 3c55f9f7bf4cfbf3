import Learning
import Multiprecision

/// T1: under natural gradient flow with the Fisher matrix of the training inputs, mean parameters relax
/// exponentially to their targets and margins have a closed form, whatever the model.
enum OnSampleLawClaims {
  static let all = [bernoulli, gaussian, poisson, duplicates]

  static let hypotheses = [
    "the Fisher measure is the training inputs, with Moore–Penrose inverse",
    "the Jacobian on them has full row rank along the path",
  ]
  static let range =
    "linear; deep linear, depths 2 to 4, widths to 6; diagonal, depths 2 and 3; tanh networks; N ≤ 4, "
    + "3 seeds; one instance by collocation; digits 0 against 1 with N = 10 (logistic loss); t ≤ 2"

  static let bernoulli = Claim(
    id: "t1-bernoulli", title: "Margins have a closed form (logistic loss)",
    statement: "Every training margin is m(t) = log((1 + e^m(0)) e^t - 1), whatever the model.",
    hypotheses: hypotheses, section: "T1", theorem: "LogisticFlow.ngf_margins", range: range
  ) { settings in
    try (models(.bernoulli, settings) + [digits()]).map { name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .outputs, settings, by: integrator) { _, law in
        [
          // The limit of the margins' velocity taken for the velocity: what exponential loss would give.
          .init("margins grow as m(0) + t") {
            try law.measure(.outputs, at: problem.times.map { _ in 0 }, precision: settings.precision)
              .map { index, start in
                let perTime = problem.data.count
                let time = Ball(problem.times[index / perTime], precision: settings.precision)
                return problem.data.targets.elements[index % perTime] == 1 ? start + time : start - time
              }
          }
        ]
      }
    }
  }

  static let gaussian = Claim(
    id: "t1-gaussian", title: "Residuals decay as e^-t (squared loss)",
    statement: "Every training output is f(t) = y + (f(0) - y) e^-t, whatever the model.",
    hypotheses: hypotheses, section: "T1", theorem: "ExponentialFamily.ngf_mean_parameters", range: range
  ) { settings in
    try models(.gaussian, settings).map { name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .means, settings, by: integrator) { _, law in
        // A summed loss against an averaged Fisher matrix: the time factor that is easily lost.
        [wrongRate("the rate is N (loss summed, Fisher matrix averaged)", law, problem, settings)]
      }
    }
  }

  static let poisson = Claim(
    id: "t1-poisson", title: "Mean counts relax as e^-t (Poisson)",
    statement: "Every training mean is μ(t) = y + (μ(0) - y) e^-t, whatever the model.",
    hypotheses: hypotheses, section: "T1", theorem: "ExponentialFamily.ngf_mean_parameters", range: range
  ) { settings in
    try models(.poisson, settings).map { name, problem, integrator in
      try .law(name, problem, OnSampleLaw.self, observable: .means, settings, by: integrator) { _, law in
        [wrongRate("the rate is N (loss summed, Fisher matrix averaged)", law, problem, settings)]
      }
    }
  }

  static let duplicates = Claim(
    id: "t1-duplicates", title: "Conflicting duplicates follow the law of their mean label",
    statement:
      "Samples that share an input have μ(t) = ȳ + (μ(0) - ȳ) e^-t with the mean ȳ of their targets; "
      + "the per-sample law does not hold.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse",
      "the Jacobian on the distinct inputs has full row rank along the path",
    ], section: "T1", theorem: nil,
    range: "linear, deep linear depth 2, tanh; each family; 2 or 3 samples an input; t ≤ 2"
  ) { settings in
    var instances: [Instance] = []
    for (stream, likelihood) in [Likelihood.bernoulli, .gaussian, .poisson].enumerated() {
      var random = RandomInstances(settings, stream: 100 + UInt64(stream))
      let models: [(String, any Model)] = [
        ("linear", try DeepLinearModel(widths: [3, 1])),
        ("deep linear 3-2-1", try DeepLinearModel(widths: [3, 2, 1])),
        ("tanh 3-4-1", try MultilayerPerceptron(widths: [3, 4, 1], activation: .tanh)),
      ]
      for (name, model) in models {
        let distinct = random.fullRankMatrix(2, 3)
        let rows = [0, 0, 0, 1, 1].map { distinct.row($0) }
        let problem = try Problem(
          model: model,
          data: Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: [1, 0, 1, 0, 1])),
          likelihood: likelihood, flow: .naturalGradient(.trainingInputs),
          initial: random.parameters(model), times: [0, Rational(1, 2), 2])
        instances.append(
          try .law("\(name), \(likelihood)", problem, OnSampleLaw.self, observable: .means, settings) {
            solution, law in
            [
              .init("each sample follows the law of its own label") {
                let start = try law.measure(.means, at: [0], precision: settings.precision).entries
                return try solution.measure(.means).map { index, _ in
                  let (time, sample) = index.quotientAndRemainder(dividingBy: start.count)
                  guard let initial = start[sample].ball, let target = problem.data.targets[sample, 0] else {
                    return nil
                  }
                  let y = Ball(target, precision: settings.precision)
                  return y + (initial - y)
                    * Ball.exp(Ball(-problem.times[time], precision: settings.precision))
                }
              }
            ]
          })
      }
    }
    return instances
  }

  /// The first handwritten digits, 0 against 1, in a network of two layers.
  private static func digits() throws -> (String, Problem, Solution.Integrator) {
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
  private static func wrongRate(
    _ name: String, _ law: OnSampleLaw, _ problem: Problem, _ settings: CheckSettings
  ) -> Instance.Control {
    .init(name) {
      let rate = Rational(problem.data.count)
      return try law.measure(.means, at: problem.times.map { rate * $0 }, precision: settings.precision)
    }
  }

  /// The models that the law is tested on, each with random data of at most as many samples as its Jacobian
  /// allows.
  private static func models(
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
