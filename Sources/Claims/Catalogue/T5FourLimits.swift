import Learning
import Multiprecision
import Programmes

/// T5: one data set on which four flows have four directions.
extension Claim {
  static let t5FourLimits = Claim(
    id: "t5-four-limits", title: "One data set, four flows, four limit directions",
    statement:
      "For Z = (3,-2,3,-2), (1,-2,1,-1), (2,2,4,-2) gradient flow and natural gradient flow (training inputs, "
      + "Moore–Penrose) of the linear model and of u² - v² tend to four rational directions, the solutions of min ℓ2 "
      + "and min ℓ1 with Zb ≥ 1 and Zb = 1, at least 35° apart.",
    hypotheses: ["logistic loss on this data set"],
    section: "T5", theorem: nil,
    range: .init(
      claimed:
        "this data set; the linear model from β(0) = 0 (NGF) or any start (GF), u² - v² from any u = v > 0",
      tested:
        "the four programmes exactly; GF to log t = 10 000 (linear) and 1000 (u² - v², α = 1/10); NGF to t = 20 (linear) "
        + "and 3000 (u² - v², α = 1), each nearer to its own limit than half the least angle")
  ) { settings in
    try [
      programmes(settings), linearGradient(settings), linearNatural(settings), sparseGradient(settings),
      sparseNatural(settings),
    ]
  }

  private static let margins = Matrix<Rational>(rows: [[3, -2, 3, -2], [1, -2, 1, -1], [2, 2, 4, -2]])
  private static let names = ["GF, linear", "NGF, linear", "GF, u² - v²", "NGF, u² - v²"]
  private static let limits: [[Rational]] = [
    [Rational(1, 6), Rational(-7, 30), Rational(1, 5), Rational(-1, 6)],
    [Rational(-5, 6), Rational(-1, 3), Rational(1, 2), Rational(-2, 3)],
    [0, Rational(-3, 10), Rational(2, 5), 0],
    [Rational(-2, 3), Rational(-1, 6), 0, Rational(-4, 3)],
  ]

  /// The certified solutions against the table, and the cosines of their angles: the largest is √(2/3), at 35.26°.
  private static func programmes(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    // Below cos 35° = 0.8191...
    let cosine = Ball(Rational(9, 11), precision: precision)
    let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    @Sendable func side(_ order: [Int]) -> Measurement {
      let entries = order.enumerated().flatMap { place, limit in
        limits[limit].map { Measurement.Entry(names[place], Ball($0, precision: precision)) }
      }
      return Measurement(
        entries + pairs.map { .init("cosine, \(names[$0.0]) and \(names[$0.1])", .atMost(cosine)) },
        isRigorous: true)
    }
    return Instance(
      "the four programmes",
      observed: {
        let solved = try solutions()
        let units = solved.map { BallVector($0, precision: precision).unit }
        let entries = zip(names, solved).flatMap { name, point in
          point.map { Measurement.Entry(name, Ball($0, precision: precision)) }
        }
        return Measurement(
          entries + pairs.map { .init("cosine", units[$0.0].dot(units[$0.1])) }, isRigorous: true)
      },
      predicted: { side([0, 1, 2, 3]) },
      controls: [
        .init("Zb ≥ 1 and Zb = 1 have the same solutions") { side([0, 0, 2, 2]) },
        .init("ℓ2 and ℓ1 have the same solutions") { side([0, 1, 0, 1]) },
      ])
  }

  private static func solutions() throws -> [[Rational]] {
    let ones: [Rational] = [1, 1, 1]
    let (least, equal) = (
      try LinearConstraints(margins, atLeast: ones), try LinearConstraints(margins, equalTo: ones)
    )
    return [
      try LeastNormProgramme(subjectTo: least).solve().optimum?.point ?? [],
      try LeastNormProgramme(subjectTo: equal).solve().optimum?.point ?? [],
      try LeastAbsoluteProgramme(subjectTo: least).solve().optimum?.point ?? [],
      try LeastAbsoluteProgramme(subjectTo: equal).solve().optimum?.point ?? [],
    ]
  }

