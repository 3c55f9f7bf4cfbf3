import Multiprecision

/// Why an integration stopped, with the flow time at which it did.
public enum IntegrationError: Error, Sendable, CustomStringConvertible {
  /// The vector field has no power series there: a matrix that must be solved with lost its rank.
  case singular(time: Double, reason: String)
  /// The steps shrink like a geometric sequence, and values or velocities grow with it: a singularity of the solution in
  /// real time, within a few steps of `time`.
  case stepUnderflow(time: Double, step: Double)
  /// The steps no longer move time at the precision of the numbers, and nothing says that the flow stops there.
  case stepsTooShort(time: Double, step: Double)
  case stepBudget(time: Double, steps: Int)
  case timeBudget(time: Double, seconds: Double)
  case memoryBudget(bytes: Int, limit: Int)
  /// The estimated error stayed above the one asked for at every precision tried.
  case accuracyNotReached(digits: Int, estimatedDigits: Int)
  /// No tube around the candidate solution could be shown to hold the true one.
  case tubeOpen(time: Double, step: Double)
  /// A certified integration ended without the digits asked for.
  case notCertified(CertifiedShortfall)
  case invalidTimes(String)
  case invalidDigits(Int, limit: ClosedRange<Int>)
  /// The initial matrices do not have the shapes of the state's.
  case invalidState(expected: [MatrixShape], found: [MatrixShape])

  /// The flow time reached, where the error has one.
  public var time: Double? {
    switch self {
    case .singular(let time, _), .stepUnderflow(let time, _), .stepsTooShort(let time, _),
      .stepBudget(let time, _),
      .timeBudget(let time, _), .tubeOpen(let time, _):
      time
    case .notCertified(let shortfall): shortfall.time
    default: nil
    }
  }

  /// Whether the flow itself stops, and not what an integration may use.
  public var isObstacle: Bool {
    switch self {
    case .singular, .stepUnderflow: true
    default: false
    }
  }

  /// Whether a matrix that is singular at the start may be so by rounding: a try with more digits costs little there.
  func mayBeRounding(at digits: Int) -> Bool {
    if case .singular(0, _) = self { digits < Self.leastSingularDigits } else { false }
  }

  /// What is singular at the start must be so at this many digits.
  private static let leastSingularDigits = 300

  public var description: String {
    switch self {
    case .singular(let time, let reason): "the integration stops at t = \(time): \(reason)"
    case .stepUnderflow(let time, let step):
      "the flow stops at t = \(time): the steps shrink to \(step), which indicates a singularity there"
    case .stepsTooShort(let time, let step):
      "the steps became too short at t = \(time): \(step), which does not move the time at the precision used; "
        + "whether the flow goes on is not known"
    case .stepBudget(let time, let steps): "no more than \(steps) steps are allowed; reached t = \(time)"
    case .timeBudget(let time, let seconds): "no more than \(seconds) s are allowed; reached t = \(time)"
    case .memoryBudget(let bytes, let limit):
      "the integration needs \(bytes == .max ? "more than \(Int.max >> 20)" : "\(bytes >> 20)") MiB; "
        + "no more than \(limit >> 20) MiB are allowed"
    case .accuracyNotReached(let digits, let estimated) where estimated <= 0:
      "asked for \(digits) digits, but the error cannot be estimated: it grows beyond what was tried to keep it small, "
        + "so no number is given"
    case .accuracyNotReached(let digits, let estimated):
      "asked for \(digits) digits, but the estimated error allows \(max(estimated, 0))"
    case .tubeOpen(let time, let step):
      "no tube around the computed solution closes at t = \(time), even over steps of \(step)"
    case .notCertified(let shortfall): shortfall.description
    case .invalidTimes(let reason): "times: \(reason)"
    case .invalidDigits(let digits, let limit):
      "digits: found \(digits), expected \(limit.lowerBound) to \(limit.upperBound)"
    case .invalidState(let expected, let found):
      "initial state: found matrices \(found.map(\.description).joined(separator: ", ")), "
        + "expected \(expected.map(\.description).joined(separator: ", "))"
    }
  }
}
