import Learning
import Multiprecision

/// T10: the weights of the linear softmax model with N ≤ d, and the line that they tend to.
extension Claim {
  static let t10LinearWeights = Claim(
    id: "t10-linear-weights", title: "Softmax, linear model, N ≤ d: the weights and their limit direction",
    statement:
      "W(t) = W(0) + [C log p(t) - C log p(0)]ᵀ X⁺ᵀ with C = I - 11ᵀ/K: each sample's logits move along e_y - 1/K by "
      + "log(1 + (e^t - 1)/p_y(0)), 1ᵀW is conserved, and W(t) = t B + C0 + O(e^-t) with B = (E - 11ᵀ/K)ᵀ X⁺ᵀ; from "
      + "W(0) = 0, W(t) = log(1 + K(e^t - 1)) B at all times.",
    hypotheses: ["the model is linear with softmax", "the inputs are linearly independent"],
    section: "T10", theorem: nil,
    range: .init(
      claimed: "any K ≥ 2 and N ≤ d independent inputs, any start; all t, and the limit",
      tested:
        "K from 2 to 10, N from 2 to 4, d from 3 to 6, 3 streams; digits, 10 classes, N = 10 integrated from 0 and "
        + "N = 20 in the limit, d = 64; t ≤ 2, limits by balls")
  ) { settings in
    var instances: [Instance] = []
    for (stream, (count, dimension, classes)) in [(3, 5, 2), (3, 4, 3), (4, 6, 4), (2, 3, 10)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(1040 + stream))
      let problem = try linear(
        Dataset(
          inputs: random.fullRankMatrix(count, dimension), targets: random.classes(count: count, of: classes)),
        from: random.matrix(classes, dimension), times: [0, Rational(1, 2), 2])
      let name = "K = \(classes), N = \(count), d = \(dimension)"
      instances.append(try trajectory(name, problem, settings, deepSeed: random.seed()))
      instances.append(try limit("limit, \(name)", problem, settings))
    }
    let digits = try Datasets.digits10()
    let start = Matrix<Rational>(rows: 10, columns: 64, repeating: 0)
    instances.append(
      try fromZero(
        "digits, 10 classes, N = 10, from 0",
        linear(digits.selecting(Array(0..<10)), from: start, times: [0, Rational(1, 10)]), settings))
    var random = RandomInstances(settings, stream: 1050)
    instances.append(
      try limit(
        "limit, digits, 10 classes, N = 20",
        linear(
          digits.selecting(Array(0..<20)), from: random.matrix(10, 64).scaled(by: Rational(1, 100)),
          times: [0]), settings))
    return instances
  }

  private static func linear(_ data: Dataset, from start: Matrix<Rational>, times: [Rational]) throws
    -> Problem
  {
    try Problem(
      model: DeepLinearModel(widths: [data.inputs.columns, data.targets.columns]), data: data,
      likelihood: .categorical, flow: .naturalGradient(.trainingInputs), initial: [start], times: times)
  }

  /// The integrated weights against the law. Controls: without centring; and a deep net, whose logits move by
  /// other constants.
  private static func trajectory(
    _ name: String, _ problem: Problem, _ settings: CheckSettings, deepSeed: UInt64
  ) throws -> Instance {
    let precision = settings.precision
    return try .law(name, problem, LinearModelLaw.self, observable: .endToEnd, settings) { _, law in
      var controls = [
        Instance.Control("W(t) = W(0) + [log p(t) - log p(0)]ᵀ X⁺ᵀ, without centring") {
          let inverse = law.pseudoInverse.transposed().map { Ball($0, precision: precision) }
          return Measurement(
            try problem.times.flatMap { time in
              let changes = try logarithms(law, at: time, precision) - logarithms(law, at: 0, precision)
              let weights =
                problem.initial[0].map { Ball($0, precision: precision) } + changes.transposed() * inverse
              return Measurement.entries(of: weights.map { $0 }, "endToEnd", at: time)
            }, isRigorous: true)
        }
      ]
      let (d, K) = (problem.model.inputCount, problem.model.outputCount)
      if K == 3 {
        let deep = try DeepLinearModel(widths: [d, K, K])
        let deepProblem = try Problem(
          model: deep, data: problem.data, likelihood: .categorical, flow: problem.flow,
          initial: InitialParameters.seeded(seed: deepSeed, scale: 1).matrices(for: deep),
          times: problem.times)
        let solution = Solution(deepProblem, settings)
        let start = try linear(
          problem.data, from: deep.exactEndToEndMatrix(deepProblem.initial), times: problem.times)
        let startLaw = try start.law(LinearModelLaw.self)
        controls.append(
          .init("the logits of a deep net move by the same constants") {
            try solution.measure(.outputs)
          } predicted: {
            try startLaw.measure(.outputs, at: problem.times, precision: precision)
          })
      }
      return controls
    }
  }

  /// log p at a time, N × K.
  private static func logarithms(
    _ law: LinearModelLaw, at time: Rational, _ precision: Int
  ) throws -> Matrix<Ball> {
    let means = try law.values(at: time, precision: precision).means
    return (means ?? Matrix(rows: 0, columns: 0, elements: []))
      .map { $0.map { Ball.log($0) } ?? .everything(precision: precision) }
  }

  /// At a time where e^-t is below the digits: the law's weights against t B + C0, with the remainder enclosed:
  /// a sample's logits have moved by (t - log p_y(0) + log(1 - (1 - p_y(0)) e^-t)) (e_y - 1/K).
  private static func limit(_ name: String, _ problem: Problem, _ settings: CheckSettings) throws -> Instance
  {
    let law = Lazy { try problem.law(LinearModelLaw.self) }
    let precision = settings.precision
    let time = Rational(Int(Double(precision) * 0.7) + 30)
    let K = Rational(problem.model.outputCount)
    @Sendable func line(centring: Rational) throws -> Measurement {
      let targets = problem.data.targets.map { $0 ?? 0 }
      let directions = targets.map { $0 - centring / K }
      let logits = problem.data.inputs * problem.initial[0].transposed()
      let t = Ball(time, precision: precision)
      // |log(1 - x)| ≤ 2x for x ≤ 1/2.
      let neglected = 2 * Ball.exp(-t)
      let moves = Matrix<Ball>(rows: targets.rows, columns: targets.columns) { n, k in
        // 1/p_y = Σ_j e^(f_j - f_y).
        let label = targets.row(n).firstIndex(of: 1) ?? 0
        let inverse = logits.row(n).reduce(Ball(0, precision: precision)) {
          $0 + .exp(Ball($1 - logits[n, label], precision: precision))
        }
        let move = (t + Ball.log(inverse)).addingError(neglected)
        return directions[n, k] * move
      }
      let weights =
        problem.initial[0].map { Ball($0, precision: precision) }
        + moves.transposed()
        * (try law.value().pseudoInverse.transposed().map { Ball($0, precision: precision) })
      return Measurement(
        Measurement.entries(of: weights.map { $0 }, "endToEnd", at: time), isRigorous: true)
    }
    return Instance(
      name, conditions: { try law.value().conditions },
      observed: { try law.value().measure(.endToEnd, at: [time], precision: precision) },
      predicted: {
        try line(centring: settings.constant("t10-linear-weights: 1 in B = (E - 11ᵀ/K)ᵀ X⁺ᵀ", 1))
      },
      controls: [.init("B = Eᵀ X⁺ᵀ, without centring") { try line(centring: 0) }])
  }

  /// From W(0) = 0 the integrated weights are log(1 + K(e^t - 1)) B.
  private static func fromZero(_ name: String, _ problem: Problem, _ settings: CheckSettings) throws
    -> Instance
  {
    let law = try problem.law(LinearModelLaw.self)
    let solution = Solution(problem, settings)
    let precision = settings.precision
    let K = Rational(problem.model.outputCount)
    let factor = settings.constant("t10-linear-weights: 1 in log(1 + K(e^t - 1))", 1)
    let direction =
      problem.data.targets.map { ($0 ?? 0) - 1 / K }.transposed() * law.pseudoInverse.transposed()
    @Sendable func along(_ scale: @Sendable (Ball) -> Ball) -> Measurement {
      Measurement(
        problem.times.flatMap { time in
          let age = scale(Ball(time, precision: precision))
          return Measurement.entries(of: direction.map { $0 * age }, "endToEnd", at: time)
        }, isRigorous: true)
    }
    return Instance(
      name, conditions: { law.conditions }, observed: { try solution.measure(.endToEnd) },
      predicted: { along { .log(onePlus: factor * K * .expMinusOne($0)) } },
      controls: [
        .init("W(t) = t B") { along { $0 } },
        .init("W(t) = log(2e^t - 1) B, as with two classes") {
          along { .log(onePlus: 2 * .expMinusOne($0)) }
        },
      ])
  }
}
