/// What one pass shows of the digits that its samples take.
struct DigitDemand {
  /// The digits of the pass.
  let workingDigits: Int
  /// For each sample time passed the flow time, and by how many digits the worst up to there misses what is asked for.
  private(set) var samples: [(time: Double, missing: Double)] = []
  /// The flow time reached, by how many digits the state there misses them, and the seconds that took.
  var time = 0.0
  var missing = -Double.infinity
  var seconds = 0.0

  /// About how the time of a pass grows with the digits: calls cost most at few, then sums, and products of numbers in the
  /// end. Measured from 20 to 640 digits, on flows of 3 to 30 entries: within a factor of 5.
  private static func cost(_ digits: Int) -> Double {
    let digits = Double(digits)
    return 1 + digits / 100 + (digits / 160) * (digits / 160) * (digits / 160)
  }

  /// Digits beyond those that a pass shows to be missing: the bounds of longer series are a few digits wider.
  private static let margin = 3.0
  /// Above this nothing is tried.
  static let mostDigits = 1_000_000

  init(workingDigits: Int) { self.workingDigits = workingDigits }

  mutating func append(time: Double, missing: Double) {
    samples.append((time, max(missing, samples.last?.missing ?? -.infinity)))
  }

  /// The working digits with which the first `count` samples have what is asked for; nil where that is not known.
  func digits(forFirst count: Int) -> Int? {
    count > 0 && count <= samples.count ? digits(missing: samples[count - 1].missing) : nil
  }

  /// The working digits where `missing` digits are missing with those of this pass; nil beyond what is tried.
  func digits(missing: Double) -> Int? {
    let digits = Double(workingDigits) + max(0, missing).rounded(.up) + Self.margin
    return digits < Double(Self.mostDigits) ? Int(digits) : nil
  }

  /// The working digits that the state at `end` takes if distances go on to grow as up to here; nil beyond what is tried.
  func digits(at end: Double) -> Int? {
    guard time > 0, time < end else { return digits(missing: missing) }
    return digits(missing: missing + max(0, missing + Double(workingDigits)) * (end / time - 1))
  }

  /// About how many seconds a pass up to a time takes with other digits.
  func seconds(upTo end: Double, digits: Int) -> Double {
    guard time > 0 else { return 0 }
    return seconds * (end / time) * Self.cost(digits) / Self.cost(workingDigits)
  }
}
