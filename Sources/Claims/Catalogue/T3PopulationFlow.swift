import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// T3: the flow under the logistic Fisher matrix of a Gaussian population: the direction freezes.
extension Claim {
  static let t3PopulationFlow = Claim(
    id: "t3-population-flow",
    title: "Gaussian population, logistic, N < d: the direction freezes where the history left it",
    statement:
      "Under the Fisher matrix of a standard normal population β̂ converges: once all margins of β̂ are γ > 0, it moves "
      + "by at most δ = (π²/3ρ²)(R/γ)/(1 - π²/6ρ²) more, R = max‖z_n‖, if Rδ ≤ γ/2. The limit is neither the maximum-margin "
      + "direction nor X⁺y, and depends on the start. A deep linear network moves β on the same path, on which T1's "
      + "law fails.",
    hypotheses: [
      "separable data, N < d; x ~ N(0, 1) as Fisher measure", "∂β/∂θ has full row rank along the path",
    ],
    section: "T3", theorem: nil,
    range: .init(
      claimed: "any separable data, any start from which a γ > 0 is reached",
      tested:
        "Z = (4, 1, 0), (1, 1, 0), three starts, ρ up to 50; depth 2 to t = 1; at 20 digits whatever is asked for; "
        + "one start by two methods")
  ) { settings in
    let starts: [[Rational]] = [[1, 0, Rational(1, 2)], [0, 1, 1], [0, Rational(1, 5), -1]]
    let paths = starts.map(FrozenPath.init)
    return zip(starts, paths).map { freezes($0, $1) }
      + [history(paths[0], paths[1]), history(paths[1], paths[2]), twoMethods(paths[0], starts[0], settings)]
      + [try deepNetwork()]
  }

  /// The direction's distance from another, and what it can still move by.
  private static func freezes(_ start: [Rational], _ path: FrozenPath) -> Instance {
    let directions: [(String, [Rational])] = [
      ("the maximum-margin direction", [1, 1, 0]), ("X⁺y", [0, 1, 0]),
    ]
    /// What is said of: δ's condition, the distance moved until later, the distances from the two directions.
    @Sendable func predicted(_ distance: (Int, Ball) -> Measurement.Bounds) throws -> Measurement {
      let reach = try path.reach(at: 1)
      return Measurement(
        [
          .init("2Rδ/γ", .atMost(Ball(1, precision: reach.precision))),
          .init("moved until later", .atMost(reach)),
        ] + directions.indices.map { .init("distance from \(directions[$0].0)", distance($0, reach)) },
        isRigorous: false)
    }
    return Instance(
      "from (\(start.map(\.description).joined(separator: ", ")))",
      observed: {
        let (early, late) = (try path.direction(at: 1), try path.direction(at: 2))
        return Measurement(
          [
            .init("2Rδ/γ", try path.condition(at: 1)),
            .init("moved until later", (late - early).norm),
          ]
            + directions.map { name, direction in
              let unit = BallVector(direction, precision: early.entries[0].precision).unit
              return .init("distance from \(name)", (early - unit).norm)
            }, isRigorous: false)
      },
      predicted: { try predicted { _, reach in .atLeast(reach) } },
      controls: directions.indices.map { index in
        .init("it tends to \(directions[index].0)") {
          try predicted { $0 == index ? .atMost($1) : .atLeast($1) }
        }
      })
  }

  /// Two starts end apart: their directions are farther from each other than both can still move.
  private static func history(_ first: FrozenPath, _ second: FrozenPath) -> Instance {
    let name = "distance of two directions"
    @Sendable func predicted(_ bounds: (Ball) -> Measurement.Bounds) throws -> Measurement {
      let reach = try first.reach(at: 2) + second.reach(at: 2)
      return Measurement([.init(name, bounds(reach))], isRigorous: false)
    }
    return Instance(
      "\(first.name) and \(second.name)",
      observed: {
        let difference = try first.direction(at: 2) - second.direction(at: 2)
        return Measurement([.init(name, difference.norm)], isRigorous: false)
      },
      predicted: { try predicted { .atLeast($0) } },
      controls: [.init("the limit does not depend on the start") { try predicted { .atMost($0) } }])
  }

