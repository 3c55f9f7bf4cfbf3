import Learning
import Multiprecision
import Programmes

/// T4: a classifier with a bias runs to the programme with an intercept.
extension Claim {
  static let t4Intercept = Claim(
    id: "t4-intercept", title: "With a bias: the limit is the programme's solution with its intercept",
    statement:
      "With a bias the limit (b*, b_0*) minimises Σ s_n(0) y_n (b·x_n + b_0) subject to y_n (b·x_n + b_0) ≥ 1; a shift "
      + "x → x + s leaves b* and moves the intercept to b_0* - b*·s, so that the classifier is the same set of points.",
    hypotheses: [
      "logistic loss; the inputs with a 1 appended span; a hyperplane separates the data strictly",
      "the programme is decided",
    ],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "data that a hyperplane separates strictly, any start",
      tested: "random N = 6 and 9, d = 2 and 3; Iris, N = 100, d = 4, from 0; shifts of each")
  ) { settings in
    var instances: [Instance] = []
    for (stream, (count, dimension)) in [(6, 2), (9, 3)].enumerated() {
      var random = RandomInstances(settings, stream: UInt64(540 + stream))
      // Separated by a direction, then moved: by a hyperplane that misses the origin.
      var centred = try random.separable(count: count, dimension: dimension)
      // With one class only the weights are 0, and a shift does not move the intercept.
      while Set(centred.targets.elements).count < 2 {
        centred = try random.separable(count: count, dimension: dimension)
      }
      let move = (0..<dimension).map { _ in random.number(bound: 3) }
      let data = try centred.shifted(by: move)
      instances += try pair(
        "random, N = \(count), d = \(dimension)", data, (0...dimension).map { _ in random.number() },
        shift: between(data), settings)
    }
    instances += try pair(
      "Iris setosa against versicolor", Datasets.iris(), [0, 0, 0, 0, 0], shift: [-5, -3, -2, -1], settings)
    return instances
  }

  private static func pair(
    _ name: String, _ data: Dataset, _ start: [Rational], shift: [Rational], _ settings: CheckSettings
  ) throws -> [Instance] {
    let limit = LimitSolution(try .logistic(data.withBias(), from: start), settings, id: "t4-intercept")
    // The same start as a function of x + s.
    let moved = LimitSolution(
      try .logistic(data.shifted(by: shift).withBias(), from: intercept(of: start, after: shift)), settings,
      id: "t4-intercept")
    let shifts = settings.constant("t4-intercept: 1 in b_0* - b*·s", 1)
    return [
      Instance(
        name, conditions: { try limit.conditions { [$0.separability.kind.condition(.strict)] } },
        observed: { try limit.observed() }, predicted: { try limit.predicted() },
        controls: [
          .init("b_0* is 0") {
            try limit.predicted(direction: limit.scaled(limit.expansion().solution.dropLast() + [0]))
          },
          .init("(b*, b_0*) is the least-squares solution X⁺y") {
            try limit.predicted(direction: limit.leastSquares())
          },
        ]),
      Instance(
        "\(name), shifted",
        conditions: { try moved.conditions { [$0.separability.kind.condition(.strict)] } },
        observed: { try moved.observed() },
        predicted: {
          let line = try limit.predicted().entries.compactMap(\.ball)
          let steps = zip(line, shift).map { (shifts * $1) * $0 }
          let last = line[line.count - 1] - steps.reduce(Ball(0, precision: settings.precision), +)
          return BallVector(Array(line.dropLast()) + [last])
            .measurement("V(\(try limit.expansion().time))")
        },
        controls: [.init("the intercept stays") { try limit.predicted() }]),
    ]
  }

  /// From a sample of one class to one of the other. Any b that separates them has margins 1 or more on both, so b·s ≥ 2
  /// in absolute value: the intercept moves.
  private static func between(_ data: Dataset) -> [Rational] {
    let classes = [0, 1].compactMap { label in
      (0..<data.count).first { data.targets[$0, 0] == Rational(label) }.map { data.inputs.row($0) }
    }
    return zip(classes[0], classes[1]).map { $1 - $0 }
  }

  /// The weights of the same function of x + s: (β, β_0 - β·s).
  private static func intercept(of weights: [Rational], after shift: [Rational]) -> [Rational] {
    let step = zip(weights, shift).reduce(Rational(0)) { $0 + $1.0 * $1.1 }
    return weights.dropLast() + [(weights.last ?? 0) - step]
  }
}

extension Dataset {
  /// The same samples with all inputs moved by one vector.
  fileprivate func shifted(by shift: [Rational]) throws -> Dataset {
    try Dataset(
      inputs: Matrix(rows: inputs.rows, columns: inputs.columns) { inputs[$0, $1] + shift[$1] },
      targets: targets)
  }
}
