import ComputationGraph
import Learning
import Multiprecision

/// T1: where conserved quantities end the flow.
extension Claim {
  static let t1Stop = Claim(
    id: "t1-stop", title: "A flow that must stop: conserved quantities lead it to a Jacobian of zeros",
    statement:
      "β = u v from u = 1, v = -1 with target 1 moves by u = (2 e^-t - 1)^(1/2) = -v and ends at log 2; β = u³ - v³ "
      + "with u(0) < 0 < v(0) keeps 1/u + 1/v and ends at log(1 - β(0)); with L balanced factors |θ'| grows as "
      + "(t* - t)^-(1 - 1/L). From u = 2, v = -1/2 the flow passes β = 0.",
    hypotheses: ["one input x = 1, squared loss, target 1", "β(0) < 0"],
    section: "T1", theorem: nil,
    range: .init(
      claimed: "balanced factors of any depth L, u^L - v^L with odd L and u(0) < 0 < v(0); up to the end t*",
      tested:
        "products of depth 2, 3, 4; u³ - v³, symmetric and not; t to within 6e-11 of the end, the end itself in "
        + "another clock; both integrators")
  ) { settings in
    var instances = [try balancedPath(settings)]
    for integrator in [Solution.Integrator.taylor, .collocation] {
      instances.append(try conservedByCubes(settings, by: integrator))
    }

    let flows: [(String, any Model, Int, [Rational])] = [
      ("u v from (1, -1)", try DeepLinearModel(widths: [1, 1, 1]), 2, [1, -1]),
      ("u v w from (1, 1, -1)", try DeepLinearModel(widths: [1, 1, 1, 1]), 3, [1, 1, -1]),
      (
        "u³ - v³ from (-1/2, 1/2)", try DiagonalModel(inputCount: 1, form: .difference, depth: 3), 3,
        [Rational(-1, 2), Rational(1, 2)]
      ),
      (
        "u³ - v³ from (-1, 1/2)", try DiagonalModel(inputCount: 1, form: .difference, depth: 3), 3,
        [-1, Rational(1, 2)]
      ),
    ]
    for (name, model, degree, start) in flows {
      instances.append(try StopInstances.end("the end of \(name)", model, degree: degree, start, settings))
      for integrator in [Solution.Integrator.taylor, .collocation] {
        instances.append(try StopInstances.stopping(name, model, start, settings, by: integrator))
      }
    }
    for depth in 2...4 { instances.append(try StopInstances.speed(depth: depth, settings)) }
    instances.append(try passing(settings, by: .taylor))
    instances.append(try passing(settings, by: .collocation))
    return instances
  }

  /// u = √(2e^-t - 1) = -v.
  private static func balancedPath(_ settings: CheckSettings) throws -> Instance {
    let problem = try StopInstances.problem(
      DeepLinearModel(widths: [1, 1, 1]), [1, -1], times: [0, Rational(1, 4), Rational(69, 100)])
    let solution = Solution(problem, settings)
    let two = settings.constant("t1-stop: 2 in 2e^-t - 1", 2)
    let sign = settings.constant("t1-stop: v = -u", -1)
    @Sendable func path(_ u: (Ball) -> Ball) -> Measurement {
      Measurement.series("u and v", at: problem.times) { time in
        let value = u(.exp(Ball(-time, precision: settings.precision)))
        return [value, sign * value]
      }
    }
    return Instance(
      "the path of u v from (1, -1)", observed: { try solution.measure("u and v") { try Node.stacked($0) } },
      predicted: { path { .sqrt(two * $0 - 1) } },
      controls: [.init("the factors move as their product does") { path { 2 * $0 - 1 } }])
  }

  /// 1/u + 1/v is conserved, and the law holds up to the end.
  private static func conservedByCubes(
    _ settings: CheckSettings, by integrator: Solution.Integrator
  ) throws -> Instance {
    let model = try DiagonalModel(inputCount: 1, form: .difference, depth: 3)
    let problem = try StopInstances.problem(
      model, [-1, Rational(1, 2)], times: [0, Rational(1, 4), Rational(3, 4)])
    let solution = Solution(problem, settings, by: integrator)
    let quantity = settings.constant("t1-stop: 1 = 1/u + 1/v", 1)
    let factor = settings.constant("t1-stop: 17/8 = 1 - β(0)", Rational(17, 8))
    return Instance(
      "u³ - v³ from (-1, 1/2): 1/u + 1/v = 1, by \(integrator)", along: solution.integrated,
      conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: {
        try solution.measure("1/u + 1/v, β") {
          try Node.stacked([$0[0].reciprocal() + $0[1].reciprocal(), $0[0].power(3) - $0[1].power(3)])
        }
      },
      predicted: {
        Measurement.series("1/u + 1/v, β", at: problem.times) { time in
          let decay = Ball.exp(Ball(-time, precision: settings.precision))
          return [Ball(quantity, precision: settings.precision), 1 - factor * decay]
        }
      },
      controls: [
        .init("u² - v² is conserved, as for u v") {
          try solution.measure("u² - v²") { try $0[0].power(2) - $0[1].power(2) }
        } predicted: {
          Measurement.series("u² - v²", at: problem.times) { _ in
            [Ball(Rational(3, 4), precision: settings.precision)]
          }
        }
      ])
  }

  /// From (2, -1/2): u² - v² = 15/4 is conserved, and β goes on through 0.
  private static func passing(_ settings: CheckSettings, by integrator: Solution.Integrator) throws
    -> Instance
  {
    let problem = try StopInstances.problem(
      DeepLinearModel(widths: [1, 1, 1]), [2, Rational(-1, 2)], times: [0, Rational(1, 2), 1, 2])
    let solution = Solution(problem, settings, by: integrator)
    let invariant = settings.constant("t1-stop: 15/4 = u² - v²", Rational(15, 4))
    let two = settings.constant("t1-stop: 2 in β = 1 - 2e^-t", 2)
    /// u² = (c + √(c² + 4β²))/2 and v = β/u.
    @Sendable func path(_ beta: (Rational) -> Ball) -> Measurement {
      Measurement.series("u and v", at: problem.times) { time in
        let beta = beta(time)
        let half = Rational(1, 2) * invariant
        let u = Ball.sqrt(.sqrt(beta * beta + half * half) + half)
        return [u, beta / u]
      }
    }
    @Sendable func law(_ time: Rational) -> Ball {
      1 - two * .exp(Ball(-time, precision: settings.precision))
    }
    return Instance(
      "u v from (2, -1/2) passes, by \(integrator)", along: solution.integrated,
      conditions: { try problem.law(OnSampleLaw.self).conditions },
      observed: { try solution.measure("u and v") { try Node.stacked($0) } }, predicted: { path(law) },
      controls: [
        .init("it rests at β = 0 from log 2 on, as the balanced flow would have to") {
          path { $0 < 1 ? law($0) : Ball(0, precision: settings.precision) }
        }
      ])
  }
}
