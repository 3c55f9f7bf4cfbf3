import Learning
import Multiprecision

/// T3 (b): under the training inputs' Fisher matrix with N < d the unseen part of β depends on the parametrisation.
extension Claim {
  static let t3NullSpace = Claim(
    id: "t3-null-space", title: "Training inputs, N < d: the unseen part of β depends on the parametrisation",
    statement:
      "With the Fisher matrix of N < d training inputs and Moore–Penrose inverse the outputs are invariant, but β "
      + "is not: three rational counterexamples, with their exact paths and limits.",
    hypotheses: ["the Fisher measure is the training inputs, with Moore–Penrose inverse"],
    section: "T3", theorem: "NullSpace.rescaled_weights_trajectory",
    range: .init(
      claimed: "the three examples, all t",
      tested: "β = (θ1, 2θ2), β = u², β = a w; squared loss; t from 0 to beyond the last digit")
  ) { settings in
    [
      try rescaled(settings), try squares(settings), try twoLayers(settings),
    ]
  }

  /// β = (θ1, 2θ2), x = (1, 1), y = 1, from 0: β = (1/5, 4/5)(1 - e^-t). As a linear model its input is (1, 2).
  private static func rescaled(_ settings: CheckSettings) throws -> Instance {
    let (first, second) = (
      settings.constant("t3-null-space: 1/5 of the first weight", Rational(1, 5)),
      settings.constant("t3-null-space: 4/5 of the second weight", Rational(4, 5))
    )
    return try counterexample(
      "β = (θ1, 2θ2): limit (1/5, 4/5)", DeepLinearModel(widths: [2, 1]), input: [1, 2], target: 1,
      initial: [Matrix(rows: [[0, 0]])], scaling: [1, 2], settings,
      path: { f in [first * f, second * f] },
      linear: { f in [Rational(1, 2) * f, Rational(1, 2) * f] })
  }

  /// β = u² (u² - v² with v = 0), x = (1, 1), y = 10, u(0) = (1, 2): β = (1, 4) f/5; the limit is (2, 8).
  private static func squares(_ settings: CheckSettings) throws -> Instance {
    let (first, second) = (
      settings.constant("t3-null-space: 1/5 of the first square", Rational(1, 5)),
      settings.constant("t3-null-space: 4/5 of the second square", Rational(4, 5))
    )
    return try counterexample(
      "β = u²: limit (2, 8)", DiagonalModel(inputCount: 2, form: .difference, depth: 2), input: [1, 1],
      target: 10,
      initial: [Matrix(column: [1, 2]), Matrix(column: [0, 0])], scaling: [1, 1], settings,
      path: { f in [first * f, second * f] },
      linear: { f in [Rational(1, 2) * f - Rational(3, 2), Rational(1, 2) * f + Rational(3, 2)] })
  }

  /// β = a w, x = (1, 0), y = 15/16, a(0) = 1, w(0) = (0, 4/5): β = (f, (4/5) √((1 + √(1 + 4f²))/2)); the
  /// limit is (15/16, 1).
  private static func twoLayers(_ settings: CheckSettings) throws -> Instance {
    let (start, half, one, four) = (
      settings.constant("t3-null-space: 4/5, the start of a w", Rational(4, 5)),
      settings.constant("t3-null-space: 1/2 under the root", Rational(1, 2)),
      settings.constant("t3-null-space: 1 under the inner root", 1),
      settings.constant("t3-null-space: 4 before f²", 4)
    )
    return try counterexample(
      "β = a w: limit (15/16, 1)", DeepLinearModel(widths: [2, 1, 1]), input: [1, 0],
      target: Rational(15, 16),
      initial: [Matrix(rows: [[0, Rational(4, 5)]]), Matrix(rows: [[1]])], scaling: [1, 1], settings,
      path: { f in
        [f, start * .sqrt(half * (1 + .sqrt(four * (f * f) + one)))]
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
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        try solution.measure(.endToEnd).map { index, beta in
          Ball(scaling[index % 2], precision: settings.precision) * beta
        }
      },
      predicted: { try along(path) },
      controls: [.init("β moves as in the linear model") { try along(linear) }])
  }
}
