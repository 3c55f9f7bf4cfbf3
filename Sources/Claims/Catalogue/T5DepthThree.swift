import ComputationGraph
import Learning
import Multiprecision

/// T5: β = u³ with logistic loss and one sample: which KKT point of ℓ_{2/3} it reaches is the start's choice.
extension Claim {
  static let t5DepthThree = Claim(
    id: "t5-depth-three", title: "β = u³, logistic loss: any KKT point of ℓ_{2/3}, chosen by the start",
    statement:
      "For one sample z > 0 and β = u³ gradient flow conserves 1/(z_1u_1) - 1/(z_2u_2). The coordinate with the smaller "
      + "1/(z_iu_i) takes the whole direction, whatever min Σ|β_i|^(2/3) subject to z·β ≥ 1 says, and the other one "
      + "converges; from equal ones the limit is in between, at a KKT point that is a maximum along the constraint.",
    hypotheses: ["gradient flow of β = u³ with logistic loss, u(0) > 0, one sample z > 0"],
    section: "T5", theorem: nil,
    range: .init(
      claimed: "one sample z > 0 of any dimension, any u(0) > 0; t → ∞",
      tested:
        "d = 2, z = (1,1) and (1,2), four starts; integrated to log t = 1000, enclosed at log t = 10^(3·digits)"
    )
  ) { settings in
    try [
      vertex(
        "z = (1,1) from (1, 9/10)", [1, 1], [1, Rational(9, 10)], winner: 0,
        wrong: [Rational(1, 2), Rational(1, 2)], settings),
      vertex(
        "z = (1,2) from (1, 2/5): not the ℓ_{2/3} minimum", [1, 2], [1, Rational(2, 5)], winner: 0,
        wrong: [0, Rational(1, 2)], settings),
      vertex(
        "z = (1,2) from (1, 1): the ℓ_{2/3} minimum", [1, 2], [1, 1], winner: 1, wrong: [1, 0], settings),
      conserved(settings), symmetric(settings), maximum(settings),
    ]
  }

  /// β/m and the coordinate that converges, when the other one is 10^k: exactly, in balls.
  private static func vertex(
    _ name: String, _ sample: [Rational], _ start: [Rational], winner: Int, wrong: [Rational],
    _ settings: CheckSettings
  ) throws -> Instance {
    let precision = settings.precision
    let loser = 1 - winner
    let flow = OneSampleFlow(sample: sample, coordinates: .cubes(start: start))
    let inverse = try Rational(10).power(-(settings.digits + 12))
    let dual = flow.dual(whereInverse: inverse, ofCoordinate: winner) ?? 0
    // The end of 1/u of the other one: 1/u(0) - z/(z of the winner · u(0) of the winner).
    let rest = 1 / start[loser] - sample[loser] / (sample[winner] * start[winner])
    let cube = settings.constant("t5-depth-three: 3 in β = 1/k³, \(name)", 3)
    @Sendable func predicted(_ direction: [Rational]) -> Measurement {
      let moment = flow.moment(at: dual, precision: precision)
      let end = Ball.pow(1 / Ball(rest, precision: precision), cube)
      // β_loser ≤ its end, and (k + δ)^-3 ≥ k^-3 (1 - 3δ/k); m is log t up to a factor of 2.
      let change = 3 * (sample[loser] * inverse / (sample[winner] * rest))
      let entries = [0, 1].map { i in
        Measurement.Entry(
          "β_\(i + 1)/m",
          Ball(direction[i], precision: precision).addingError(
            2 * (Ball(sample[loser], precision: precision) * end / moment.logTime)))
      }
      let label = "β_\(loser + 1)"
      return Measurement(
        entries + [.init(label, end.addingError(change * end))], isRigorous: true)
    }
    let right = [0, 1].map { $0 == winner ? 1 / sample[winner] : 0 }
    return Instance(
      name,
      observed: {
        let moment = flow.moment(at: dual, precision: precision)
        let entries = [0, 1].map { Measurement.Entry("β_\($0 + 1)/m", moment.weights[$0] / moment.margin) }
        return Measurement(entries + [.init("β_\(loser + 1)", moment.weights[loser])], isRigorous: true)
      },
      predicted: { predicted(right) },
      controls: [.init("β/m tends to \(wrong)") { predicted(wrong) }])
  }

  private static func network(_ sample: [Rational], _ start: [Rational]) throws -> Problem {
    try Problem(
      model: DiagonalModel(inputCount: 2, form: .difference, depth: 3),
      data: Dataset(inputs: Matrix(rows: [sample]), targets: Matrix(column: [1])), likelihood: .bernoulli,
      flow: .gradient, initial: [Matrix(column: start), Matrix(column: [0, 0])], times: [0])
  }

