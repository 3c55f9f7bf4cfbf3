import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// T6: from a balanced start natural gradient flow ends where det W first vanishes.
extension Claim {
  static let t6BalancedStop = Claim(
    id: "t6-balanced-stop", title: "A balanced start cannot cross det W = 0",
    statement:
      "For square balanced layers the flow of a fully observed factorisation ends where the law's W first is singular: "
      + "W2 = diag(1, -1), W1 = 1, Y = 1 at t = log 2. From W1 = 2, W2 = diag(1/2, -1/2) the same W passes.",
    hypotheses: ["the Fisher measure is all entries; squared loss", "all layers are square"],
    section: "T6", theorem: nil,
    range: .init(
      claimed: "any balanced square layers: the flow ends where det(Y + (W(0) - Y)e^-t) first vanishes",
      tested:
        "2×2: diagonal layers, balanced and not; layers 1/2 for depths 2 and 3 with a target of negative determinant"
    )
  ) { settings in
    let mixed = Matrix<Rational>(rows: [[1, 2], [3, 1]])
    return try [
      factors("balanced, until just before log 2", [1, 1], until: Rational(6_931_471, 10_000_000), settings),
      factors("not balanced, through log 2", [2, Rational(1, 2)], until: 5, settings),
      stop("W2 = diag(1, -1), W1 = 1, Y = 1: stops at log 2", diagonal([1, 1]), .identity(2), settings) { _ in
        .log(Ball(2, precision: settings.precision))
      },
    ]
      + [2, 3].map { depth in
        let start = Matrix<Rational>.identity(2).scaled(by: Rational(1, 2))
        return try stop(
          "layers 1/2, depth \(depth), Y = [[1, 2], [3, 1]]", .init(repeating: start, count: depth), mixed,
          settings
        ) { problem in
          // det((1 - q)Y + q c) = 0 with q = e^-t where cq/(1 - q) is minus the negative eigenvalue 1 - √6 of Y.
          let c = problem.model.exactEndToEndMatrix(problem.initial)[0, 0]
          let eigenvalue = Ball.sqrt(Ball(6, precision: settings.precision)) - 1
          return .log(onePlus: Ball(c, precision: settings.precision) / eigenvalue)
        }
      }
  }

  /// W1 = w1, W2 = w2 diag(1, -1).
  private static func diagonal(_ scales: [Rational]) -> [Matrix<Rational>] {
    [
      Matrix<Rational>.identity(2).scaled(by: scales[0]), Matrix(rows: [[scales[1], 0], [0, -scales[1]]]),
    ]
  }

  private static func problem(
    _ layers: [Matrix<Rational>], _ target: Matrix<Rational>, _ times: [Rational]
  ) throws -> Problem {
    try FactorizationInstances.factorize(
      DeepLinearModel(widths: .init(repeating: 2, count: layers.count + 1)), target.map { $0 }, .allEntries,
      layers,
      times: times)
  }

  /// The second factors along the path: their product is 1 - 2e^-t and the difference of their squares is kept.
  private static func factors(
    _ name: String, _ scales: [Rational], until end: Rational, _ settings: CheckSettings
  ) throws -> Instance {
    let problem = try problem(diagonal(scales), .identity(2), [Rational(1, 4), Rational(1, 2), end])
    let solution = Solution(problem, settings)
    let two = settings.constant("t6-balanced-stop: 2 in 1 - 2e^-t", 2)
    /// w1², w2² and w1 w2 from δ = w1² - w2².
    @Sendable func squares(_ difference: Rational) -> Measurement {
      Measurement(
        problem.times.flatMap { time in
          let w = 1 + -two * Ball.exp(Ball(-time, precision: settings.precision))
          let delta = Ball(difference, precision: settings.precision)
          let root = Ball.sqrt(delta * delta + 4 * (w * w))
          return [
            ("w1²", Rational(1, 2) * (root + delta)), ("w2²", Rational(1, 2) * (root - delta)), ("w1 w2", w),
          ].map { Measurement.Entry("\($0.0), t = \(time)", $0.1) }
        }, isRigorous: true)
    }
    let difference = scales[0] * scales[0] - scales[1] * scales[1]
    return Instance(
      "W1 = \(scales[0]), W2 = diag(\(scales[1]), -\(scales[1])), Y = 1: \(name)",
      along: solution.integrated, conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        try solution.measure("factors") { layers in
          let (first, second) = (try last(layers[0]), try last(layers[1]))
          return try .stacked([first * first, second * second, first * second])
        }
      },
      predicted: { squares(difference) },
      controls: [
        .init(difference.isZero ? "as from an unbalanced start" : "as from a balanced start") {
          squares(difference.isZero ? Rational(15, 4) : 0)
        }
      ])
  }

  private static func last(_ layer: Node) throws -> Node { try layer.slice(rows: 1..<2, columns: 1..<2) }

  /// Where the integration stops.
  private static func stop(
    _ name: String, _ layers: [Matrix<Rational>], _ target: Matrix<Rational>, _ settings: CheckSettings,
    end: @escaping @Sendable (Problem) -> Ball
  ) throws -> Instance {
    let problem = try problem(layers, target, [5])
    return Instance(
      name,
      conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        try StoppingTime.measure(settings, from: problem.initial, at: problem.times) {
          try problem.vectorField()
        }
      },
      predicted: { StoppingTime.bounds(end(problem)) },
      controls: [.init("the law goes on to t = 5") { StoppingTime.later(than: 5) }])
  }
}
