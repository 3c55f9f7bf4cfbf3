import Learning
import Multiprecision

/// T5: gradient flow of u^L - v^L, L > 2, in dual variables.
extension Claim {
  static let t5DepthPath = Claim(
    id: "t5-depth-path", title: "Gradient flow of u^L - v^L, L > 2: β is a power of ∫Xᵀr",
    statement:
      "Under gradient flow with any loss, β = u^L - v^L from u = v = α is α^L [(1+c)^(-L/(L-2)) - (1-c)^(-L/(L-2))] "
      + "with c = L(L-2) α^(L-2) ∫Xᵀ∂L/∂f; from a general positive start each term has its own α.",
    hypotheses: ["gradient flow; L > 2; u(0), v(0) > 0"],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "any L > 2, any data and loss, any positive start; as long as the flow exists",
      tested: "L from 3 to 5, N = 2, d from 3 to 4, squared and logistic loss, 4 seeds, t ≤ 1")
  ) { settings in
    try settings.secondIntegrators.flatMap { second in
      try [
        path(depth: 3, .gaussian, stream: 510, by: .taylor, and: second, settings),
        path(depth: 4, .gaussian, stream: 511, by: second, and: .taylor, settings),
      ]
    } + [
      path(depth: 5, .gaussian, stream: 512, by: .taylor, and: .taylor, settings),
      path(depth: 3, .bernoulli, stream: 513, by: .taylor, and: .taylor, settings),
    ]
  }

  /// u and v by one integrator, the N dual variables by another.
  private static func path(
    depth: Int, _ likelihood: Likelihood, stream: UInt64, by integrator: Solution.Integrator,
    and second: Solution.Integrator, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let d = likelihood == .gaussian ? 3 : 4
    let inputs = random.fullRankMatrix(2, d)
    let targets =
      likelihood == .gaussian
      ? random.matrix(2, 1, bound: 2).map { $0 } : random.targets(likelihood, count: 2)
    let isEqual = depth != 3
    let u = (0..<d).map { _ in Rational(6 + (isEqual ? 2 : random.integer(below: 5)), 10) }
    let v = (0..<d).map { _ in Rational(6 + (isEqual ? 2 : random.integer(below: 5)), 10) }
    let problem = try Problem(
      model: DiagonalModel(inputCount: d, form: .difference, depth: depth),
      data: Dataset(inputs: inputs, targets: targets), likelihood: likelihood, flow: .gradient,
      initial: [Matrix(column: u), Matrix(column: v)], times: [0, Rational(1, 4), 1])
    let solution = Solution(problem, settings, by: integrator)
    func dual(_ path: DualGradientFlow.Path) throws -> DualGradientFlow {
      try DualGradientFlow(
        inputs: inputs, targets: targets.elements.map { $0 ?? 0 }, likelihood: likelihood, path: path)
    }
    // Controls need no second method.
    func wrong(_ path: DualGradientFlow.Path) throws -> Instance.Side {
      let flow = try dual(path)
      let trajectory = flow.integrated(at: problem.times, settings)
      return { try flow.measureEndToEnd(trajectory) }
    }
    func power(_ rate: Rational, _ exponent: Rational) -> DualGradientFlow.Path {
      .powers(depth: depth, u: u, v: v, rate: rate, exponent: exponent)
    }
    let rate = settings.constant("t5-depth-path: L(L - 2), L = \(depth)", Rational(depth * (depth - 2)))
    let exponent = settings.constant("t5-depth-path: L/(L - 2), L = \(depth)", Rational(depth, depth - 2))
    let flow = try dual(power(rate, exponent))
    let trajectory = flow.integrated(at: problem.times, by: second, settings)
    return Instance(
      "u^\(depth) - v^\(depth), \(likelihood.rawValue), \(isEqual ? "equal" : "general") start, "
        + "N = 2, d = \(d), u and v by \(integrator), dual by \(second), stream \(stream - 509)",
      along: solution.integrated, trajectory, observed: { try solution.measure(.endToEnd) },
      predicted: { try flow.measureEndToEnd(trajectory) },
      controls: [
        .init("c has the factor L²", predicted: try wrong(power(Rational(depth * depth), exponent))),
        .init("the exponent is L/(L - 1)", predicted: try wrong(power(rate, Rational(depth, depth - 1)))),
        .init("it is the law of u² - v²", predicted: try wrong(.squares(u: u, v: v))),
      ])
  }
}
