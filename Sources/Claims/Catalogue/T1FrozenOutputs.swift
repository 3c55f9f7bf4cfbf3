import Learning
import Multiprecision

/// T1: points that the Fisher measure has and the loss has not.
extension Claim {
  static let t1FrozenOutputs = Claim(
    id: "t1-frozen-outputs", title: "Points with Fisher weight and no label never move",
    statement:
      "If the Fisher measure holds the training inputs with weights w_x and further points, and the Jacobian has "
      + "full row rank on all of them, training means relax at the rate 1/w_x and the outputs at the further points "
      + "stay where they start.",
    hypotheses: [
      "the Fisher measure contains the training inputs",
      "the Jacobian on the whole measure has full row rank along the path",
    ], section: "T1", theorem: "PartialObservation.ngf_unobserved",
    range: .init(
      claimed: "any model whose Jacobian keeps full row rank on the measure; any positive weights; any t",
      tested:
        "linear, deep linear depth 2, tanh depth 2; three families; 2 labelled and 2 unlabelled points, "
        + "weights 1/2 to 3; t ≤ 2; one instance by collocation, t ≤ 1/4")
  ) { settings in
    let models: [(String, any Model)] = [
      ("linear", try DeepLinearModel(widths: [5, 1])),
      ("deep linear 5-3-1", try DeepLinearModel(widths: [5, 3, 1])),
      ("tanh 2-3-1", try MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh)),
    ]
    var instances: [Instance] = []
    for (index, (name, model)) in models.enumerated() {
      for (place, likelihood) in [Likelihood.bernoulli, .gaussian, .poisson].enumerated() {
        // Every model with the logistic loss, the deep linear one with each family.
        guard likelihood == .bernoulli || index == 1 else { continue }
        instances.append(
          try frozen(
            "\(name), \(likelihood)", model, likelihood, stream: UInt64(1_300 + 10 * index + place), settings,
            by: .taylor))
      }
    }
    instances.append(
      try frozen(
        "deep linear 4-2-1, bernoulli, by collocation", DeepLinearModel(widths: [4, 2, 1]), .bernoulli,
        stream: 1_350, settings, by: .collocation))
    return instances
  }

  private static func frozen(
    _ name: String, _ model: any Model, _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings,
    by integrator: Solution.Integrator
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let points = try distinctInputs(&random, count: 4, model.inputCount)
    let targets: [Rational] = likelihood == .bernoulli ? [1, 0] : [2, 0]
    let weights: [Rational] = [2, Rational(1, 2), 1, 3]
    let initial = try random.parameters(model)
    func problem(_ measure: FisherMeasure) throws -> Problem {
      try Problem(
        model: model,
        data: Dataset(
          inputs: Matrix(rows: [points.row(0), points.row(1)]), targets: Matrix(column: targets.map { $0 })),
        likelihood: likelihood, flow: .naturalGradient(measure), initial: initial,
        times: integrator == .taylor ? [0, Rational(1, 2), 2] : [0, Rational(1, 8), Rational(1, 4)])
    }
    let wide = try problem(.inputs(points, weights: weights))
    let law = try wide.law(OnSampleLaw.self)
    let solution = Solution(wide, settings, by: integrator)
    let narrow = Solution(try problem(.trainingInputs), settings)
    let rates = [
      settings.constant("t1-frozen-outputs: 1/w", Rational(1, 2)), 2,
      settings.constant("t1-frozen-outputs: rate 0 without a label", 0), 0,
    ]
    /// Means relax at all four points; the rate 0 leaves a mean, and so an output, where it is.
    @Sendable func relaxed(_ rates: [Rational]) throws -> Measurement {
      let start = try model.startingOutputs(
        initial, at: points, precision: settings.precision, likelihood.mean)
      return Measurement.series("means", at: wide.times) {
        Relaxation.values(start, to: targets + [0, 0], rates: rates, at: $0)
      }
    }
    @Sendable func measure(_ solution: Solution) throws -> Measurement {
      try solution.measure("means") {
        try likelihood.mean(model.outputs($0, inputs: $0[0].graph.constant(points)))
      }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions }, observed: { try measure(solution) },
      predicted: { try relaxed(rates) },
      controls: [
        .init("unlabelled outputs move as under the training inputs' measure") {
          let moved = try measure(narrow)
          let labelled = try relaxed(rates)
          return Measurement(
            zip(labelled.entries, moved.entries).enumerated().map { $0 % 4 < 2 ? $1.0 : $1.1 },
            from: [labelled, moved])
        },
        .init("labelled means relax at the rate 1") { try relaxed([1, 1, 0, 0]) },
      ])
  }

  /// Rows of the largest rank, no two of them equal.
  private static func distinctInputs(
    _ random: inout RandomInstances, count: Int, _ dimension: Int
  ) throws -> Matrix<Rational> {
    while true {
      let inputs = random.fullRankMatrix(count, dimension)
      if Set((0..<count).map { inputs.row($0) }).count == count { return inputs }
    }
  }
}
