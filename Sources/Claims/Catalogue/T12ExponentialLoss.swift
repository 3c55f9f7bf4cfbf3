import ComputationGraph
import Learning
import Multiprecision

/// T12: exponential loss in its own metric.
extension Claim {
  static let t12ExponentialLoss = Claim(
    id: "t12-exponential-loss", title: "Exponential loss: margins grow as t; with N > d a linear programme",
    statement:
      "With ℓ = e^-m and the metric ℓ'' margins are m(0) + t if the Jacobian has full row rank. In the linear model "
      + "with inputs that span, ∇L decays as e^-t and β(t) = t b* + c + o(1), b* = argmin g·b subject to Zb ≥ 1 with "
      + "g = Σ e^-m_n(0) z_n (not the logistic Σ s_n(0) z_n), z_n·c = -log α_n on the active set with its dual α.",
    hypotheses: [
      "exponential loss, the metric is ℓ''", "full row rank, or inputs that span and are strictly separable",
      "d active constraints with a positive dual",
    ], section: "T12", theorem: nil,
    range: .init(
      claimed:
        "any model of full row rank; the linear model with N > d, any separable data; any t, and the limit",
      tested:
        "linear N = 2, d = 3 by both integrators (deep models: t1-any-link); N = 5, d = 2; three data sets of N = 3 or 4, d = 2 "
        + "at which the logistic and the maximum-margin direction differ, in the clock e^-t to its end")
  ) { settings in
    [
      try margins(settings, by: .taylor), try margins(settings, by: .collocation), try gradientLaw(settings),
      try limit(
        "Z = [[0, 1], [-2, 4], [1, 2]] from (-1, -1/2)", [[0, 1], [-2, 4], [1, 2]],
        start: [-1, Rational(-1, 2)],
        active: [0, 2], logistic: [0, 1], settings),
      try limit(
        "Z = [[1, 2], [3, 2], [1, 4]] from (0, -1/2)", [[1, 2], [3, 2], [1, 4]], start: [0, Rational(-1, 2)],
        active: [0, 2], logistic: [0, 1], settings),
      try limit(
        "Z = [[0, -1], [-1, -3], [1, -3], [-2, -2]] from (-1/2, 0)",
        [[0, -1], [-1, -3], [1, -3], [-2, -2]],
        start: [Rational(-1, 2), 0], active: [0, 2], logistic: [0, 3], settings),
    ]
  }

  private static func linear(
    _ inputs: Matrix<Rational>, labels: [Rational], start: [Rational], times: [Rational]
  ) throws -> SampleLossFlow {
    try SampleLossFlow(
      model: DeepLinearModel(widths: [inputs.columns, 1]), inputs: inputs,
      loss: ExponentialLoss(labels: labels),
      initial: [Matrix(rows: [start])], times: times)
  }

  /// N ≤ d: m(0) + t.
  private static func margins(
    _ settings: CheckSettings, by integrator: Solution.Integrator
  ) throws -> Instance {
    var random = RandomInstances(settings, stream: 12_300)
    let labels: [Rational] = [1, -1]
    let flow = try linear(
      random.fullRankMatrix(2, 3), labels: labels, start: random.matrix(1, 3).elements,
      times: [0, Rational(1, 2), 1])
    let trajectory = SampleLossInstances.trajectory(flow, settings, by: integrator)
    let speed = settings.constant("t12-exponential-loss: 1 in m(0) + t", 1)
    let starts = (flow.inputs * flow.initial[0].transposed()).elements
    @Sendable func grown(_ margin: (Ball, Rational) -> Ball) -> Measurement {
      Measurement.series("outputs", at: flow.times) { time in
        zip(starts, labels).map { $1 * margin(Ball($1 * $0, precision: settings.precision), time) }
      }
    }
    return Instance(
      "N = 2, d = 3, by \(integrator)", along: trajectory, conditions: { [try flow.rankCondition()] },
      observed: { try SampleLossInstances.measure("outputs", trajectory, flow) },
      predicted: { grown { $0 + speed * $1 } },
      controls: [
        .init("margins grow as log(1 + t), as under gradient flow") {
          grown { $0 + .log(onePlus: Ball($1, precision: settings.precision)) }
        }
      ])
  }