  /// The integrated network keeps 1/u_1 - 1/u_2 = -1/9, and log t is where the exact reduction has it.
  private static func conserved(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let start: [Rational] = [1, Rational(9, 10)]
    let problem = try network([1, 1], start)
    let times: [Rational] = [10, 1_000]
    let trajectory = problem.inLogTime(at: times, settings)
    @Sendable func difference(_ power: Int) throws -> Measurement {
      try trajectory.measure("u_1^\(power) - u_2^\(power)") { state in
        let powers = try state[0].power(power)
        return try powers.slice(rows: 0..<1, columns: 0..<1) - powers.slice(rows: 1..<2, columns: 0..<1)
      }
    }
    /// m - log(1 + t).
    @Sendable func lag() throws -> [Ball] {
      let margins = try trajectory.measure("m") { try $0[0].power(3).sum() }.entries.compactMap(\.ball)
      return zip(margins, times).map { $0 - Ball($1, precision: precision) }
    }
    /// log m'(0) - e^-s(1 + q)... ≤ m - s ≤ log m'(q), m' = 9 Σ u_i⁴.
    @Sendable func bounds() throws -> [Measurement.Entry] {
      let slopes = try trajectory.measure("m'") { try 9 * $0[0].power(4).sum() }.entries.compactMap(\.ball)
      let initial = Ball(9 * start.map { $0 * $0 * $0 * $0 }.reduce(0, +), precision: precision)
      return zip(slopes, times).map { slope, s in
        // q < 1/3, so that e^s - 1 - q ≥ e^s (1 - 4e^-s/3).
        let least =
          Ball.log(initial) + .log(onePlus: -(Rational(4, 3) * .exp(Ball(-s, precision: precision))))
        return .init("m - log t, log t = \(s)", .between(least, .log(slope)))
      }
    }
    let value = settings.constant("t5-depth-three: -1/9 = 1/u_1 - 1/u_2", Rational(-1, 9))
    @Sendable func constant(_ value: Rational) throws -> Measurement {
      let entries = times.map {
        Measurement.Entry("difference, log t = \($0)", Ball(value, precision: precision))
      }
      return try trajectory.measurement(entries + bounds())
    }
    @Sendable func observed(_ power: Int) throws -> Measurement {
      let labels = zip(try lag(), times).map { Measurement.Entry("m - log t, log t = \($1)", $0) }
      return try trajectory.measurement(difference(power).entries + labels)
    }
    return Instance(
      "z = (1,1) from (1, 9/10), integrated to log t = 1000", observed: { try observed(-1) },
      predicted: { try constant(value) },
      controls: [
        .init("u_1 - u_2 is conserved") {
          try observed(1)
        } predicted: {
          try constant(Rational(1, 10))
        },
        .init("u_1² - u_2² is conserved") {
          try observed(2)
        } predicted: {
          try constant(Rational(19, 100))
        },
      ])
  }

  /// From (1,1) the direction is (1/2,1/2) at all times.
  private static func symmetric(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let problem = try network([1, 1], [1, 1])
    let trajectory = problem.inLogTime(at: [10, 1_000], settings)
    @Sendable func constant(_ direction: [Rational]) -> Measurement {
      let entries = (direction + direction).map { Measurement.Entry("β/m", Ball($0, precision: precision)) }
      return Measurement(entries, isRigorous: true)
    }
    let half = settings.constant("t5-depth-three: 1/2 in (1/2, 1/2)", Rational(1, 2))
    return Instance(
      "z = (1,1) from (1,1), integrated to log t = 1000",
      observed: {
        try trajectory.measure("β/m") { state in
          let beta = try state[0].power(3)
          return try beta / beta.sum()
        }
      },
      predicted: { constant([half, half]) },
      controls: [
        .init("it is a minimum of ℓ_{2/3}: (1,0)") { constant([1, 0]) },
        .init("it is as from (1, 9/10): (0,1)") { constant([0, 1]) },
      ])
  }

  /// Σ|β_i|^(2/3) along β = (1/2 + τ, 1/2 - τ): stationary at τ = 0, and a maximum there.
  private static func maximum(_ settings: CheckSettings) throws -> Instance {
    let precision = settings.precision
    let exponent = settings.constant("t5-depth-three: 2/3 in ℓ_{2/3}", Rational(2, 3))
    func value(_ offset: Rational, _ exponent: Rational) -> Ball {
      [offset, -offset].map { Ball.pow(Ball(Rational(1, 2) + $0, precision: precision), exponent) }
        .reduce(Ball(0, precision: precision), +)
    }
    let centre = value(0, Rational(2, 3))
    let offsets = [Rational(1, 100), Rational(1, 4), Rational(49, 100)]
    let labels = ["Σ|β|^(2/3) at (1/2, 1/2)"] + offsets.map { "Σ|β|^(2/3) at τ = \($0)" }
    let observed = [centre] + offsets.map { value($0, Rational(2, 3)) }
    @Sendable func side(_ bound: Measurement.Bounds) -> Measurement {
      let top = Ball.pow(Ball(2, precision: precision), 1 - exponent)
      return Measurement(
        [.init(labels[0], top)] + labels.dropFirst().map { .init($0, bound) }, isRigorous: true)
    }
    return Instance(
      "(1/2, 1/2) is a maximum along the constraint",
      observed: { Measurement(zip(labels, observed).map { .init($0, $1) }, isRigorous: true) },
      predicted: { side(.atMost(centre)) },
      controls: [.init("it is a minimum") { side(.atLeast(centre)) }])
  }
}
