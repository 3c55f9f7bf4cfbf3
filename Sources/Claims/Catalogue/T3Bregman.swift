import Learning
import Multiprecision

/// T3 (b′): where K(β) is the inverse Hessian of a potential, β follows a Bregman projection.
extension Claim {
  static let t3Bregman = Claim(
    id: "t3-bregman", title: "Training inputs, N < d: β(t) is a Bregman projection where K has a potential",
    statement:
      "With the Fisher matrix of the training inputs and Moore–Penrose inverse, if K = ∂β/∂θ ∂β/∂θᵀ is the inverse "
      + "Hessian of a potential Φ, then β(t) = argmin D_Φ(β, β(0)) subject to Xβ = f(t), whatever the loss: "
      + "hypentropy for u² - v², powers for u^L - v^L, quadratic for linear reparametrisations.",
    hypotheses: [
      "the Fisher measure is the training inputs, with Moore–Penrose inverse", "K has a potential",
      "X has full row rank on the coordinates that move",
    ],
    section: "T3", theorem: nil,
    range: .init(
      claimed:
        "u^L - v^L and u^L for any L ≥ 2, u1∘u2, β = Aθ with A of full row rank; any N ≤ d, any loss; all t",
      tested:
        "u² - v², u³ - v³, u⁴ - v⁴, u², u³, u1∘u2, β = Aθ; N = 2, d from 3 to 4; squared, logistic and Poisson loss; "
        + "one instance by collocation; t ≤ 2")
  ) { settings in
    try [
      difference(depth: 2, .gaussian, stream: 360, settings),
      difference(depth: 2, .bernoulli, stream: 361, settings),
      difference(depth: 2, .poisson, stream: 362, by: .collocation, settings),
      difference(depth: 3, .gaussian, stream: 363, settings),
      difference(depth: 3, .bernoulli, stream: 364, settings),
      difference(depth: 4, .poisson, stream: 365, settings),
      difference(depth: 2, .gaussian, stream: 366, positive: true, settings),
      difference(depth: 3, .gaussian, stream: 367, positive: true, settings),
      product(.bernoulli, stream: 368, settings),
      reparametrised(.bernoulli, stream: 369, settings),
    ]
  }

