import Learning
import Multiprecision

/// T1, samples that share an input and disagree follow the law of their mean label.
extension Claim {
  static let t1Duplicates = Claim(
    id: "t1-duplicates", title: "Conflicting duplicates follow the law of their mean label",
    statement:
      "Samples that share an input have μ(t) = ȳ + (μ(0) - ȳ) e^-t with the mean ȳ of their targets; "
      + "the per-sample law does not hold.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse",
      "the Jacobian on the distinct inputs has full row rank along the path",
    ], section: "T1", theorem: "OneParameterFamily.ngf_group_means",
    range: .init(
      claimed:
        "any model whose Jacobian on the distinct inputs keeps full row rank; any t up to where it loses it",
      tested: "linear, deep linear depth 2, tanh; each family; 2 or 3 samples an input; t ≤ 2")
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
}
