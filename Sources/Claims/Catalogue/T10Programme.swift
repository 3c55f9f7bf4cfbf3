import ComputationGraph
import Learning
import Multiprecision
import Programmes

/// T10: softmax with inputs that span: Newton's flow, and the programme that it runs to.
extension Claim {
  static let t10Programme = Claim(
    id: "t10-programme", title: "Softmax, N > d: the gradient law and the limit's linear programme",
    statement:
      "With inputs that span, ∇L(W(t)) = e^-t ∇L(W(0)) for the contrasts of W's rows; on strictly separable data "
      + "W(t) = t B + C0 + O(e^-δt), where B minimises ⟨G, B⟩ (G = -∇L(W(0))) subject to (b_y - b_k)·x ≥ 1 for every "
      + "sample and wrong class k, and (z·C0) = -log α on the active constraints. K = 2 is the logistic programme.",
    hypotheses: [
      "softmax; the Fisher measure is the training inputs, and they span",
      "the Jacobian of the contrasts' matrix has full row rank along the path",
    ],
    section: "T10", theorem: nil,
    range: .init(
      claimed:
        "any model linear in x with free contrasts, any data that span; the limit for any separability, where the "
        + "programme is decided",
      tested:
        "linear and deep linear 2-2-3, K = 3 and 4, N = 6, d = 2, t ≤ 2; limits for K = 2 to 4, N from 6 to 9, random, "
        + "strictly separable; Iris, 3 species, N = 150, d = 4, quasi-separable")
  ) { settings in
    var instances: [Instance] = []
    let models = [[2, 3], [2, 2, 3], [2, 4]]
    for (stream, widths) in models.enumerated() {
      var random = RandomInstances(settings, stream: UInt64(1060 + stream))
      let model = try DeepLinearModel(widths: widths)
      let data = try Dataset(
        inputs: random.fullRankMatrix(3 * widths[0], widths[0]),
        targets: random.classes(count: 3 * widths[0], of: model.outputCount))
      instances.append(
        try trajectory(
          "\(widths.map { "\($0)" }.joined(separator: "-")), N = \(data.count)", model, data,
          random.parameters(model), settings))
    }
    for (stream, (count, dimension, classes)) in [(6, 2, 2), (7, 2, 3), (9, 3, 4)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(1070 + stream))
      let data = try random.separableClasses(count: count, dimension: dimension, classes: classes)
      instances.append(
        try limit(
          "limit, K = \(classes), N = \(count), d = \(dimension)", data, random.matrix(classes, dimension),
          .strict, settings))
    }
    var random = RandomInstances(settings, stream: 1080)
    instances.append(try twoClasses("K = 2 against logistic loss", &random, settings))
    let iris = try Datasets.irisThreeSpecies()
    instances.append(
      try limit("Iris, 3 species, from 0", iris, Matrix(rows: 3, columns: 4, repeating: 0), .quasi, settings))
    return instances
  }

  private static func problem(
    _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>], times: [Rational] = [0]
  ) throws -> Problem {
    try Problem(
      model: model, data: data, likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
      initial: initial, times: times)
  }

  /// The integrated probabilities against those of the certified zero. Control: each sample relaxes on its own.
  private static func trajectory(
    _ name: String, _ model: any Model, _ data: Dataset, _ initial: [Matrix<Rational>],
    _ settings: CheckSettings
  ) throws -> Instance {
    let problem = try problem(model, data, initial, times: [0, Rational(1, 2), 2])
    return try .law(name, problem, GradientLaw.self, observable: .means, settings) { _, law in
      [
        .init("every probability follows the law for N ≤ d") {
          let start = try law.measure(.means, at: [0], precision: settings.precision).entries
          return try law.measure(.means, at: problem.times, precision: settings.precision).map { index, _ in
            let (moment, entry) = index.quotientAndRemainder(dividingBy: start.count)
            let target = Ball(data.targets.elements[entry] ?? 0, precision: settings.precision)
            let decay = Ball.exp(Ball(-problem.times[moment], precision: settings.precision))
            return start[entry].ball.map { target + ($0 - target) * decay }
          }
        }
      ]
    }
  }

  private static func limit(
    _ name: String, _ data: Dataset, _ start: Matrix<Rational>, _ kind: Separability.Kind,
    _ settings: CheckSettings
  ) throws -> Instance {
    let model = try DeepLinearModel(widths: [data.inputs.columns, data.targets.columns])
    let limit = LimitSolution(try problem(model, data, [start]), settings, id: "t10-programme")
    return Instance(
      name, conditions: { try limit.conditions { [$0.separability.kind.condition(kind)] } },
      observed: { try limit.observed() }, predicted: { try limit.predicted() },
      controls: [
        .init("B is the least-squares solution (E - 11ᵀ/K)ᵀ X⁺ᵀ") {
          let targets = data.targets.map { $0 ?? 0 }
          let solution = data.inputs.moorePenroseInverse() * targets
          let last = solution.columns - 1
          // Contrasts with the last class, row by row.
          let contrasts = Matrix<Rational>(rows: last, columns: solution.rows) {
            solution[$1, $0] - solution[$1, last]
          }
          return try limit.predicted(direction: limit.scaled(contrasts.elements))
        },
        .init("without the margins of 1: W converges") {
          try limit.predicted(direction: start.elements.dropLast(start.columns).map { _ in 0 })
        },
      ])
  }

  /// Softmax with two classes and the logistic model from the same contrast: w_1 - w_2 is β.
  private static func twoClasses(
    _ name: String, _ random: inout RandomInstances, _ settings: CheckSettings
  ) throws -> Instance {
    let data = try random.separable(count: 6, dimension: 2)
    let classes = try Dataset(
      inputs: data.inputs,
      targets: Matrix(
        rows: (0..<data.count).map { [data.targets[$0, 0], data.targets[$0, 0].map { 1 - $0 }] }))
    let start = random.matrix(2, 2)
    let softmax = Solution(
      try problem(DeepLinearModel(widths: [2, 2]), classes, [start], times: [0, Rational(1, 2), 2]), settings)
    let difference = (0..<2).map { start[0, $0] - start[1, $0] }
    let times = softmax.problem.times
    let logistic = try Problem.logistic(data, from: difference, times: times)
    let law = try logistic.law(GradientLaw.self)
    let precision = settings.precision
    @Sendable func weights(_ times: [Rational]) throws -> Measurement {
      let found = try times.flatMap { try law.endToEnd(at: $0, precision: precision).elements }
      return BallVector(found).measurement("w_1 - w_2")
    }
    return Instance(
      name, conditions: { law.conditions },
      observed: {
        try softmax.measure("w_1 - w_2") {
          try $0[0].slice(rows: 0..<1, columns: 0..<2) - $0[0].slice(rows: 1..<2, columns: 0..<2)
        }
      },
      predicted: { try weights(times) },
      controls: [.init("at half the rate") { try weights(times.map { $0 / 2 }) }])
  }
}