  /// The Taylor integration with a and c by one integral, against collocation with the other, to 8 digits.
  private static func twoMethods(
    _ path: FrozenPath, _ start: [Rational], _ settings: CheckSettings
  ) -> Instance {
    let time: Rational = 2
    @Sendable func collocated(isotropic: Bool) throws -> Measurement {
      let flow = GaussianPopulationFlow(margins: FrozenPath.margins, norms: 1...6, digits: 10)
      let budget = IntegrationBudget(seconds: settings.secondsPerEstimate)
      let trajectory = try CollocationIntegrator(digits: 10, budget: budget).integrate(
        { flow.directVelocity($0, isotropic: isotropic) },
        from: start.map { BigFloat($0, precision: 128) }, at: [time])
      let taylor = try path.short.samples()[0].state[0].elements
      let other = trajectory.samples[0].balls(precision: 128)[0].elements
      return Measurement(
        zip(taylor, other).enumerated().map { .init("difference of β[\($0)]", $1.0 - $1.1) },
        isRigorous: false)
    }
    let tolerance = Ball(Rational(1, 100_000_000), precision: 128)
    @Sendable func predicted() -> Measurement {
      Measurement(
        (0..<3).map { .init("difference of β[\($0)]", .between(-tolerance, tolerance)) }, isRigorous: false)
    }
    return Instance(
      "two methods, \(path.name)", observed: { try collocated(isotropic: false) }, predicted: { predicted() },
      controls: [
        .init("M is a multiple of the identity") {
          try collocated(isotropic: true)
        } predicted: {
          predicted()
        }
      ])
  }

  /// A network of two layers against the linear model, with different code for M⁻¹, to 18 digits.
  private static func deepNetwork() throws -> Instance {
    let times: [Rational] = [Rational(1, 4), 1]
    let settings = CheckSettings(digits: 20, rigour: .estimated)
    let layers: [Matrix<Rational>] = [
      Matrix(rows: [[1, 0, Rational(1, 2)], [Rational(1, 2), 1, Rational(-1, 2)]]),
      Matrix(rows: [[1, Rational(-1, 2)]]),
    ]
    let model = try DeepLinearModel(widths: [3, 2, 1])
    let start = model.exactEndToEndMatrix(layers)
    let flow = GaussianPopulationFlow(margins: FrozenPath.margins, norms: 1...4, digits: 26)
    let deep = IntegratedTrajectory(from: layers, at: times, settings) { try flow.deep(widths: [3, 2, 1]) }
    let linear = IntegratedTrajectory(from: [start.transposed()], at: times, settings) { try flow.linear() }
    let data = try Dataset(
      inputs: FrozenPath.margins, targets: Matrix(rows: 2, columns: 1, repeating: 1))
    func training(_ model: DeepLinearModel, _ initial: [Matrix<Rational>]) throws -> Problem {
      try Problem(
        model: model, data: data, likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs),
        initial: initial, times: times)
    }
    let onSample = try training(model, layers)
    let seen = Solution(onSample, settings)
    let seenLinear = Solution(try training(DeepLinearModel(widths: [3, 1]), [start]), settings)
    let law = try onSample.law(OnSampleLaw.self)
    @Sendable func difference(_ first: Measurement, _ second: Measurement) -> Measurement {
      first.map { index, ball in second.entries[index].ball.map { ball - $0 } }
    }
    @Sendable func endToEnd() throws -> Measurement {
      try deep.measure("difference of β") { try $0[1].times($0[0]) }
    }
    let tolerance = Ball((try Rational(10).power(-18)), precision: 128)
    @Sendable func predicted() -> Measurement {
      Measurement(
        (0..<6).map { _ in .init("difference of β", .between(-tolerance, tolerance)) }, isRigorous: false)
    }
    return Instance(
      "deep linear 3-2-1 against the linear model",
      conditions: {
        [
          try onSample.with(flow: .naturalGradient(.inputs(.identity(3), weights: [1, 1, 1])))
            .invarianceConditions()[1]
        ]
      },
      observed: { difference(try endToEnd(), try linear.measure("β") { try $0[0].transposed() }) },
      predicted: { predicted() },
      controls: [
        .init("so it is under the training inputs, N < d") {
          difference(try seen.measure(.endToEnd), try seenLinear.measure(.endToEnd))
        } predicted: {
          predicted()
        },
        .init("the outputs follow T1's law") {
          try deep.measure("outputs") { weights in
            let beta = try weights[1].times(weights[0])
            return try beta.graph.constant(FrozenPath.margins).times(beta.transposed())
          }
        } predicted: {
          try law.measure(.outputs, at: times, precision: settings.precision)
        },
      ])
  }
}
