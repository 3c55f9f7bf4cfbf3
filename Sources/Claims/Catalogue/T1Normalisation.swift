import Learning
import Multiprecision

/// T1: what sums, means and sample weights do to the clock.
extension Claim {
  static let t1Normalisation = Claim(
    id: "t1-normalisation", title: "Normalisation changes the clock, common sample weights nothing",
    statement:
      "Time runs by the factor 1 (loss and Fisher matrix both sums or both means), N (summed loss, mean Fisher "
      + "matrix) or 1/N (the other way); sample weights in both have no effect, in the loss alone sample n runs at "
      + "rate w_n.",
    hypotheses: OnSampleLawInstances.hypotheses, section: "T1", theorem: nil,
    range: .init(
      claimed:
        "any model whose Jacobian keeps full row rank on the distinct inputs; any positive weights; any t",
      tested:
        "deep linear depth 2, diagonal depth 2, tanh; three families; N = 3; weights as copies and as fractions; "
        + "one instance by collocation; t ≤ 2")
  ) { settings in
    try normalisations(settings) + [copies(settings), copiesInTheLoss(settings)] + fractions(settings)
  }

  /// Sums and means as the toolkit's own normalisations and measures have them.
  private static func normalisations(_ settings: CheckSettings) throws -> [Instance] {
    let count = 3
    let N = Rational(count)
    let slower = try settings.constant("t1-normalisation: N of mean over sum", N).reciprocal()
    let faster = settings.constant("t1-normalisation: N of sum over mean", N)
    let cases: [(String, Normalisation, Rational?, rate: Rational, wrong: (String, Rational), Likelihood)] = [
      (
        "sum, sum", .sum, nil, settings.constant("t1-normalisation: 1 of sums", 1), ("N times", N), .bernoulli
      ),
      (
        "mean, mean", .mean, nil, settings.constant("t1-normalisation: 1 of means", 1), ("N times", N),
        .poisson
      ),
      ("sum, mean", .sum, 1 / N, faster, ("the same", 1), .bernoulli),
      ("sum, N sums (as mean, sum)", .sum, N, slower, ("the same", 1), .gaussian),
    ]
    var instances: [Instance] = []
    for (stream, (name, normalisation, weight, rate, wrong, likelihood)) in cases.enumerated() {
      for (index, (modelName, model)) in try models().enumerated() {
        let byCollocation = stream == 1 && index == 0
        var random = RandomInstances(settings, stream: UInt64(1_100 + 10 * stream + index))
        let inputs = random.fullRankMatrix(count, model.inputCount)
        let measure = weight.map { weight in
          FisherMeasure.inputs(inputs, weights: (0..<count).map { _ in weight })
        }
        let problem = try Problem(
          model: model, data: Dataset(inputs: inputs, targets: random.targets(likelihood, count: count)),
          likelihood: likelihood, flow: .naturalGradient(measure ?? .trainingInputs),
          initial: random.parameters(model),
          times: [0, Rational(1, 4), byCollocation ? Rational(1, 2) : 2], normalisation: normalisation)
        instances.append(
          try relaxing(
            "loss and Fisher matrix \(name), \(modelName)\(byCollocation ? ", by collocation" : "")", problem,
            rates: [rate, rate, rate], wrong: ("the clock is \(wrong.0)", [wrong.1, wrong.1, wrong.1]),
            settings,
            by: byCollocation ? .collocation : .taylor))
      }
    }
    return instances
  }

