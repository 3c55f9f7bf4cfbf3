import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// Instances of flows of one number β with target 1 that end where the Jacobian vanishes.
enum StopInstances {
  /// One input x = 1, squared loss, target 1.
  static func problem(_ model: any Model, _ start: [Rational], times: [Rational]) throws -> Problem {
    try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(column: [1])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: start.map { Matrix(rows: [[$0]]) },
      times: times)
  }

  private static func startingValue(_ problem: Problem) -> Rational {
    problem.model.exactEndToEndMatrix(problem.initial)[0, 0]
  }

  /// log(1 - β(0)).
  private static func end(_ problem: Problem, _ settings: CheckSettings) -> Ball {
    let one = settings.constant("t1-stop: 1 in log(1 - β(0))", 1)
    return .log(Ball(one - startingValue(problem), precision: settings.precision))
  }

  /// The end itself, in the clock s with dt = -β ds, in which β → 0 as e^-s: t* - t = log(1 - β) ≤ -β.
  static func end(
    _ name: String, _ model: any Model, degree: Int, _ start: [Rational], _ settings: CheckSettings
  ) throws -> Instance {
    let problem = try problem(model, start, times: [0])
    let last = Rational(settings.workingDigits * 5 / 2)
    let slowed = IntegratedTrajectory(
      from: problem.initial + [Matrix(rows: [[1]]), Matrix(rows: [[0]])], at: [last], settings
    ) { try fieldTowardsEnd(model, degree: degree) }
    return Instance(
      name, along: slowed, conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        let remainder = try slowed.measure("-β") {
          try -($0[$0.count - 2] * model.outputs(Array($0.dropLast(2)), inputs: $0[0].graph.constant(1)))
        }
        return try slowed.measure("t*") { $0[$0.count - 1] }
          .map { $1.addingError(remainder.entries[$0].ball?.magnitude ?? .everything(precision: 64)) }
      },
      predicted: { Measurement([.init("t*", end(problem, settings))], isRigorous: true) },
      controls: [
        .init("the on-sample law goes on, here to t = 1") {
          Measurement([.init("t*", Ball(1, precision: settings.precision))], isRigorous: true)
        }
      ])
  }

  /// The flow in the clock s, for β homogeneous of degree L in the parameters: with θ = e^(-s/L) φ, w = e^-s and the
  /// value b and gradient J of β at φ, so that β = w b,
  ///
  ///     φ' = φ/L - b (1 - w b) Jᵀ/|J|²,    w' = -w,    t' = -w b,
  ///
  /// where nothing grows or shrinks but w.
  private static func fieldTowardsEnd(_ model: any Model, degree: Int) throws -> VectorField {
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let w = graph.variable(.scalar, name: "w")
    let t = graph.variable(.scalar, name: "t")
    let input = graph.constant(1)
    let value = try model.outputs(parameters, inputs: input)
    let square = try model.kernel(parameters, (input, [0]), (input, [0]))
    let coefficient = try value * (1 - w * value) / square
    let steps = try graph.pullback([(value, coefficient)], to: parameters)
    let velocity = try zip(parameters, steps).map { try Rational(1, degree) * $0 - $1 }
    return try VectorField(
      graph: graph, state: parameters + [w, t], velocity: velocity + [-w, -(w * value)])
  }

  /// An integration that is asked to go on to t = 1 stops at the end: a second opinion on what the other clock proves.
  static func stopping(
    _ name: String, _ model: any Model, _ start: [Rational], _ settings: CheckSettings,
    by integrator: Solution.Integrator
  ) throws -> Instance {
    let problem = try problem(model, start, times: [1])
    return Instance(
      "\(name) stops, by \(integrator)",
      observed: {
        switch integrator {
        case .taylor:
          try StoppingTime.measure(settings, from: problem.initial, at: problem.times) {
            try problem.vectorField()
          }
        case .collocation:
          try StoppingTime.measure(settings) {
            try problem.integrateByCollocation(digits: $0, budget: $1)
          }
        }
      },
      predicted: { StoppingTime.bounds(end(problem, settings)) },
      controls: [.init("it goes on to t = 1") { StoppingTime.later(than: 1) }], isSecondOpinion: true)
  }

  /// The speed |θ'| of L balanced factors ±1: with d = t* - t it is e^d (e^d - 1)^-(1 - 1/L) / √L, from
  /// |β| = e^d - 1 and |β'| = √L |β|^(1 - 1/L) |θ'|.
  static func speed(depth: Int, _ settings: CheckSettings) throws -> Instance {
    let model = try DeepLinearModel(widths: [Int](repeating: 1, count: depth + 1))
    let start = [Rational](repeating: 1, count: depth - 1) + [-1]
    let times = [
      0, Rational(1, 2), Rational(693_147, 1_000_000), Rational(6_931_471_805, 10_000_000_000),
    ]
    let problem = try problem(model, start, times: times)
    let solution = Solution(problem, settings.withMoreDigits(8))
    let precision = settings.precision
    let share = settings.constant("t1-stop: 1/\(depth) of the exponent", Rational(1, depth))
    let factors = settings.constant("t1-stop: \(depth) factors", Rational(depth))
    let power = 1 - Rational(1, depth)
    /// |θ'| d^(1 - 1/L): bounded, so that digits mean the same near the end.
    @Sendable func speeds(exponent: Rational) -> Measurement {
      let end = Ball.log(Ball(2, precision: precision))
      return Measurement.series("|θ'| (t* - t)^(1 - 1/L)", at: times) { time in
        let distance = end - Ball(time, precision: precision)
        let speed =
          Ball.exp(distance)
          / (.sqrt(Ball(factors, precision: precision)) * .pow(.expMinusOne(distance), exponent))
        return [speed * .pow(distance, power)]
      }
    }
    return Instance(
      "the speed of \(depth) balanced factors near the end", along: solution.integrated,
      conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        let end = Ball.log(Ball(2, precision: precision))
        return try solution.measureFlow("|θ'| (t* - t)^(1 - 1/L)") { flow in
          try Node.stacked(flow.velocity).power(2).sum().sqrt()
        }.map { $1 * .pow(end - Ball(times[$0], precision: precision), power) }
      },
      predicted: { speeds(exponent: 1 - share) },
      controls: [
        .init("the exponent is that of \(depth + 1) factors") { speeds(exponent: 1 - Rational(1, depth + 1)) }
      ])
  }
}