  /// A flow's cosine to its own limit, said to be above that of half the least angle between limits (NGF linear
  /// and NGF u² - v²): then that limit is the nearest of the four.
  private static func nearest(
    _ name: String, to own: Int, _ settings: CheckSettings,
    weights: @escaping @Sendable () throws -> Measurement
  ) -> Instance {
    let precision = settings.precision
    let units = limits.map { BallVector($0, precision: precision).unit }
    let least = Ball.sqrt(Rational(1, 2) * (1 + units[1].dot(units[3])))
    @Sendable func observed(_ limit: Int) throws -> Measurement {
      let weights = try weights()
      let cosine = BallVector(weights.entries.compactMap(\.ball)).unit.dot(units[limit])
      return Measurement([.init("cosine of the angle to \(names[own])", cosine)], from: [weights])
    }
    let predicted = Measurement([.init("cosine", .atLeast(least))], isRigorous: true)
    return Instance(
      name, observed: { try observed(own) }, predicted: { predicted },
      controls: limits.indices.filter { $0 != own }.map { other in
        .init("it is the limit of \(names[other])") {
          try observed(other)
        } predicted: {
          predicted
        }
      })
  }

  /// Gradient flow of the linear model: β/s is ŵ up to a proved (|β(s₁) - ŵs₁| + R)/s.
  private static func linearGradient(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let limit = try MaximumMarginLimit(margins: margins)
    let (early, late): (Rational, Rational) = (40, 10_000)
    let flow = try LogTimeWeights(
      margins: margins, start: [0, 0, 0, 0], at: [early, late], settings, digits: 16)
    @Sendable func predicted(_ direction: [Rational]) throws -> Measurement {
      let weights = BallVector(try flow.weights(0))
      let drift = try limit.approach(weights.entries, at: early, precision: precision).drift
      let rest = (weights - BallVector(limit.direction.map { early * $0 }, precision: precision)).norm + drift
      let width = Ball((rest / Ball(late, precision: precision)).upperBound)
      return try flow.measurement(
        direction.map {
          let value = Ball($0, precision: precision)
          return .init("β/log t", .between(value - width, value + width))
        })
    }
    return Instance(
      "GF, linear, log t = 10 000", conditions: { limit.conditions },
      observed: {
        let entries = try flow.weights(1).map {
          Measurement.Entry("β/log t", $0 / Ball(late, precision: precision))
        }
        return try flow.measurement(entries)
      },
      predicted: { try predicted(limits[0]) },
      controls: [1, 2, 3].map { other in
        .init("it is the limit of \(names[other])") { try predicted(limits[other]) }
      })
  }

  /// Natural gradient flow of the linear model from 0: log(2e^t - 1) X⁺y at all times.
  private static func linearNatural(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let times: [Rational] = [1, 20]
    let problem = try problem(
      DeepLinearModel(widths: [4, 1]), .naturalGradient(.trainingInputs), [Matrix(rows: [[0, 0, 0, 0]])],
      times)
    let solution = Solution(problem, settings)
    @Sendable func along(_ direction: [Rational]) -> Measurement {
      let entries = times.flatMap { time in
        let t = Ball(time, precision: precision)
        let scale = t + .log(onePlus: -.expMinusOne(-t))
        return direction.map { Measurement.Entry("β, t = \(time)", scale * Ball($0, precision: precision)) }
      }
      return Measurement(entries, isRigorous: true)
    }
    return Instance(
      "NGF, linear, from 0, t = 1 and 20", observed: { try solution.measure(.endToEnd) },
      predicted: { along(limits[1]) },
      controls: [0, 2, 3].map { other in
        .init("it is the limit of \(names[other])") { along(limits[other]) }
      })
  }

  private static func sparseGradient(_ settings: CheckSettings) throws -> Instance {
    let start = Matrix<Rational>(rows: 4, columns: 1, repeating: Rational(1, 10))
    let problem = try problem(network(), .gradient, [start, start], [0])
    let trajectory = problem.inLogTime(at: [1_000], settings, digits: 14)
    return nearest("GF, u² - v² from 1/10, log t = 1000", to: 2, settings) {
      try problem.measureEndToEnd(trajectory)
    }
  }

  private static func sparseNatural(_ settings: CheckSettings) throws -> Instance {
    let start = Matrix<Rational>(rows: 4, columns: 1, repeating: 1)
    let problem = try problem(network(), .naturalGradient(.trainingInputs), [start, start], [3_000])
    var eightDigits = settings
    eightDigits.digits = 8
    let solution = Solution(problem, eightDigits)
    return nearest("NGF, u² - v² from 1, t = 3000", to: 3, settings) {
      try solution.measure(.endToEnd)
    }
  }

  private static func network() throws -> DiagonalModel {
    try DiagonalModel(inputCount: 4, form: .difference, depth: 2)
  }

  private static func problem(
    _ model: any Model, _ flow: Flow, _ initial: [Matrix<Rational>], _ times: [Rational]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: margins, targets: Matrix(column: [1, 1, 1])),
      likelihood: .bernoulli,
      flow: flow, initial: initial, times: times)
  }
}
