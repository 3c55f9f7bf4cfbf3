import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// T1: as many parameters as samples, or more, do not keep the Jacobian's rank.
extension Claim {
  static let t1RankWall = Claim(
    id: "t1-rank-wall", title: "P ≥ N does not keep the rank: the wall det J = 0 ends the flow",
    statement:
      "For f = φ(w·x) with φ(z) = z³ - 3z and inputs of full row rank, det J Jᵀ vanishes where a w·x_n is ±1; from "
      + "w·x_1 = 3 with target -3 every flow meets that wall at t = log 21 and ends, although the target is in reach "
      + "of φ.",
    hypotheses: ["squared loss", "w·x_1 = 3, y_1 = -3; w·x_2 = 5/2, y_2 = 3"], section: "T1", theorem: nil,
    range: .init(
      claimed: "any P ≥ N and inputs of full row rank with these w·x_n; up to the end",
      tested:
        "N = 2 with P = 2 and P = 5; t to the end, the end itself in another clock; one path by collocation")
  ) { settings in
    let square = Matrix<Rational>(rows: [[1, 1], [1, -2]])
    let wide = Matrix<Rational>(rows: [[1, 1, 0, 2, -1], [1, -2, 1, 0, Rational(1, 2)]])
    return [
      try path("P = N = 2: the law before the end", square, settings),
      try path("P = 5, N = 2: the law before the end", wide, settings),
      try pathByCollocation("P = N = 2, by collocation", square, settings),
      try end("P = N = 2: the end", square, settings),
      try end("P = 5, N = 2: the end", wide, settings),
      try stops("P = N = 2: the integration stops", square, settings),
      try stops("P = 5, N = 2: the integration stops", wide, settings),
    ]
  }

  private static let targets: [Rational] = [-3, 3]
  /// φ(3) = 18 and φ(5/2) = 65/8.
  private static let startingOutputs: [Rational] = [18, Rational(65, 8)]

  /// The w in the span of the inputs with w·x = (3, 5/2).
  private static func start(_ inputs: Matrix<Rational>) -> Matrix<Rational> {
    inputs.moorePenroseInverse() * Matrix(column: [3, Rational(5, 2)])
  }

  private static func flow(_ inputs: Matrix<Rational>, at times: [Rational]) throws -> SampleLossFlow {
    let ones: [Rational] = [1, 1]
    return try SampleLossFlow(
      model: PolynomialNeuron(inputCount: inputs.columns), inputs: inputs,
      loss: WeightedLoss(.gaussian, targets: targets, weights: (ones, ones)), initial: [start(inputs)],
      times: times)
  }

  private static let pathTimes: [Rational] = [0, 1, 3]

  private static func law(_ settings: CheckSettings, rates: [Rational]) -> Measurement {
    Measurement.series("outputs", at: pathTimes) {
      Relaxation.values(
        startingOutputs.map { Ball($0, precision: settings.precision) }, to: targets, rates: rates, at: $0)
    }
  }

  private static func controls(_ settings: CheckSettings) -> [Instance.Control] {
    // The first sample is slowed down where its φ' is small, if the wall could be approached for ever.
    [
      .init("the sample that meets the wall moves at half the rate") {
        law(settings, rates: [Rational(1, 2), 1])
      }
    ]
  }

  private static func path(
    _ name: String, _ inputs: Matrix<Rational>, _ settings: CheckSettings
  ) throws -> Instance {
    let flow = try flow(inputs, at: pathTimes)
    let trajectory = SampleLossInstances.trajectory(flow, settings)
    let rate = settings.constant("t1-rank-wall: 1 in e^-t", 1)
    return Instance(
      name, along: trajectory, conditions: { [try flow.rankCondition()] },
      observed: { try SampleLossInstances.measure("outputs", trajectory, flow) },
      predicted: { law(settings, rates: [rate, rate]) }, controls: controls(settings))
  }

