import Learning
import Multiprecision

/// T2: repeated inputs.
extension Claim {
  static let t2Duplicates = Claim(
    id: "t2-duplicates", title: "Repeated inputs: a conflicting group pulls the direction to zero output",
    statement:
      "With one row of X_g for each distinct input, β(t)/t tends to X_g⁺ỹ, ỹ = ±1 for a group whose labels agree and 0 "
      + "for one whose labels conflict; β(t) - t X_g⁺ỹ tends to β(0) + X_g⁺(h - f(0)) with h = ±softplus(m(0)) or "
      + "the logit of the mean label. If every group conflicts β is bounded.",
    hypotheses: ["the model is linear with logistic loss", "the distinct inputs are linearly independent"],
    section: "T2", theorem: nil,
    range: .init(
      claimed: "any groups of samples at independent inputs; the limit",
      tested:
        "3 distinct inputs in 5 dimensions, 6 to 8 samples, 2 seeds; every group conflicting; at late times with the "
        + "remainder enclosed")
  ) { settings in
    let mixed: [[Rational?]] = [[1, 1], [1, 0, 1], [0]]
    let conflicting: [[Rational?]] = [[0, 1], [1, 0, 1], [0, 1, 0]]
    return [
      try limit("one conflicting group, seed 1", mixed, stream: 2_200, settings),
      try limit("one conflicting group, seed 2", mixed, stream: 2_201, settings),
      try limit("every group conflicts", conflicting, stream: 2_202, settings),
    ]
  }

  /// (β(2t) - β(t))/t, and β(t), at a late t.
  private static func limit(
    _ name: String, _ labels: [[Rational?]], stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let distinct = random.fullRankMatrix(3, 5)
    let rows = labels.enumerated().flatMap { index, group in group.map { _ in distinct.row(index) } }
    let start = random.matrix(1, 5)
    let time = Rational(settings.workingDigits * 5 / 2)
    let problem = try Problem(
      model: DeepLinearModel(widths: [5, 1]),
      data: Dataset(inputs: Matrix(rows: rows), targets: Matrix(column: labels.flatMap { $0 })),
      likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: [start],
      times: [time, 2 * time])
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    let means = labels.map { group in group.reduce(Rational(0)) { $0 + ($1 ?? 0) } / Rational(group.count) }
    let groups = Groups(
      distinct: distinct, start: start, means: means, time: time, precision: settings.precision,
      push: settings.constant("t2-duplicates: 1 of softplus", 1),
      rate: settings.constant("t2-duplicates: 1 = ỹ of labels that agree", 1))
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        let path = try solution.measure(.endToEnd)
        let weights = path.grouped(by: 5)
        let late = BallVector(weights[1]) - BallVector(weights[0])
        return Measurement(
          late.entries.map { .init("direction", $0 / Ball(time, precision: settings.precision)) }
            + weights[0].map { .init("β(t)", $0) }, from: [path])
      },
      predicted: { groups.measurement { groups.rate(of: $0) } },
      controls: [
        .init("a conflicting group pulls with 2ȳ - 1") { groups.measurement { 2 * $0 - 1 } },
        .init("a conflicting group goes with its majority, or with label 1") {
          groups.measurement { $0 < Rational(1, 2) ? -1 : 1 }
        },
      ])
  }

  /// The limit of a linear model on groups of samples.
  private struct Groups: Sendable {
    let distinct: Matrix<Rational>
    let start: Matrix<Rational>
    /// ȳ of each group.
    let means: [Rational]
    let time: Rational
    let precision: Int
    let push: Rational
    let rate: Rational

    /// ỹ for a mean label.
    func rate(of mean: Rational) -> Rational { mean == 1 ? rate : mean.isZero ? -1 : 0 }

    /// X_g⁺ỹ, and t X_g⁺ỹ + β(0) + X_g⁺(h - f(0)) with the remainder: 2e^-t for a margin, 11e^-t for a logit.
    func measurement(_ direction: (Rational) -> Rational) -> Measurement {
      let inverse = distinct.moorePenroseInverse()
      let slope = (inverse * Matrix(column: means.map(direction))).elements
      let remainder = Rational(11) * Ball.exp(Ball(-time, precision: precision))
      let starts = (distinct * start.transposed()).elements
      let moves = zip(starts, means).map { output, mean -> Ball in
        let f = Ball(output, precision: precision)
        let limit: Ball =
          if mean == 1 { push * .softplus(f) } else if mean.isZero { -(push * .softplus(-f)) } else {
            .log(Ball(mean / (1 - mean), precision: precision))
          }
        return (limit - f).addingError(remainder)
      }
      let rows = inverse.map { Ball($0, precision: precision) }
      let moved = rows * Matrix(column: moves)
      // β(2t) - β(t) has the remainders of both.
      let spread = Ball(0, precision: precision).addingError(2 * remainder) / Ball(time, precision: precision)
      let spreads = (rows * Matrix(rows: means.count, columns: 1, repeating: spread)).elements
      let weights = zip(zip(slope, moved.elements), start.elements).map { pair, start in
        pair.1 + (time * pair.0 + start)
      }
      return Measurement(
        zip(slope, spreads).map { .init("direction", $1 + $0) }
          + weights.map { .init("β(t)", $0) }, isRigorous: true)
    }
  }
}
