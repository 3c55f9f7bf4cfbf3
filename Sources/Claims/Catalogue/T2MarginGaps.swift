import ComputationGraph
import Learning
import Multiprecision

/// T2: what "equal margins" means.
extension Claim {
  static let t2MarginGaps = Claim(
    id: "t2-margin-gaps", title: "Margins become equal relative to t only: their gaps stay",
    statement:
      "m_n(t)/t tends to 1, from above: 1 ≤ m_n/t ≤ 1 + softplus(m_n(0))/t; the gaps m_i - m_j tend to "
      + "softplus(m_i(0)) - softplus(m_j(0)).",
    hypotheses: ["logistic loss"] + OnSampleLawInstances.hypotheses, section: "T2",
    theorem: "Margin.margin_minus_time",
    range: .init(
      claimed: "any model whose Jacobian on the training inputs keeps full row rank for all times; the limit",
      tested:
        "linear N = 3, d = 4, 2 seeds; deep linear 3-2-1 and u1∘u2, N = 2; m/t at t = 5, gaps at a late time with "
        + "the remainder enclosed")
  ) { settings in
    let models: [(String, any Model, Int)] = [
      ("linear, seed 1", try DeepLinearModel(widths: [4, 1]), 3),
      ("linear, seed 2", try DeepLinearModel(widths: [4, 1]), 3),
      ("deep linear 3-2-1", try DeepLinearModel(widths: [3, 2, 1]), 2),
      ("u1∘u2", try DiagonalModel(inputCount: 3, form: .product, depth: 2), 2),
    ]
    return try models.enumerated().map { index, item in
      try gaps("\(item.0), N = \(item.2)", item.1, count: item.2, stream: UInt64(2_100 + index), settings)
    }
  }

  /// When the margins over t are looked at: later their upper bound is nearer than the digits show.
  private static let early: Rational = 5

  private static func gaps(
    _ name: String, _ model: any Model, count: Int, stream: UInt64, _ settings: CheckSettings
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: stream)
    let time = Rational(settings.workingDigits * 5 / 2)
    let problem = try problem(model, count: count, at: time, &random)
    let labels = problem.data.targets.map { ($0 ?? 0) * 2 - 1 }
    let solution = Solution(problem, settings)
    let law = try problem.law(OnSampleLaw.self)
    let factor = settings.constant("t2-margin-gaps: 1 of softplus", 1)
    let precision = settings.precision
    /// m_n - m_0 for the others, then m_n/t for all.
    @Sendable func statement(_ gap: (Ball, Ball) -> Ball) throws -> Measurement {
      let pushes = try model.startingOutputs(problem.initial, at: problem.data.inputs, precision: precision) {
        try ($0.graph.constant(labels) * $0).softplus()
      }
      let one = Ball(1, precision: precision)
      let upper = pushes.map { one + $0 / Ball(early, precision: precision) }
      return Measurement(
        pushes.dropFirst().map { .init("gap", gap($0, pushes[0])) }
          + upper.map { .init("m/t", .between(one, $0)) }, isRigorous: true)
    }
    return Instance(
      name, along: solution.integrated, conditions: { law.conditions },
      observed: {
        let measured = try solution.measure("margin") {
          let outputs = try model.outputs($0, inputs: $0[0].graph.constant(problem.data.inputs))
          return try outputs.graph.constant(labels) * outputs
        }
        let margins = measured.entries.compactMap(\.ball)
        let (first, last) = (margins.prefix(count), Array(margins.suffix(count)))
        return Measurement(
          last.dropFirst().map { .init("gap", $0 - last[0]) }
            + first.map { .init("m/t", $0 / Ball(early, precision: precision)) }, from: [measured])
      },
      predicted: {
        // A margin is t + softplus(m(0)) + log(1 - s e^-t), the last within 2e^-t; the bounds hold for t ≥ -m(0).
        let remainder = Rational(4) * Ball.exp(Ball(-time, precision: precision))
        return try statement { (factor * $0 - $1).addingError(remainder) }
      },
      controls: [
        .init("the gaps vanish") { try statement { _, _ in Ball(0, precision: precision) } },
        .init("the gaps stay as they are at the start") {
          let starts = try model.startingOutputs(
            problem.initial, at: problem.data.inputs, precision: precision
          ) {
            try $0.graph.constant(labels) * $0
          }
          return try Measurement(
            starts.dropFirst().map { .init("gap", $0 - starts[0]) }
              + statement { $1 - $0 }.entries.suffix(count),
            isRigorous: true)
        },
      ])
  }

  /// Margins at the start that differ, so that the gaps are not zero.
  private static func problem(
    _ model: any Model, count: Int, at time: Rational, _ random: inout RandomInstances
  ) throws -> Problem {
    while true {
      let problem = try Problem(
        model: model,
        data: Dataset(
          inputs: random.fullRankMatrix(count, model.inputCount),
          targets: random.targets(.bernoulli, count: count)),
        likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: random.parameters(model),
        times: [early, time])
      let weights = model.exactEndToEndMatrix(problem.initial).transposed()
      let labels = problem.data.targets.elements.map { ($0 ?? 0) * 2 - 1 }
      let margins = zip((problem.data.inputs * weights).elements, labels).map { $0 * $1 }
      if Set(margins).count == count { return problem }
    }
  }
}
