import Foundation
import Integrators
import Reporting

/// The work of the integration whose numbers are shown.
struct IntegrationWork {
  let steps: Int
  /// Of the Taylor series, or of the collocation method; nil for a certified run, which has two parts.
  let order: Int?
  /// Bits of the working precision; nil for a certified run.
  let precision: Int?

  init(_ trajectory: Trajectory) {
    steps = trajectory.statistics.steps
    order = trajectory.statistics.order
    precision = trajectory.statistics.precision
  }

  init(_ trajectory: CertifiedTrajectory) {
    (steps, order, precision) = (trajectory.steps, nil, nil)
  }
}

/// What `solve --statistics` adds to the JSON document.
struct SolveStatistics {
  /// Nil for a closed form.
  let work: IntegrationWork?
  /// CPU seconds from the problem to its enclosed numbers: compiling the vector field, every run that it took
  /// (companions for the error estimate, repetitions with more digits), and the observables. Reading the file and
  /// printing are not in it.
  let seconds: Double

  var document: JSONValue {
    func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    return [
      "steps": number(work?.steps), "order": number(work?.order), "precision": number(work?.precision),
      "seconds": .number(seconds),
    ]
  }

  /// A result, and the CPU seconds of this process that it took.
  static func measure<Result>(_ body: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    let result = try body()
    return (result, now() - start)
  }
}
