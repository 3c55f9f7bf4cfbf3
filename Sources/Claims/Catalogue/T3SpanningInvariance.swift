import Learning
import Multiprecision

/// T3 (a): under a Fisher measure whose inputs span, the path does not depend on the parametrisation.
extension Claim {
  static let t3SpanningInvariance = Claim(
    id: "t3-spanning-invariance", title: "A spanning Fisher measure: the path of β is parametrisation-free",
    statement:
      "If the measure's inputs span R^d and ∂β/∂θ has full row rank, β(t) is that of the linear model from the "
      + "same β(0) under the same measure. Gradient flow has no such invariance.",
    hypotheses: ["the Fisher measure's inputs span", "∂β/∂θ has full row rank along the path"],
    section: "T3", theorem: "NaturalGradient.ngf_reparametrisation",
    range: .init(
      claimed:
        "any model linear in x with ∂β/∂θ of full row rank, any spanning measure, each family; any t up to where the rank is lost",
      tested:
        "deep linear depths 2 to 4, diagonal depths 2 and 3, d from 2 to 3; training inputs with N > d, given inputs "
        + "with N < d, a second moment; each family; t ≤ 1")
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
      name, along: natural.deep.integrated, conditions: { try natural.deep.problem.invarianceConditions() },
      observed: { try natural.deep.measure(.endToEnd) }, predicted: { try natural.linear.measure(.endToEnd) },
      controls: controls)
  }
}