  private static func models() throws -> [(String, any Model)] {
    [
      ("deep linear 4-2-1", try DeepLinearModel(widths: [4, 2, 1])),
      ("tanh 2-3-1", try MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh)),
    ]
  }

  /// Weights 3, 1, 2 as so many copies of each sample: in the loss and in the Fisher matrix.
  private static func copies(_ settings: CheckSettings) throws -> Instance {
    let problem = try copied(settings, stream: 1_150) { _ in .trainingInputs }
    let rate = settings.constant("t1-normalisation: 1 of copies", 1)
    return try relaxing(
      "3, 1 and 2 copies in both, deep linear 4-2-1", problem, rates: [rate, rate, rate],
      wrong: ("a sample runs at the rate of its copies", [3, 1, 2]), settings)
  }

  /// The same copies in the loss; each input once in the Fisher matrix.
  private static func copiesInTheLoss(_ settings: CheckSettings) throws -> Instance {
    let problem = try copied(settings, stream: 1_151) { .inputs($0, weights: [1, 1, 1]) }
    return try relaxing(
      "3, 1 and 2 copies in the loss, deep linear 4-2-1", problem,
      rates: [settings.constant("t1-normalisation: w of copies", 3), 1, 2],
      wrong: ("weights have no effect", [1, 1, 1]), settings)
  }

  private static func copied(
    _ settings: CheckSettings, stream: UInt64, _ measure: (Matrix<Rational>) -> FisherMeasure
  ) throws -> Problem {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: [4, 2, 1])
    let distinct = random.fullRankMatrix(3, 4)
    return try Problem(
      model: model,
      data: Dataset(
        inputs: Matrix(rows: [0, 0, 0, 1, 2, 2].map { distinct.row($0) }),
        targets: Matrix(column: [1, 1, 1, 0, 1, 1])),
      likelihood: .bernoulli, flow: .naturalGradient(measure(distinct)), initial: random.parameters(model),
      times: [0, Rational(1, 2), 2])
  }

  /// The means at the distinct inputs against relaxation with a rate for each.
  private static func relaxing(
    _ name: String, _ problem: Problem, rates: [Rational], wrong: (name: String, rates: [Rational]),
    _ settings: CheckSettings, by integrator: Solution.Integrator = .taylor
  ) throws -> Instance {
    let groups = problem.data.groups()
    let distinct = Matrix(rows: groups.map(\.input))
    let targets = groups.map { problem.data.targets[$0.samples[0], 0] ?? 0 }
    let solution = Solution(problem, settings, by: integrator)
    let law = try problem.law(OnSampleLaw.self)
    let model = problem.model
    let likelihood = problem.likelihood
    @Sendable func relaxed(_ rates: [Rational]) throws -> Measurement {
      let start = try model.startingOutputs(
        problem.initial, at: distinct, precision: settings.precision, likelihood.mean)
      return Measurement.series("means", at: problem.times) {
        Relaxation.values(start, to: targets, rates: rates, at: $0)
      }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        try solution.measure("means") {
          try likelihood.mean(model.outputs($0, inputs: $0[0].graph.constant(distinct)))
        }
      },
      predicted: { try relaxed(rates) }, controls: [.init(wrong.name) { try relaxed(wrong.rates) }])
  }

  /// Fractions as weights, and a mean loss over a summed Fisher matrix, by a flow that has both apart.
  private static func fractions(_ settings: CheckSettings) throws -> [Instance] {
    let weights: [Rational] = [Rational(1, 3), Rational(7, 4), Rational(5, 2)]
    let third = try settings.constant("t1-normalisation: 3 of mean over sum", 3).reciprocal()
    let w = settings.constant("t1-normalisation: w in the loss", Rational(7, 4))
    let one = settings.constant("t1-normalisation: 1 of common weights", 1)
    let ones: [Rational] = [1, 1, 1]
    let thirds = ones.map { _ in Rational(1, 3) }
    let cases: [(String, loss: [Rational], fisher: [Rational], rates: [Rational], wrong: [Rational])] = [
      ("mean loss, summed Fisher matrix", thirds, ones, [third, third, third], ones),
      ("weights 1/3, 7/4, 5/2 in both", weights, weights, [one, one, one], weights),
      ("weights 1/3, 7/4, 5/2 in the loss", weights, ones, [weights[0], w, weights[2]], ones),
    ]
    let likelihoods: [Likelihood] = [.poisson, .bernoulli, .gaussian]
    return try cases.enumerated().map { index, item in
      var random = RandomInstances(settings, stream: UInt64(1_160 + index))
      let model = try DiagonalModel(inputCount: 4, form: .product, depth: 2)
      let targets = random.targets(likelihoods[index], count: 3).elements.map { $0 ?? 0 }
      let flow = try SampleLossFlow(
        model: model, inputs: random.fullRankMatrix(3, 4),
        loss: WeightedLoss(likelihoods[index], targets: targets, weights: (item.loss, item.fisher)),
        initial: random.parameters(model), times: [0, Rational(1, 2), 2])
      return try SampleLossInstances.relaxing(
        "\(item.0), diagonal u1∘u2", flow, targets: targets, rates: item.rates, settings,
        mean: likelihoods[index].mean,
        controls: { relaxed in [.init("the rates are \(item.wrong)") { try relaxed(item.wrong) }] })
    }
  }
}
