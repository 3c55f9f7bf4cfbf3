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
      "the programme's solution is unique, with d active constraints",
    ],
    section: "T4", theorem: "LogisticProgramme.limit_programme",
    range: .init(
      claimed:
        "strictly separable data that span, any start, where the programme's solution is unique with d active constraints",
      tested:
        "three rational data sets with N = 3, d = 2; random N = 6 to 12, d = 2 to 4; Iris with N = 100, d = 4; from "
        + "β(0) = 0 and random; slacks down to 10^-6")
  ) { settings in
    let rows: [(String, [[Rational]])] = [
      ("Z = (0,1), (1,3), (1,4)", [[0, 1], [1, 3], [1, 4]]),
      ("Z = (0,1), (1,6), (1,4)", [[0, 1], [1, 6], [1, 4]]),
      ("Z = (2,2), (6,5), (6,6)", [[2, 2], [6, 5], [6, 6]]),
      (
        "Z = (0,1), (1,3), (1,4), and (0, 1 + 10^-6)",
        [[0, 1], [1, 3], [1, 4], [0, 1 + Rational(1, 1_000_000)]]
      ),
    ]
    var instances = try rows.map { name, z in
      try limit(
        "\(name), from 0", Dataset(inputs: Matrix(rows: z), targets: Matrix(column: z.map { _ in 1 })),
        [0, 0], settings)
    }
    for (seed, (count, dimension)) in [(6, 2), (6, 2), (9, 3), (12, 4)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(451 + seed))
      let data = try random.separable(count: count, dimension: dimension)
      instances.append(
        try limit(
          "random, N = \(count), d = \(dimension), stream \(seed + 1)", data,
          (0..<dimension).map { _ in random.number() }, settings))
    }
    instances.append(
      try limit("Iris setosa against versicolor, from 0", Datasets.iris(), [0, 0, 0, 0], settings))
    return instances
  }

  /// At a time where e^-δt is below the digits: β(t), enclosed by Newton's method, against t b* + c from the
  /// exactly solved programme, with the remainder enclosed as well. Controls: b* is the maximum-margin vector,
  /// where that is another one; b* is X⁺y.
  private static func limit(
    _ name: String, _ data: Dataset, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let limit = LimitSolution(try .logistic(data, from: start), settings, id: "t4-limit")
    var controls = [
      Instance.Control("inactive samples do not count: α = s(0)") {
        try limit.predicted(offset: offsetOfActiveSamples(limit.expansion()))
      }
    ]
    // For the first data set X⁺y is b*.
    if data.inputs.elements != [0, 1, 1, 3, 1, 4] {
      controls.append(
        .init("b* is the least-squares solution X⁺y") {
          try limit.predicted(direction: limit.leastSquares())
        })
    }
    if data.count < 5 {
      controls.append(
        .init("b* is the maximum-margin vector") {
          try limit.predicted(direction: limit.maximumMargin().point)
        })
    }
    return Instance(
      name,
      conditions: {
        try limit.conditions {
          [
            $0.separability.kind.condition(.strict),
            $0.uniqueness(active: ==, "d active constraints"),
          ]
        }
      },
      observed: { try limit.observed() }, predicted: { try limit.predicted() }, controls: controls)
  }
}

extension Claim {
  /// The c with z_n·c = -log s_n(0) on the active set, as T2 has it where all samples are active.
  private static func offsetOfActiveSamples(_ expansion: LimitExpansion) throws -> [Ball] {
    let data = expansion.programme.data
    let active = expansion.programme.levels.flatMap(\.rows)
    let errors = data.initialErrors(precision: expansion.precision)
    let rows = Matrix(rows: active.map { data.rows.row($0) }).map { Ball($0, precision: expansion.precision) }
    return try Ball.solve(rows, Matrix(column: active.map { -Ball.log(errors[$0]) })).elements
  }
}

extension Problem {
  /// Natural gradient flow of the linear logistic model with the training inputs' Fisher matrix.
  static func logistic(_ data: Dataset, from start: [Rational], times: [Rational] = [0]) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [start.count, 1]), data: data, likelihood: .bernoulli,
      flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [start])], times: times)
  }
}

extension RandomInstances {
  /// Random inputs that span, labelled by a random direction, none of them near its boundary.
  mutating func separable(count: Int, dimension: Int) throws -> Dataset {
    while true {
      let teacher = fullRankMatrix(1, dimension, bound: 2).elements
      var rows: [[Rational]] = []
      var targets: [Rational?] = []
      while rows.count < count {
        let row = (0..<dimension).map { _ in number(bound: 3) }
        let score = zip(row, teacher).map { $0 * $1 }.reduce(0, +)
        guard score.magnitude >= Rational(1, 2) else { continue }
        rows.append(row)
        targets.append(score.signum() > 0 ? 1 : 0)
      }
      let inputs = Matrix(rows: rows)
      if inputs.rank() == dimension { return try Dataset(inputs: inputs, targets: Matrix(column: targets)) }
    }
  }
}
