import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// The path of T8's data set on the clock log(1 + t), after damping has taken over.
enum DampingClock {
  static let margins = Matrix<Rational>(rows: [[0, 1], [1, 3], [1, 4]])
  static let start = [Matrix<Rational>(column: [0, 0])]

  /// The angle to (0, 1) at λ = 10^-3, as β_1/β_2, on the log t clock to t = e^55 ≈ 7.7·10^23.
  static func direction(_ settings: CheckSettings) throws -> Instance {
    let flow = DampedNewtonFlow(margins: margins, damping: Rational(1, 1000))
    let times: [Rational] = [Rational(7, 5), Rational(7, 2), 55]
    let precision = settings.precision
    let trajectory = IntegratedTrajectory(
      from: start + [Matrix(column: [0])], at: times, settings.estimated, digits: 20,
      field: flow.logarithmicField)
    let double = Lazy { () throws -> [Double] in
      let samples = try DoubleRungeKutta(relativeTolerance: 1e-10).integrate(
        { clock, state in
          try flow.velocity(at: state).map { $0 * Double.exp(clock) }
        }, from: [0, 0], at: times.map(\.doubleValue))
      return samples.map { $0.state[0] / $0.state[1] }
    }
    @Sendable func within(_ values: [Double]) throws -> Measurement {
      Measurement(
        try zip(times, values).map { time, value in
          let (centre, error) = (try Rational(exactly: value), Rational(1, 10_000_000))
          return .init(
            "β_1/β_2 at log(1 + t) = \(time)",
            .between(
              Ball(centre - error, precision: precision), Ball(centre + error, precision: precision)))
        }, isRigorous: false)
    }
    return Instance(
      "λ = 10^-3, the direction on the log t clock, in two precisions",
      observed: {
        try trajectory.measure("β_1/β_2") { state in
          let first = try state[0].slice(rows: 0..<1, columns: 0..<1)
          let second = try state[0].slice(rows: 1..<2, columns: 0..<1)
          return try first / second
        }
      },
      predicted: { try within(double.value()) },
      controls: [
        .init("it stays at b*") { try within([-2, -2, -2]) },
        .init("it is the maximum-margin direction at once") { try within([0, 0, 0]) },
      ])
  }

  /// At two times so late that O(log t/t) is below the digits.
  static func limit(_ settings: CheckSettings) throws -> Instance {
    let damping = Rational(1, 1000)
    let flow = DampedNewtonFlow(margins: margins, damping: damping)
    let first = Rational(Int(2.303 * Double(settings.workingDigits)) + 14)
    let times = [first, 2 * first]
    let precision = settings.precision
    let trajectory = IntegratedTrajectory(from: start + [Matrix(column: [0])], at: times, settings) {
      try flow.logarithmicField()
    }
    // λ(e^β₂ + β₂) + softplus(β₂) = t + c but for the two other samples, whose share is of order (λ/t)².
    let remainder = Ball.exp(Ball(9 - first, precision: precision))
    @Sendable func growth(_ damping: Rational) -> [Ball] {
      times.map { time in
        let time = Ball(time, precision: precision)
        return (time + .log(onePlus: -.exp(-time)) - .log(Ball(damping, precision: precision)))
          .addingError(remainder)
      }
    }
    @Sendable func measurement(_ growth: [Ball], _ turn: Ball) -> Measurement {
      Measurement(
        [
          .init("β_2 at log(1 + t) = \(times[0])", growth[0]),
          .init("β_2 at log(1 + t) = \(times[1])", growth[1]), .init("ratio of the tangents", turn),
        ], isRigorous: true)
    }
    return Instance(
      "λ = 10^-3, the log t clock in the limit",
      observed: {
        let measured = try trajectory.measure("β") { $0[0] }
        let values = measured.entries.compactMap(\.ball)
        var result = measurement([values[1], values[3]], (values[2] / values[3]) / (values[0] / values[1]))
        result.isRigorous = false
        return result
      },
      predicted: {
        let one = settings.constant("t8-damping-takeover: 1 in log(t/λ)", 1)
        let growth = growth(one * damping)
        return measurement(growth, growth[0] / growth[1])
      },
      controls: [
        .init("β_2 = log t") {
          let growth = growth(1)
          return measurement(growth, growth[0] / growth[1])
        },
        .init("it stays at b*") {
          let growth = growth(damping)
          return measurement(growth, Ball(1, precision: precision))
        },
        .init("it turns on the clock t") {
          let growth = growth(damping)
          return measurement(growth, .exp(Ball(times[0] - times[1], precision: precision)))
        },
      ])
  }
}
