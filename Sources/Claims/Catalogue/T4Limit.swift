import Learning
import Multiprecision

/// T4: on separable data Newton's flow runs to the solution of a linear programme.
extension Claim {
  static let t4Limit = Claim(
    id: "t4-limit", title: "N > d, separable: β/t tends to the solution of a linear programme",
    statement:
      "β(t) = t b* + c + O(e^-δt), where b* minimises Σ s_n(0) z_n·b subject to z_n·b ≥ 1 for all n (z_n = y_n x_n, "
      + "s_n(0) the initial error probabilities), and z_n·c = -log α_n on the active set with dual α. In general "
      + "b* is not the maximum-margin direction.",
    hypotheses: [
      "logistic loss; the inputs span; the data are strictly separable",
      "the programme's solution is unique, with d active constraints of positive dual",
    ],
    section: "T4", theorem: "LogisticProgramme.limit_programme",
    range: .init(
      claimed:
        "strictly separable data that span, any start, where the programme's solution is unique with d active constraints",
      tested:
        "three rational data sets with N = 3, d = 2; random N = 6, d = 2; Iris with N = 100, d = 4; from β(0) = 0 and random"
    )
  ) { settings in
    let rows: [(String, [[Rational]], [Rational])] = [
      ("Z = (0,1), (1,3), (1,4)", [[0, 1], [1, 3], [1, 4]], [0, 1]),
      ("Z = (0,1), (1,6), (1,4)", [[0, 1], [1, 6], [1, 4]], [0, 1]),
      ("Z = (2,2), (6,5), (6,6)", [[2, 2], [6, 5], [6, 6]], [1, 1]),
    ]
    var instances = try rows.map { name, z, maximumMargin in
      try limitInstance(
        "\(name), from 0", Dataset(inputs: Matrix(rows: z), targets: Matrix(column: [1, 1, 1])), [0, 0],
        settings,
        wrong: ("b* is the maximum-margin direction", maximumMargin))
    }
    for seed in 1...2 {
      var random = RandomInstances(settings, stream: UInt64(450 + seed))
      instances.append(
        try limitInstance(
          "random, N = 6, d = 2, seed \(seed)", separable(&random, count: 6, dimension: 2),
          [random.number(), random.number()], settings))
    }
    instances.append(
      try limitInstance("Iris setosa against versicolor, from 0", Datasets.iris(), [0, 0, 0, 0], settings))
    return instances
  }

  /// Random inputs labelled by a random direction, none of them near its boundary.
  private static func separable(_ random: inout RandomInstances, count: Int, dimension: Int) throws -> Dataset
  {
    let teacher = random.fullRankMatrix(1, dimension, bound: 2).elements
    var rows: [[Rational]] = []
    var targets: [Rational?] = []
    while rows.count < count {
      let row = (0..<dimension).map { _ in random.number(bound: 3) }
      let score = zip(row, teacher).map { $0 * $1 }.reduce(0, +)
      guard score.magnitude >= Rational(1, 2) else { continue }
      rows.append(row)
      targets.append(score.signum() > 0 ? 1 : 0)
    }
    return try Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: targets))
  }

  /// At a time where e^-δt is below the digits: β(t), enclosed by Newton's method, against t b* + c from the
  /// exactly solved programme, with the remainder enclosed as well.
  private static func limitInstance(
    _ name: String, _ data: Dataset, _ start: [Rational], _ settings: CheckSettings,
    wrong: (String, [Rational])? = nil
  ) throws -> Instance {
    let problem = try Problem(
      model: DeepLinearModel(widths: [start.count, 1]), data: data, likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [start])], times: [0])
    let law = try problem.law(GradientLaw.self)
    let precision = settings.precision
    let programme = Lazy { try LimitProgramme(problem: problem, law: law, precision: precision) }
    let weights = Lazy {
      let solved = try programme.value()
      let guess = zip(solved.solution, solved.offset).map {
        Ball(solved.time * $0, precision: precision) + $1
      }
      return try law.endToEnd(at: solved.time, precision: precision, near: Matrix(rows: [guess]))
    }
    @Sendable func line(along direction: [Rational]) throws -> Measurement {
      let solved = try programme.value()
      // The remainder widens the prediction; it does not move it.
      let remainder = try solved.remainder(of: weights.value().transposed())
      let constant = BallVector(zip(solved.offset, remainder).map { $0.addingError($1) })
      let moved = BallVector(direction.map { solved.time * $0 }, precision: precision)
      return (moved + constant).measurement("β(\(solved.time))")
    }
    let control = try wrong ?? ("b* is the least-squares solution X⁺y", leastSquares(data))
    return Instance(
      name, conditions: { try law.conditions + programme.value().conditions },
      observed: {
        BallVector(try weights.value().elements).measurement("β(\(try programme.value().time))")
      },
      predicted: { try line(along: programme.value().solution) },
      controls: [
        .init(control.0) {
          // Scaled so that the smallest margin is 1, as that of b* is.
          let margins = try programme.value().margins * Matrix(column: control.1)
          let smallest = (margins.elements.min() ?? 1).magnitude
          return try line(along: smallest.isZero ? control.1 : control.1.map { $0 / smallest })
        }
      ])
  }

  /// X⁺y with labels ±1.
  private static func leastSquares(_ data: Dataset) throws -> [Rational] {
    let labels = data.targets.map { ($0 ?? 0) * 2 - 1 }
    return (data.inputs.moorePenroseInverse() * labels).elements
  }
}
