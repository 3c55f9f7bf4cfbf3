import Learning
import Multiprecision

/// T10: with softmax the probabilities relax to their targets, whatever the model, as long as the contrasts of
/// its outputs are free.
extension Claim {
  static let t10Probabilities = Claim(
    id: "t10-probabilities", title: "Softmax: probabilities relax to their targets",
    statement:
      "p(t) = e_y + (p(0) - e_y) e^-t for every training input, whatever the model, if the Jacobian of the "
      + "N(K-1) contrasts has full row rank; a bottleneck of width K-1 allows that, one of width K-2 does not "
      + "unless N ≤ K-2.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse",
      "the Jacobian of the contrasts with the last class has full row rank N(K-1) along the path",
    ],
    section: "T10", theorem: "Softmax.ngf_softmax",
    range: .init(
      claimed:
        "any model and any K ≥ 2 whose contrasts' Jacobian keeps full row rank; any t up to where it loses it",
      tested:
        "K from 2 to 10; linear; deep linear depths 2 and 3 with bottlenecks of width K-1, one of width K-2 = N; tanh "
        + "networks; N from 2 to 10; Iris, 3 species; handwritten digits, 10 classes; one instance by collocation; t ≤ 2"
    )
  ) { settings in
    var instances: [Instance] = []
    for (stream, (widths, count)) in [
      ([3, 2], 3), ([4, 3], 3), ([3, 2, 3], 2), ([2, 3, 4], 2), ([2, 3, 2, 3], 2), ([3, 2, 4], 2),
      ([2, 5], 2),
      ([2, 7], 2), ([2, 10], 2),
    ].enumerated() {
      let model = try DeepLinearModel(widths: widths)
      instances.append(
        try random(
          "\(widths.count == 2 ? "linear" : "deep linear") \(name(widths)), N = \(count)", model,
          count: count,
          stream: UInt64(1001 + stream), settings, by: stream == 2 ? .collocation : .taylor,
          hasNarrowControl: stream == 2))
    }
    for (stream, (widths, count)) in [([2, 3, 3], 2), ([2, 3, 4], 2)].enumerated() {
      let model = try MultilayerPerceptron(widths: widths, activation: .tanh)
      instances.append(
        try random(
          "tanh \(name(widths)), N = \(count)", model, count: count, stream: UInt64(1021 + stream), settings))
    }
    instances.append(
      try softmax(
        "Iris, 3 species, tanh 4-3-3, N = 3", MultilayerPerceptron(widths: [4, 3, 3], activation: .tanh),
        Datasets.irisThreeSpecies().selecting([0, 50, 100]), scale: Rational(1, 10), seed: settings.seed,
        times: [0, Rational(1, 2)], settings))
    instances.append(
      try softmax(
        "digits, 10 classes, linear 64-10, N = 10", DeepLinearModel(widths: [64, 10]),
        Datasets.digits10().selecting(Array(0..<10)), scale: Rational(1, 100), seed: settings.seed,
        times: [0, Rational(1, 10)], settings))
    return instances
  }

  private static func name(_ widths: [Int]) -> String { widths.map { "\($0)" }.joined(separator: "-") }

  private static func random(
    _ name: String, _ model: any Model, count: Int, stream: UInt64, _ settings: CheckSettings,
    by integrator: Solution.Integrator = .taylor, hasNarrowControl: Bool = false
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let inputs = random.fullRankMatrix(count, model.inputCount)
    let data = try Dataset(inputs: inputs, targets: random.classes(count: count, of: model.outputCount))
    return try softmax(
      name, model, data, scale: 1, seed: random.seed(), times: [0, Rational(1, 2), 2], settings,
      by: integrator, hasNarrowControl: hasNarrowControl)
  }

  private static func softmax(
    _ name: String, _ model: any Model, _ data: Dataset, scale: Rational, seed: UInt64, times: [Rational],
    _ settings: CheckSettings, by integrator: Solution.Integrator = .taylor, hasNarrowControl: Bool = false
  ) throws -> Instance {
    func problem(_ model: any Model) throws -> Problem {
      try Problem(
        model: model, data: data, likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
        initial: InitialParameters.seeded(seed: seed, scale: scale).matrices(for: model), times: times)
    }
    let instance = try problem(model)
    return try .law(name, instance, OnSampleLaw.self, observable: .means, settings, by: integrator) {
      _, law in
      var controls = [OnSampleLawInstances.wrongRate("the rate is N", law, instance, settings)]
      if hasNarrowControl {
        let narrow = try problem(
          DeepLinearModel(widths: [model.inputCount, model.outputCount - 2, model.outputCount]))
        let narrowLaw = try narrow.law(OnSampleLaw.self)
        let solution = Solution(narrow, settings)
        controls.append(
          .init("so it does behind a bottleneck of width K-2") {
            try solution.measure(.means)
          } predicted: {
            try narrowLaw.measure(.means, at: times, precision: settings.precision)
          })
      }
      return controls
    }
  }
}