  /// w' = -J⁻¹(f - y), coded directly.
  private static func pathByCollocation(
    _ name: String, _ inputs: Matrix<Rational>, _ settings: CheckSettings
  ) throws -> Instance {
    let flow = try flow(inputs, at: pathTimes)
    let trajectory = IntegratedTrajectory(secondOpinion: settings) { digits, budget in
      let bits = 4 * Precision.bits(forDigits: digits) + 1_024
      return try CollocationIntegrator(digits: digits, budget: budget).integrate(
        { state in
          let precision = state.first?.precision ?? bits
          let x = Matrix<BigFloat>(inputs, precision: precision)
          let (one, three) = (BigFloat(1, precision: precision), BigFloat(3, precision: precision))
          let z = x * Matrix(column: state)
          let steps = zip(z.elements, targets).map { z, target in
            let output = z * (z * z - three)
            return (BigFloat(target, precision: precision) - output) / (three * (z * z - one))
          }
          return try BigFloat.solve(x, Matrix(column: steps)).elements
        }, from: flow.initial[0].elements.map { BigFloat($0, precision: bits) }, at: pathTimes)
    }
    return Instance(
      name, along: trajectory, conditions: { [try flow.rankCondition()] },
      observed: { try SampleLossInstances.measure("outputs", trajectory, flow) },
      predicted: { law(settings, rates: [1, 1]) }, controls: controls(settings))
  }

  /// The end in the clock s = 3 - w·x_1, in which dt = φ'(z_1)/(f_1 - y_1) ds: the wall is at s = 2. There t is
  /// log 21, the first output φ(1), the second what the law says, and φ' is 0.
  private static func end(
    _ name: String, _ inputs: Matrix<Rational>, _ settings: CheckSettings
  ) throws -> Instance {
    let inverse = inputs.moorePenroseInverse()
    let trajectory = IntegratedTrajectory(
      from: [start(inputs), Matrix(rows: [[0]])], at: [2], settings
    ) {
      let graph = Graph()
      let w = graph.variable(Shape(inputs.columns, 1), name: "w")
      let t = graph.variable(.scalar, name: "t")
      let z = try graph.constant(inputs).times(w)
      let force = try z.power(3) - 3 * z - graph.constant(Matrix(column: targets))
      let slope = try PolynomialNeuron.slope(z)
      let clock = try slope.select(rows: [0]) / force.select(rows: [0])
      let second = try -(force.select(rows: [1]) / slope.select(rows: [1]) * clock)
      let moves = try Node.stacked([graph.constant(-1), second])
      return try VectorField(
        graph: graph, state: [w, t], velocity: [graph.constant(inverse).times(moves), clock])
    }
    let factor = settings.constant("t1-rank-wall: 21 = 18 + 3", 21)
    let wall = settings.constant("t1-rank-wall: φ(1) = -2", -2)
    @Sendable func state(_ time: Ball, _ first: Rational, left: Rational) -> Measurement {
      let values =
        [time] + [first, 3 + left * (Rational(65, 8) - 3), 0].map { Ball($0, precision: settings.precision) }
      return Measurement(values.map { .init("t, outputs, φ'", $0) }, isRigorous: true)
    }
    return Instance(
      name,
      observed: {
        try trajectory.measure("t, outputs, φ'") {
          let z = try $0[0].graph.constant(inputs).times($0[0])
          return try Node.stacked([$0[1], z.power(3) - 3 * z, PolynomialNeuron.slope(z.select(rows: [0]))])
        }
      },
      predicted: { state(.log(Ball(factor, precision: settings.precision)), wall, left: 1 / factor) },
      controls: [
        .init("the flow ends where the first output changes its sign") {
          state(.log(Ball(7, precision: settings.precision)), 0, left: Rational(1, 7))
        }
      ])
  }

  /// Where an integration of w' = -Jᵀ (J Jᵀ)⁻¹ (f - y), coded directly, stops: a second opinion on what the other clock
  /// proves.
  private static func stops(
    _ name: String, _ inputs: Matrix<Rational>, _ settings: CheckSettings
  ) throws -> Instance {
    let start = start(inputs)
    return Instance(
      name,
      observed: {
        try StoppingTime.measure(settings, from: [start], at: [4]) { try fieldBySlopes(inputs) }
      },
      predicted: { StoppingTime.bounds(.log(Ball(21, precision: settings.precision))) },
      controls: [.init("P ≥ N parameters carry it to t = 4") { StoppingTime.later(than: 4) }],
      isSecondOpinion: true)
  }

  private static func fieldBySlopes(_ inputs: Matrix<Rational>) throws -> VectorField {
    let graph = Graph()
    let w = graph.variable(Shape(inputs.columns, 1), name: "w")
    let x = graph.constant(inputs)
    let z = try x.times(w)
    let jacobian = try PolynomialNeuron.slope(z).broadcast(to: x.shape) * x
    let force = try z.power(3) - 3 * z - graph.constant(Matrix(column: targets))
    let steps = try jacobian.times(jacobian.transposed()).solving(force)
    return try VectorField(graph: graph, state: [w], velocity: [-jacobian.transposed().times(steps)])
  }
}
