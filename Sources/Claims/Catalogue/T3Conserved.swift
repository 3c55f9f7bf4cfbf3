import ComputationGraph
import Learning
import Multiprecision

/// T3: what gradient flow conserves through a symmetry of the model, natural gradient flow conserves as well.
extension Claim {
  static let t3Conserved = Claim(
    id: "t3-conserved", title: "Natural gradient flow conserves what gradient flow conserves",
    statement:
      "W_{l+1}ᵀW_{l+1} - W_l W_lᵀ, u_l² - u_k², uv for u² - v² and u^(2-L) + v^(2-L) for u^L - v^L are conserved under "
      + "natural gradient flow, with the Moore–Penrose inverse or damping, for any measure and any loss; the "
      + "block-diagonal natural gradient does not conserve them.",
    hypotheses: ["the velocity is a combination of gradients of outputs"],
    section: "T3", theorem: "Balancedness.balancedness",
    range: .init(
      claimed: "any depth and widths, any measure, any loss, damping or none, gradient flow; any start",
      tested:
        "deep linear depths 2 to 3, diagonal products of 2 and 3, u^L - v^L for L from 2 to 4; four measures, four "
        + "families, damping 1/10; t ≤ 1; exact velocities of 12 networks")
  ) { settings in
    try [
      layers([4, 3, 1], .gaussian, .naturalGradient(.trainingInputs), stream: 410, settings),
      layers([3, 2, 2, 1], .bernoulli, .naturalGradient(.trainingInputs), stream: 411, settings),
      layers([3, 3, 2], .categorical, .naturalGradient(.trainingInputs), stream: 412, settings),
      layers(
        [2, 3, 1], .poisson,
        .naturalGradient(
          .inputs(Matrix(rows: [[1, 0], [1, 2], [-1, 1]]), weights: [1, Rational(1, 2), 2])), stream: 413,
        settings),
      layers([3, 2, 1], .gaussian, .naturalGradient(.secondMoment(.identity(3))), stream: 414, settings),
      layers(
        [3, 2, 2, 1], .poisson, .naturalGradient(.trainingInputs, damping: Rational(1, 10)), stream: 415,
        settings),
      layers([3, 2, 2, 1], .bernoulli, .gradient, stream: 416, settings),
      factors(.product, depth: 2, .bernoulli, damping: 0, stream: 417, settings),
      factors(.product, depth: 3, .gaussian, damping: Rational(1, 10), stream: 418, settings),
      factors(.difference, depth: 2, .poisson, damping: 0, stream: 419, settings),
      factors(.difference, depth: 3, .gaussian, damping: 0, stream: 420, settings),
      factors(.difference, depth: 4, .bernoulli, damping: Rational(1, 10), stream: 421, settings),
      conservedExactly(settings),
    ]
  }

