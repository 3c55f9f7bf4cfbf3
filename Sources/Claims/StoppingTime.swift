import ComputationGraph
import Integrators
import Multiprecision

/// When an integration finds that its flow stops.
enum StoppingTime {
  /// More than a time in double precision has need not be asked for.
  static let digits = 15

  /// An integration stops where its steps, a fixed part of the distance to the singularity, are below 2^-64 of the time:
  /// within this of a singularity, for times of up to ten.
  static let gap = Rational(1, 1_000_000_000_000_000)

  /// The flow time at which the integration finds an end of its flow; the last time if it goes through.
  ///
  /// - Throws: an `IntegrationError` that says nothing of the flow: a budget that is spent, say.
  ///
  /// - Parameter integrate: given the digits and what the integration may use.
  static func measure(
    _ settings: CheckSettings, _ integrate: (_ digits: Int, IntegrationBudget) throws -> Trajectory
  ) throws -> Measurement {
    do {
      let last =
        try integrate(digits, .init(seconds: settings.secondsPerEstimate)).samples.last?.time ?? 0
      return Measurement([.init("goes on to", Ball(last, precision: 64))], isRigorous: false)
    } catch let error as IntegrationError where error.isObstacle {
      guard let time = error.time else { throw error }
      return Measurement(
        [.init("stops at", Ball(try Rational(exactly: time), precision: 64))], isRigorous: false)
    }
  }

  /// The same by the Taylor method.
  static func measure(
    _ settings: CheckSettings, from initial: [Matrix<Rational>], at times: [Rational],
    field: () throws -> VectorField
  ) throws -> Measurement {
    try measure(settings) {
      try TaylorIntegrator(digits: $0, budget: $1).integrate(field(), from: initial, at: times)
    }
  }

  /// That it stops at `time`. Integrations see an end from before; what they report is rounded, up or down.
  static func bounds(_ time: Ball) -> Measurement {
    Measurement([.init("stops at", .between(time - gap, time + gap))], isRigorous: true)
  }

  /// That it goes on beyond `time`.
  static func later(than time: Rational) -> Measurement {
    Measurement([.init("goes on to", .atLeast(Ball(time, precision: 64)))], isRigorous: true)
  }
}
