import Integrators
import Multiprecision

/// When an integration finds that its flow stops.
enum StoppingTime {
  /// The Taylor method's steps are about e^-2 of the distance to the next singularity, and it stops where they are
  /// below 2^-40 of the last time asked for: within this of a singularity, for last times of up to ten.
  static let gap = Rational(1, 1_000_000_000)

  /// The flow time at which the integration stops; nil if it goes through.
  static func measure(_ integrate: () throws -> Trajectory) throws -> Measurement {
    do {
      let last = try integrate().samples.last?.time ?? 0
      return Measurement([.init("goes on to", Ball(last, precision: 64))], isRigorous: false)
    } catch let error as IntegrationError {
      guard let time = error.time else { throw error }
      return Measurement(
        [.init("stops at", Ball(try Rational(exactly: time), precision: 64))], isRigorous: false)
    }
  }

  /// That it stops at `time`, seen from before.
  static func bounds(_ time: Ball) -> Measurement {
    Measurement([.init("stops at", .between(time - gap, time))], isRigorous: true)
  }

  /// That it goes on beyond `time`.
  static func later(than time: Rational) -> Measurement {
    Measurement([.init("goes on to", .atLeast(Ball(time, precision: 64)))], isRigorous: true)
  }
}