  /// W_{l+1}ᵀW_{l+1} - c W_l W_lᵀ for each l, with c = 1, entry by entry.
  private static func layers(
    _ widths: [Int], _ likelihood: Likelihood, _ flow: Flow, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DeepLinearModel(widths: widths)
    let targets =
      likelihood == .categorical
      ? Matrix<Rational?>(rows: [[1, 0], [0, 1]])
      : random.targets(likelihood, count: 2, outputs: model.outputCount)
    let inputs = random.fullRankMatrix(2, widths[0])
    let start = zip(widths.dropFirst(), widths).map { random.fullRankMatrix($0, $1) }
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: targets), likelihood: likelihood, flow: flow,
      initial: start, times: [0, Rational(1, 4), 1])
    let solution = Solution(problem, settings)
    func balancedness(_ coefficient: Rational) -> @Sendable ([Node]) throws -> Node {
      { weights in
        try Node.stacked(
          zip(weights, weights.dropFirst()).map { below, above in
            let difference =
              try above.transposed().times(above) - coefficient * below.times(below.transposed())
            return try difference.reshaped(to: Shape(difference.shape.count, 1))
          })
      }
    }
    let unit = settings.constant("t3-conserved: 1 before W_l W_lᵀ", 1)
    return try conserved(
      "deep linear \(widths.map(String.init).joined(separator: "-")), \(likelihood.rawValue), \(flow.label)",
      solution, balancedness(unit), settings,
      wrong: [("W_{l+1}ᵀW_{l+1} + W_l W_lᵀ is conserved", balancedness(-1))])
  }

  /// u_1² - u_2² and, with three factors, u_2² - u_3²; uv; u^(2-L) + v^(2-L).
  private static func factors(
    _ form: DiagonalModel.Form, depth: Int, _ likelihood: Likelihood, damping: Rational, stream: UInt64,
    _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DiagonalModel(inputCount: 3, form: form, depth: depth)
    let problem = try Problem(
      model: model,
      data: Dataset(inputs: random.fullRankMatrix(2, 3), targets: random.targets(likelihood, count: 2)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs, damping: damping),
      initial: model.parameterShapes.map { _ in random.factors(3) }, times: [0, Rational(1, 4), 1])
    func combination(_ exponent: Rational, _ sign: Rational) -> @Sendable ([Node]) throws -> Node {
      { factors in
        try Node.stacked(
          zip(factors, factors.dropFirst()).map { try $0.power(exponent) + sign * $1.power(exponent) })
      }
    }
    let quantity: @Sendable ([Node]) throws -> Node
    let wrong: (name: String, quantity: @Sendable ([Node]) throws -> Node)
    switch (form, depth) {
    case (.product, _):
      let exponent = settings.constant("t3-conserved: 2 in u_l² - u_k²", 2)
      quantity = combination(exponent, -1)
      wrong = ("u_l - u_k is conserved", combination(1, -1))
    case (.difference, 2):
      let exponent = settings.constant("t3-conserved: 1 in uv", 1)
      quantity = { try $0[0].power(exponent) * $0[1] }
      wrong = ("u + v is conserved", combination(1, 1))
    case (.difference, _):
      let exponent = settings.constant("t3-conserved: 2 - L for L = \(depth)", Rational(2 - depth))
      quantity = combination(exponent, 1)
      wrong = ("uv is conserved, as for L = 2", { try $0[0] * $0[1] })
    }
    return try conserved(
      "diagonal \(form.rawValue) of depth \(depth), \(likelihood.rawValue)"
        + (damping.isZero ? "" : ", damping \(damping)"),
      Solution(problem, settings), quantity, settings, wrong: [wrong])
  }

  /// A quantity along the flow against its value at the start, computed from the exact parameters.
  private static func conserved(
    _ name: String, _ solution: Solution, _ quantity: @escaping @Sendable ([Node]) throws -> Node,
    _ settings: CheckSettings, wrong: [(name: String, quantity: @Sendable ([Node]) throws -> Node)]
  ) throws -> Instance {
    let problem = solution.problem
    @Sendable func start(_ quantity: ([Node]) throws -> Node) throws -> Measurement {
      let graph = Graph()
      let precision = settings.precision
      let constants = problem.initial.map { graph.constant($0) }
      let value: Matrix<Ball> = try graph.evaluate(
        [quantity(constants)], variables: [], precision: precision)[0]
      return .joined(
        problem.times.map { time in
          Measurement(Measurement.entries(of: value.map { $0 }, "conserved", at: time), isRigorous: true)
        })
    }
    return Instance(
      name, observed: { try solution.measure("conserved", quantity) }, predicted: { try start(quantity) },
      controls: wrong.map { wrong in
        .init(wrong.name) {
          try solution.measure("conserved", wrong.quantity)
        } predicted: {
          try start(wrong.quantity)
        }
      })
  }
}

extension Flow {
  fileprivate var label: String {
    switch self {
    case .gradient: "gradient flow"
    case .naturalGradient(let measure, let damping):
      {
        switch measure {
        case .trainingInputs: "training inputs"
        case .inputs: "given inputs"
        case .secondMoment: "second moment"
        case .allEntries, .observedEntries: "entries"
        }
      }() + (damping.isZero ? "" : ", damping \(damping)")
    }
  }
}
