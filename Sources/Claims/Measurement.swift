import Multiprecision

/// One side of a comparison: labelled numbers in balls, and whether their radii are proved or estimated.
public struct Measurement: Sendable {
  public struct Entry: Sendable {
    /// What and when: `margin of input 2, t = 1`.
    public let label: String
    /// Nil where this side says nothing.
    public let ball: Ball?

    public init(_ label: String, _ ball: Ball?) {
      (self.label, self.ball) = (label, ball)
    }
  }

  public var entries: [Entry]
  public var isRigorous: Bool

  public init(_ entries: [Entry], isRigorous: Bool) {
    (self.entries, self.isRigorous) = (entries, isRigorous)
  }

  /// The entries of a matrix: `W[i,k], t = 1`.
  public static func entries(of matrix: Matrix<Ball?>, _ name: String, at time: Rational?) -> [Entry] {
    let suffix = time.map { ", t = \($0)" } ?? ""
    return (0..<matrix.rows).flatMap { row in
      (0..<matrix.columns).map { Entry("\(name)[\(row),\($0)]\(suffix)", matrix[row, $0]) }
    }
  }
}

extension Measurement {
  /// The entries that both sides have, in order.
  static func pairs(
    _ observed: Measurement, _ predicted: Measurement
  ) -> [(label: String, observed: Ball, predicted: Ball)] {
    zip(observed.entries, predicted.entries).compactMap { left, right in
      guard let a = left.ball, let b = right.ball else { return nil }
      return (left.label, a, b)
    }
  }

  /// The verdict on `observed` = `predicted`, entry by entry, for the digits asked for.
  ///
  /// Digits are those of |observed - predicted| / max(1, |predicted|), radii included. A refutation needs
  /// disjoint balls, and, where a radius is an estimate, a gap of a thousand times the radii. Entries of which
  /// a side says nothing are left out; if none is left there is nothing to conclude.
  public static func compare(_ observed: Measurement, _ predicted: Measurement, digits: Int) -> Verdict {
    guard observed.entries.count == predicted.entries.count else {
      return .inconclusive(
        why: "\(observed.entries.count) observed numbers against \(predicted.entries.count) predicted")
    }
    let isRigorous = observed.isRigorous && predicted.isRigorous
    var agreed = Double.infinity
    var doubt: String?
    let pairs = pairs(observed, predicted)
    for (label, a, b) in pairs {
      guard a.isFinite, b.isFinite else {
        doubt = doubt ?? "\(label): an enclosure is not finite"
        continue
      }
      let difference = a - b
      if !difference.containsZero {
        let gap = difference.log10LowerMagnitude
        let radius = max(a.log10Radius, b.log10Radius)
        if isRigorous || gap > radius + 3 {
          return .refuted(
            .init(
              label: label, observed: a.certifiedDecimal(maximumDigits: 20),
              predicted: b.certifiedDecimal(maximumDigits: 20), isRigorous: isRigorous))
        }
        doubt = doubt ?? "\(label): the difference is outside the estimated error, but not by far"
      }
      agreed = min(agreed, -(difference.log10UpperMagnitude - max(0, b.log10LowerMagnitude)))
    }
    if let doubt { return .inconclusive(why: doubt) }
    guard !pairs.isEmpty else { return .inconclusive(why: "there is nothing to compare") }
    let found = agreed.isFinite ? Int(agreed.rounded(.down)) : digits
    guard found >= digits else {
      return .inconclusive(why: "\(max(found, 0)) of \(digits) digits agree; the errors allow no more")
    }
    return isRigorous ? .certified(digits: found) : .confirmed(digits: found)
  }
}
