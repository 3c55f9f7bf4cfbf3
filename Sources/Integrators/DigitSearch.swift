import Multiprecision

/// The estimated error has grown too large for what is computed from there on to mean anything.
struct LostAccuracy: Error {
  let time: Double
  let log10Error: Double
  /// The step, where all signs are those of a singularity ahead.
  let step: Double?
}

/// How many digits the passes of an integration take: more after each that is not accurate enough, or that stops where
/// more digits may go on.
struct DigitSearch {
  let digits: Int
  private let end: Double
  private(set) var workingDigits: Int
  /// By so many powers of ten may a component be below 1 and still have all digits of its own: `CollocationMethod`.
  private(set) var scaleDigits = 0.0
  /// -log10 of the smallest component seen.
  private var smallest = 0.0
  private var passes = 0
  private var lastStop: IntegrationError?
  /// Passes in a row that ended where nothing could be said of their errors.
  private var blindPasses = 0

  private static let mostPasses = 12
  private static let mostBlindPasses = 6
  /// Digits beyond those asked for, at first: many first passes would miss their digits by less than one.
  private static let extraDigits = 1
  /// Digits beyond those that a pass shows to be missing.
  private static let margin = 2
  /// More working digits are not tried.
  static let mostDigits = 12_000

  /// - Parameter end: the last time asked for.
  init(digits: Int, end: Double) {
    (self.digits, self.end, workingDigits) = (digits, end, digits + Self.extraDigits)
  }

  /// The trajectory if it is as accurate as was asked for, with what ends it early; nil if another pass is needed.
  ///
  /// - Throws: `IntegrationError.accuracyNotReached`.
  mutating func judge(
    _ trajectory: Trajectory, log10Error worst: Double, lost: LostAccuracy?, log10Smallest: Double = 0
  ) throws -> Trajectory? {
    passes += 1
    smallest = -log10Smallest
    if let lost {
      // At a singularity errors grow beyond all bounds whatever the digits: the samples before are what there is.
      let stop = lost.step.map { IntegrationError.stepUnderflow(time: lost.time, step: $0) }
      if let stop, agrees(with: stop), isAccurate(trajectory) {
        var result = trajectory
        result.stop = stop
        return result
      }
      lastStop = stop
      blindPasses = lost.log10Error.isFinite ? 0 : blindPasses + 1
      guard blindPasses < Self.mostBlindPasses else {
        throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: 0)
      }
      try raise(by: missing(lost, trajectory), estimatedDigits: 0)
      return nil
    }
    guard worst <= -Double(digits) || isAccurate(trajectory) && trajectory.stop != nil else {
      try raise(
        by: Int(clamping: (worst + Double(digits)).rounded(.up)),
        estimatedDigits: Int(clamping: max(0, -worst)))
      return nil
    }
    // Steps that shrink to a point are not those of rounding where the run is accurate up to it.
    if case .stepUnderflow = trajectory.stop, worst <= -Double(digits) { return trajectory }
    if let stop = trajectory.stop, stop.isObstacle, !agrees(with: stop) {
      lastStop = stop
      try raise(by: workingDigits / 2 + 10, estimatedDigits: 0)
      return nil
    }
    return trajectory
  }

  /// After a pass that did not begin: once more, with more digits.
  mutating func wantsAnotherTry(after stop: IntegrationError) -> Bool {
    if agrees(with: stop) { return false }
    lastStop = stop
    workingDigits += workingDigits / 2 + 10
    return true
  }

  private func isAccurate(_ trajectory: Trajectory) -> Bool {
    trajectory.samples.allSatisfy { $0.log10Error <= -Double(digits) }
  }

  /// Whether the pass before stopped at about the same time.
  private func agrees(with stop: IntegrationError) -> Bool {
    guard !stop.mayBeRounding(at: workingDigits), let last = lastStop?.time, let time = stop.time else {
      return false
    }
    return abs(last - time) <= 1e-3 * max(abs(time), abs(last)) || time == last
  }

  /// Digits that are missing where errors were lost on the way: as many as the growth up to there suggests for all of it.
  private func missing(_ lost: LostAccuracy, _ trajectory: Trajectory) -> Int {
    guard lost.log10Error.isFinite else { return workingDigits + 10 }
    let growth = lost.log10Error + Double(workingDigits)
    let whole = lost.time > 0 ? growth * min(end / lost.time, 4) : 2 * growth
    return Int(clamping: max(10, whole - Double(workingDigits - digits) + 5).rounded(.up))
  }

  private mutating func raise(by missing: Int, estimatedDigits: Int) throws {
    var missing = missing
    if smallest.isFinite, smallest > scaleDigits + 3, missing > 3, passes < Self.mostPasses {
      // Small components come first: their digits cost less than those of all.
      let more = min(smallest - scaleDigits, Double(missing))
      scaleDigits += more
      missing -= Int(clamping: more)
      if missing <= 3 { return }
    }
    let (sum, overflows) = workingDigits.addingReportingOverflow(max(1, missing) + Self.margin)
    guard passes < Self.mostPasses, !overflows, sum <= max(Self.mostDigits, 2 * digits) else {
      throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: estimatedDigits)
    }
    workingDigits = sum
  }
}
