import Learning
import Multiprecision

/// T4: logistic loss with inputs that span: natural gradient flow is Newton's flow, and its gradient decays as
/// e^-t.
extension Claim {
  static let t4GradientLaw = Claim(
    id: "t4-gradient-law", title: "N > d: the gradient decays as e^-t along Newton's flow",
    statement:
      "With logistic loss and inputs that span, ∇L(β(t)) = e^-t ∇L(β(0)), for every parametrisation; β(t) is the "
      + "zero of a convex problem.",
    hypotheses: ["the inputs span", "∂β/∂θ has full row rank along the path", "logistic loss"],
    section: "T4", theorem: "LogisticProgramme.gradient_law",
    range: .init(
      claimed:
        "any model linear in x with ∂β/∂θ of full row rank, any data that span; any t up to where the rank is lost",
      tested:
        "linear, deep linear depths 2 to 4, diagonal depth 2; N from 4 to 6, d from 2 to 3; Iris, N = 100, d = 4; t ≤ 2"
    )
  ) { settings in
    let models: [(String, any Model)] = [
      ("linear", try DeepLinearModel(widths: [3, 1])),
      ("deep linear 2-2-1", try DeepLinearModel(widths: [2, 2, 1])),
      ("deep linear 2-2-2-1", try DeepLinearModel(widths: [2, 2, 2, 1])),
      ("deep linear 2-2-2-2-1", try DeepLinearModel(widths: [2, 2, 2, 2, 1])),
      ("diagonal u1∘u2", try DiagonalModel(inputCount: 2, form: .product, depth: 2)),
    ]
    var instances: [Instance] = []
    for (stream, (name, model)) in (models + models.prefix(3)).enumerated() {
      var random = RandomInstances(settings, stream: UInt64(400 + stream))
      let count = 2 * model.inputCount
      let data = try Dataset(
        inputs: random.fullRankMatrix(count, model.inputCount),
        targets: random.targets(.bernoulli, count: count))
      instances.append(
        try trajectory(
          "\(name), N = \(count), stream \(stream + 1)", model, data, random.parameters(model),
          [0, Rational(1, 2), 2], settings))
    }
    let iris = try Datasets.iris()
    instances.append(
      try trajectory(
        "Iris setosa against versicolor, linear, from 0", DeepLinearModel(widths: [4, 1]), iris,
        [Matrix(rows: 1, columns: 4, repeating: 0)], [0, Rational(1, 2), 1], settings))
    return instances
  }

  private static func trajectory(
    _ name: String, _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>], _ times: [Rational],
    _ settings: CheckSettings
  ) throws -> Instance {
    let problem = try Problem(
      model: model, data: data, likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs),
      initial: initial,
      times: times)
    return try .law(name, problem, GradientLaw.self, observable: .outputs, settings) { _, law in
      [
        .init("every margin follows the law for N ≤ d") {
          let start = try law.measure(.outputs, at: [0], precision: settings.precision).entries
          return try law.measure(.outputs, at: times, precision: settings.precision).map { index, _ in
            let (moment, sample) = index.quotientAndRemainder(dividingBy: start.count)
            return start[sample].ball.map {
              margin($0, label: data.targets[sample, 0] == 1, at: times[moment])
            }
          }
        }
      ]
    }
  }

  /// The logit after time t of a sample on its own: ±(t + log1p(e^m - e^-t)) for its label.
  private static func margin(_ output: Ball, label: Bool, at time: Rational) -> Ball {
    let age = Ball(time, precision: output.precision)
    let margin = age + .log(onePlus: .exp(label ? output : -output) - .exp(-age))
    return label ? margin : -margin
  }
}