  /// N > d: Σ e^-m_n z_n decays.
  private static func gradientLaw(_ settings: CheckSettings) throws -> Instance {
    var random = RandomInstances(settings, stream: 12_301)
    let labels: [Rational] = [1, -1, 1, 1, -1]
    let inputs = random.fullRankMatrix(5, 2)
    let flow = try linear(
      inputs, labels: labels, start: random.matrix(1, 2).elements, times: [0, Rational(1, 2), 2])
    let trajectory = SampleLossInstances.trajectory(flow, settings)
    let rate = settings.constant("t12-exponential-loss: 1 in e^-t", 1)
    @Sendable func gradient(_ outputs: Node) throws -> Node {
      try outputs.graph.constant(inputs.transposed()).times(flow.loss.gradient(outputs))
    }
    @Sendable func decayed(_ function: (Node) throws -> Node) throws -> Measurement {
      let start = try flow.model.startingOutputs(
        flow.initial, at: inputs, precision: settings.precision, function)
      return Measurement.series("∇L", at: flow.times) {
        Relaxation.values(start, to: start.map { _ in 0 }, rates: start.map { _ in rate }, at: $0)
      }
    }
    return Instance(
      "N = 5, d = 2: ∇L decays",
      observed: { try SampleLossInstances.measure("∇L", trajectory, flow, gradient) },
      predicted: { try decayed(gradient) },
      controls: [
        .init("every sample's loss decays, as for N ≤ d") {
          try SampleLossInstances.measure("ℓ'", trajectory, flow) { try flow.loss.gradient($0) }
        } predicted: {
          try decayed { try flow.loss.gradient($0) }
        }
      ])
  }

  /// β at w = e^-t = 1/64, by the flow itself and as γ + t b*; and lim β - t b* = γ at w = 0, against c.
  private static func limit(
    _ name: String, _ rows: [[Rational]], start: [Rational], active: [Int], logistic: [Int],
    _ settings: CheckSettings
  ) throws -> Instance {
    let margins = Matrix(rows: rows)
    let precision = settings.precision
    let starts = (margins * Matrix(column: start)).elements.map { Ball($0, precision: precision) }
    let one = settings.constant("t12-exponential-loss: 1 in e^-m(0)", 1)
    let vertex = try VertexLimit(margins, active: active, weights: starts.map { .exp(-(one * $0)) })
    let other = try VertexLimit(margins, active: logistic, weights: starts.map { .logistic(-$0) })
    let flow = try linear(margins, labels: rows.map { _ in 1 }, start: start, times: [0])
    let late = Rational(63, 64)
    let clock = Matrix<Rational>(rows: [[1]])
    let direct = IntegratedTrajectory(from: flow.initial + [clock], at: [late], settings) {
      let field = try flow.vectorField()
      let w = field.graph.variable(.scalar, name: "w")
      return try VectorField(
        graph: field.graph, state: field.state + [w],
        velocity: field.velocity.map { try $0 / w } + [field.graph.constant(-1)])
    }
    let frame = IntegratedTrajectory(from: [Matrix(column: start), clock], at: [late, 1], settings) {
      try vertex.fieldAtInfinity()
    }
    @Sendable func gamma() throws -> Measurement { try frame.measure("γ") { $0[0] } }
    /// γ + t b at w = 1/64, then an offset.
    @Sendable func statement(_ direction: [Rational], offset: [Ball]) throws -> Measurement {
      let time = Ball.log(Ball(64, precision: precision))
      let path = try gamma()
      let weights = zip(path.grouped(by: rows[0].count)[0], direction).map { $0 + $1 * time }
      return Measurement(weights.map { .init("β", $0) } + offset.map { .init("c", $0) }, from: [path])
    }
    return Instance(
      name, conditions: { vertex.conditions },
      observed: {
        let weights = try direct.measure("β") { try $0[0].transposed() }
        let path = try gamma()
        let end = path.grouped(by: rows[0].count)[1]
        return Measurement(weights.entries + end.map { .init("c", $0) }, from: [weights, path])
      },
      predicted: { try statement(vertex.solution, offset: vertex.offset) },
      controls: [
        .init("the direction is the logistic loss's, of g = Σ s_n(0) z_n") {
          try statement(other.solution, offset: vertex.offset)
        },
        .init("there is no offset") {
          try statement(vertex.solution, offset: vertex.offset.map { 0 * $0 })
        },
      ])
  }
}
