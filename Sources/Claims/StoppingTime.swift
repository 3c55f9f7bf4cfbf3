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
  static func measure(_ integrate: () throws -> Trajectory) throws -> Measurement {
    do {
      let last = try integrate().samples.last?.time ?? 0
      return Measurement([.init("goes on to", Ball(last, precision: 64))], isRigorous: false)
    } catch let error as IntegrationError where error.isObstacle {
      guard let time = error.time else { throw error }
      return Measurement(
        [.init("stops at", Ball(try Rational(exactly: time), precision: 64))], isRigorous: false)
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