  /// β = u^L - v^L, or u^L with v = 0 and targets that a positive β reaches.
  private static func difference(
    depth: Int, _ likelihood: Likelihood, stream: UInt64, positive: Bool = false,
    by integrator: Solution.Integrator = .taylor, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let model = try DiagonalModel(inputCount: 4, form: .difference, depth: depth)
    let inputs = random.fullRankMatrix(2, 4)
    let u = random.factors(4)
    let v = positive ? Matrix<Rational>(rows: 4, columns: 1, repeating: 0) : random.factors(4)
    // Where β stays positive the target is that of a positive β.
    let targets =
      positive
      ? (inputs * random.factors(4)).map { Optional($0) } : random.targets(likelihood, count: 2)
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: targets), likelihood: likelihood,
      flow: .naturalGradient(.trainingInputs), initial: [u, v], times: [0, Rational(1, 2), 2])
    let name = positive ? "β = u^\(depth)" : "β = u^\(depth) - v^\(depth)"
    return try projection(
      "\(name), \(likelihood.rawValue), \(integrator), stream \(stream - 359)", problem, by: integrator,
      settings,
      map: potential(u, v, depth: depth, settings), wrong: nearMiss(u, v, depth: depth, positive: positive))
  }

  /// A potential that is not the one of u^L - v^L, from the same β(0).
  private static func nearMiss(
    _ u: Matrix<Rational>, _ v: Matrix<Rational>, depth: Int, positive: Bool
  ) -> (name: String, map: MirrorMap) {
    switch (depth, positive) {
    case (2, false): ("h = u(0)v(0)", hypentropy(u, v, depth: 2, factor: 1))
    case (2, true): ("h = 1 in place of 0", hypentropy(u, v, depth: 2, factor: 0, offset: 1))
    case (_, false): ("the potential is that of u² - v²", hypentropy(u, v, depth: depth, factor: 2))
    case (_, true): ("the potential is that of u²", hypentropy(u, v, depth: depth, factor: 0))
    }
  }

  /// u² - v²: h = 2u(0)v(0). L ≥ 3: exponent L/(L - 2), bases u(0)^(2-L), v(0)^(2-L).
  private static func potential(
    _ u: Matrix<Rational>, _ v: Matrix<Rational>, depth: Int, _ settings: CheckSettings
  ) throws -> MirrorMap {
    if depth == 2 {
      return hypentropy(u, v, depth: 2, factor: settings.constant("t3-bregman: 2 in h = 2u(0)v(0)", 2))
    }
    let exponent = settings.constant(
      "t3-bregman: L/(L - 2) for L = \(depth)", Rational(depth, depth - 2))
    return .power(
      terms: try zip(u.elements, v.elements).map { u, v in
        var terms = [MirrorMap.PowerTerm(base: try u.power(2 - depth), isRising: true)]
        if !v.isZero { terms.append(.init(base: try v.power(2 - depth), isRising: false)) }
        return terms
      }, exponent: exponent)
  }

  private static func hypentropy(
    _ u: Matrix<Rational>, _ v: Matrix<Rational>, depth: Int, factor: Rational, offset: Rational = 0
  ) -> MirrorMap {
    func power(_ base: Rational) -> Rational {
      (0..<depth).reduce(Rational(1)) { product, _ in product * base }
    }
    let pairs = Array(zip(u.elements, v.elements))
    return .hypentropy(
      start: pairs.map { power($0) - power($1) }, scales: pairs.map { factor * $0 * $1 + offset })
  }

  /// β = u1∘u2: h = |u1² - u2²|/2 at the start.
  private static func product(
    _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let (u, v) = (random.factors(4), random.factors(4).map { $0 + 1 })
    let problem = try Problem(
      model: DiagonalModel(inputCount: 4, form: .product, depth: 2),
      data: Dataset(inputs: random.fullRankMatrix(2, 4), targets: random.targets(likelihood, count: 2)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: [u, v],
      times: [0, Rational(1, 2), 2])
    let half = settings.constant("t3-bregman: 1/2 in |u1² - u2²|/2", Rational(1, 2))
    func map(_ factor: Rational) -> MirrorMap {
      let pairs = Array(zip(u.elements, v.elements))
      return .hypentropy(
        start: pairs.map { $0 * $1 }, scales: pairs.map { factor * ($1 * $1 - $0 * $0).magnitude })
    }
    return try projection(
      "β = u1∘u2, \(likelihood.rawValue)", problem, settings, map: map(half),
      wrong: ("the scale is u1² - u2²", map(1)))
  }

  /// β = Aθ with four θ for three β: the linear model on the inputs XA.
  private static func reparametrised(
    _ likelihood: Likelihood, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let (inputs, change) = (random.fullRankMatrix(2, 3), random.fullRankMatrix(3, 4))
    let start = random.matrix(1, 4)
    let problem = try Problem(
      model: DeepLinearModel(widths: [4, 1]),
      data: Dataset(inputs: inputs * change, targets: random.targets(likelihood, count: 2)),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: [start],
      times: [0, Rational(1, 2), 2])
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    let beta = (change * start.transposed()).elements
    func side(_ metric: Matrix<Rational>) -> Instance.Side {
      {
        try law.projected(inputs, .quadratic(start: beta, metric: metric), at: problem.times, settings)
      }
    }
    return Instance(
      "β = Aθ, \(likelihood.rawValue)", along: solution.integrated, conditions: { law.conditions },
      observed: {
        try solution.measure("β") { parameters in
          try parameters[0].times(parameters[0].graph.constant(change.transposed()))
        }
      },
      predicted: side(change * change.transposed()),
      controls: [.init("the projection is Euclidean", predicted: side(.identity(3)))])
  }

  private static func projection(
    _ name: String, _ problem: Problem, by integrator: Solution.Integrator = .taylor,
    _ settings: CheckSettings, map: MirrorMap, wrong: (name: String, map: MirrorMap)
  ) throws -> Instance {
    let (outputs, law) = (try problem.law(OnSampleLaw.self), try problem.law(BregmanLaw.self))
    let solution = Solution(problem, settings, by: integrator)
    let start = problem.model.exactEndToEndMatrix(problem.initial).elements
    let euclidean = MirrorMap.quadratic(start: start, metric: .identity(start.count))
    func side(_ map: MirrorMap) -> Instance.Side {
      { try outputs.projected(problem.data.inputs, map, at: problem.times, settings) }
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: { try solution.measure(.endToEnd) },
      predicted: side(map),
      controls: [
        .init("the projection is Euclidean", predicted: side(euclidean)),
        .init(wrong.name, predicted: side(wrong.map)),
      ])
  }
}

extension OnSampleLaw {
  /// The Bregman projections onto Xβ = f(t) f(t) by this law.
  fileprivate func projected(
    _ inputs: Matrix<Rational>, _ map: MirrorMap, at times: [Rational], _ settings: CheckSettings
  ) throws -> Measurement {
    let projection = try BregmanProjection(constraints: inputs, map: map)
    let entries = try times.flatMap { time in
      let outputs = try values(at: time, precision: settings.precision).outputs?.elements ?? []
      let point = try projection.point(at: outputs.compactMap { $0 }, precision: settings.precision).point
      return Measurement.entries(of: point.transposed().map { $0 }, "β", at: time)
    }
    return Measurement(entries, isRigorous: true)
  }
}

extension RandomInstances {
  /// A column of positive factors between 1/2 and 3/2.
  mutating func factors(_ count: Int) -> Matrix<Rational> {
    Matrix(column: (0..<count).map { _ in Rational(10 + integer(below: 21), 20) })
  }
}
