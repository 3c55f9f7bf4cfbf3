import Learning
import Multiprecision

/// T3: which Fisher measure gives which invariance to the parametrisation.
enum InvarianceClaims {
  static let all = [spanningInvariance, nullSpace]

  static let spanningInvariance = Claim(
    id: "t3-spanning-invariance", title: "A spanning Fisher measure: the path of β is parametrisation-free",
    statement:
      "If the measure's inputs span R^d and ∂β/∂θ has full row rank, β(t) is that of the linear model from the "
      + "same β(0) under the same measure. Gradient flow has no such invariance.",
    hypotheses: ["the Fisher measure's inputs span", "∂β/∂θ has full row rank along the path"],
    section: "T3", theorem: "NaturalGradient.ngf_reparametrisation",
    range:
      "deep linear depths 2 to 4, diagonal depths 2 and 3, d from 2 to 3; training inputs with N > d, given inputs "
      + "with N < d, a second moment; each family; t ≤ 1"
  ) { settings in
    let models: [(String, any Model)] = [
      ("deep linear 2-2-1", try DeepLinearModel(widths: [2, 2, 1])),
      ("deep linear 3-2-2-1", try DeepLinearModel(widths: [3, 2, 2, 1])),
      ("deep linear 2-2-2-2-1", try DeepLinearModel(widths: [2, 2, 2, 2, 1])),
      ("diagonal u1∘u2", try DiagonalModel(inputCount: 3, form: .product, depth: 2)),
      ("diagonal u³-v³", try DiagonalModel(inputCount: 2, form: .difference, depth: 3)),
    ]
    var instances: [Instance] = []
    for (stream, (name, model)) in (models + models.prefix(2)).enumerated() {
      var random = RandomInstances(settings, stream: UInt64(300 + stream))
      let d = model.inputCount
      let initial = try random.parameters(model)
      let spanning = try Dataset(
        inputs: random.fullRankMatrix(d + 2, d), targets: random.targets(.bernoulli, count: d + 2))
      instances.append(
        try invariance(
          "\(name), training inputs N = \(d + 2), stream \(stream + 1)", model, spanning, .bernoulli,
          .trainingInputs, initial,
          settings))
      let few = try Dataset(
        inputs: random.fullRankMatrix(d - 1, d), targets: random.targets(.poisson, count: d - 1))
      let population = random.fullRankMatrix(d + 1, d)
      let weights = (0...d).map { Rational($0 + 1, 2) }
      instances.append(
        try invariance(
          "\(name), given inputs, N = \(d - 1), stream \(stream + 1)", model, few, .poisson,
          .inputs(population, weights: weights),
          initial,
          settings, contrast: .trainingInputs))
    }
    var random = RandomInstances(settings, stream: 350)
    let model = try DeepLinearModel(widths: [2, 3, 1])
    instances.append(
      try invariance(
        "deep linear 2-3-1, second moment, N = 1", model,
        Dataset(inputs: Matrix(rows: [[1, 2]]), targets: Matrix(column: [1])), .gaussian,
        .secondMoment(Matrix(rows: [[2, 1], [1, 3]])), random.parameters(model), settings,
        contrast: .trainingInputs))
    return instances
  }

  /// The deep model's end-to-end vector against the linear model's. Controls: gradient flow in place of the
  /// natural one; and, where `contrast` names one, another measure.
  private static func invariance(
    _ name: String, _ model: any Model, _ data: Dataset, _ likelihood: Likelihood, _ measure: FisherMeasure,
    _ initial: [Matrix<Rational>], _ settings: CheckSettings, contrast: FisherMeasure? = nil
  ) throws -> Instance {
    let start = model.exactEndToEndMatrix(initial)
    let linear = try DeepLinearModel(widths: [model.inputCount, 1])
    func pair(_ flow: Flow) throws -> (deep: Solution, linear: Solution) {
      let times: [Rational] = [0, Rational(1, 4), 1]
      return (
        Solution(
          try Problem(
            model: model, data: data, likelihood: likelihood, flow: flow, initial: initial, times: times),
          settings),
        Solution(
          try Problem(
            model: linear, data: data, likelihood: likelihood, flow: flow, initial: [start], times: times),
          settings)
      )
    }
    let natural = try pair(.naturalGradient(measure))
    let gradient = try pair(.gradient)
    var controls = [
      Instance.Control("gradient flow is as invariant") {
        try gradient.deep.measure(.endToEnd)
      } predicted: {
        try gradient.linear.measure(.endToEnd)
      }
    ]
    if let contrast {
      let other = try pair(.naturalGradient(contrast))
      controls.append(
        Instance.Control("so it is under the training inputs, N < d") {
          try other.deep.measure(.endToEnd)
        } predicted: {
          try other.linear.measure(.endToEnd)
        })
    }
    return Instance(
      name, conditions: { try natural.deep.problem.invarianceConditions() },
      observed: { try natural.deep.measure(.endToEnd) }, predicted: { try natural.linear.measure(.endToEnd) },
      controls: controls)
  }

  static let nullSpace = Claim(
    id: "t3-null-space", title: "Training inputs, N < d: the unseen part of β depends on the parametrisation",
    statement:
      "With the Fisher matrix of N < d training inputs and Moore–Penrose inverse the outputs are invariant, but β "
      + "is not: three rational counterexamples, with their exact paths and limits.",
    hypotheses: ["the Fisher measure is the training inputs, with Moore–Penrose inverse"],
    section: "T3", theorem: "NullSpaceCounterexample.null_space_depends_on_parametrisation",
    range: "β = (θ1, 2θ2), β = u², β = a w; squared loss; t from 0 to beyond the last digit"
  ) { settings in
    [
      try rescaled(settings), try squares(settings), try twoLayers(settings),
    ]
  }

  /// β = (θ1, 2θ2), x = (1, 1), y = 1, from 0: β = (1/5, 4/5)(1 - e^-t). As a linear model its input is (1, 2).
  private static func rescaled(_ settings: CheckSettings) throws -> Instance {
    try counterexample(
      "β = (θ1, 2θ2): limit (1/5, 4/5)", DeepLinearModel(widths: [2, 1]), input: [1, 2], target: 1,
      initial: [Matrix(rows: [[0, 0]])], scaling: [1, 2], settings,
      path: { f in [Rational(1, 5) * f, Rational(4, 5) * f] },
      linear: { f in [Rational(1, 2) * f, Rational(1, 2) * f] })
  }

  /// β = u² (u² - v² with v = 0), x = (1, 1), y = 10, u(0) = (1, 2): β = (1, 4) f/5; the limit is (2, 8).
  private static func squares(_ settings: CheckSettings) throws -> Instance {
    try counterexample(
      "β = u²: limit (2, 8)", DiagonalModel(inputCount: 2, form: .difference, depth: 2), input: [1, 1],
      target: 10,
      initial: [Matrix(column: [1, 2]), Matrix(column: [0, 0])], scaling: [1, 1], settings,
      path: { f in [Rational(1, 5) * f, Rational(4, 5) * f] },
      linear: { f in [Rational(1, 2) * f - Rational(3, 2), Rational(1, 2) * f + Rational(3, 2)] })
  }

  /// β = a w, x = (1, 0), y = 15/16, a(0) = 1, w(0) = (0, 4/5): β = (f, (4/5) √((1 + √(1 + 4f²))/2)); the
  /// limit is (15/16, 1).
  private static func twoLayers(_ settings: CheckSettings) throws -> Instance {
    try counterexample(
      "β = a w: limit (15/16, 1)", DeepLinearModel(widths: [2, 1, 1]), input: [1, 0],
      target: Rational(15, 16),
      initial: [Matrix(rows: [[0, Rational(4, 5)]]), Matrix(rows: [[1]])], scaling: [1, 1], settings,
      path: { f in
        [f, Rational(4, 5) * .sqrt(Rational(1, 2) * (1 + .sqrt(1 + 4 * (f * f))))]
      },
      linear: { f in [f, Ball(Rational(4, 5), precision: f.precision)] })
  }

  /// One input and target; `path` gives β from the output f(t), `linear` what the linear model would do.
  private static func counterexample(
    _ name: String, _ model: any Model, input: [Rational], target: Rational, initial: [Matrix<Rational>],
    scaling: [Rational], _ settings: CheckSettings, path: @escaping @Sendable (Ball) -> [Ball],
    linear: @escaping @Sendable (Ball) -> [Ball]
  ) throws -> Instance {
    // The last time is where e^-t is far below the digits: there the path is at its limit.
    let times: [Rational] = [0, Rational(1, 2), 2, Rational(settings.workingDigits * 5 / 2)]
    let problem = try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: [input]), targets: Matrix(column: [target])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs), initial: initial, times: times)
    let law = try problem.law(OnSampleLaw.self)
    let solution = Solution(problem, settings)
    @Sendable func along(_ path: @Sendable (Ball) -> [Ball]) throws -> Measurement {
      try law.measure(.outputs, at: times, precision: settings.precision).flatMap { path($0) }
    }
    return Instance(
      name, conditions: { law.conditions },
      observed: {
        try solution.measure(.endToEnd).map { index, beta in
          Ball(scaling[index % 2], precision: settings.precision) * beta
        }
      },
      predicted: { try along(path) },
      controls: [.init("β moves as in the linear model") { try along(linear) }])
  }
}
