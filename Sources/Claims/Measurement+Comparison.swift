import Learning
import Multiprecision

extension Measurement {
  /// An observed number and what is said of it: that it is equal to another one, or within bounds.
  enum Pair {
    case equality(label: String, observed: Ball, predicted: Ball)
    case bounds(label: String, observed: Ball, Bounds)
  }

  /// The entries of which both sides say something, in order.
  static func pairs(_ observed: Measurement, _ predicted: Measurement) -> [Pair] {
    zip(observed.entries, predicted.entries).compactMap { left, right in
      guard let a = left.ball else { return nil }
      if let bounds = right.bounds { return .bounds(label: left.label, observed: a, bounds) }
      return right.ball.map { .equality(label: left.label, observed: a, predicted: $0) }
    }
  }

  /// The verdict on what `predicted` says of `observed`, entry by entry.
  ///
  /// An equality must hold to the digits asked for: those of |observed - predicted| / max(1, |predicted|), radii
  /// included. Bounds must enclose the whole ball. A refutation needs disjoint balls, and, where a radius is an
  /// estimate, a gap of a thousand times the radii. Entries of which a side says nothing are left out; if none is
  /// left there is nothing to conclude. If there are bounds only, the verdict has no digits.
  public static func compare(_ observed: Measurement, _ predicted: Measurement, digits: Int) -> Verdict {
    guard observed.entries.count == predicted.entries.count else {
      return .inconclusive(
        why: "\(observed.entries.count) observed numbers against \(predicted.entries.count) predicted")
    }
    var comparison = Comparison(isRigorous: observed.isRigorous && predicted.isRigorous)
    let pairs = pairs(observed, predicted)
    for pair in pairs {
      switch pair {
      case .equality(let label, let a, let b): comparison.equality(label, a, b)
      case .bounds(let label, let a, let bounds): comparison.bounds(label, a, bounds)
      }
      if let refutation = comparison.refutation { return refutation }
    }
    guard !pairs.isEmpty else { return .inconclusive(why: "there is nothing to compare") }
    return comparison.verdict(digits: digits)
  }
}

/// What a comparison has found so far.
private struct Comparison {
  let isRigorous: Bool
  private(set) var refutation: Verdict?
  private var doubt: String?
  /// The fewest digits of the equalities; nil without any.
  private var agreed: Double?

  init(isRigorous: Bool) { self.isRigorous = isRigorous }

  mutating func equality(_ label: String, _ a: Ball, _ b: Ball) {
    guard a.isFinite, b.isFinite else { return doubt(label, "an enclosure is not finite") }
    let difference = a - b
    if !difference.containsZero {
      separate(label, a, b, gap: difference, "the difference is outside the estimated error, but not by far")
      {
        b.certifiedDecimal(maximumDigits: Self.witnessDigits)
      }
    }
    agreed = min(agreed ?? .infinity, -(difference.log10UpperMagnitude - max(0, b.log10LowerMagnitude)))
  }

  mutating func bounds(_ label: String, _ a: Ball, _ bounds: Measurement.Bounds) {
    if let lower = bounds.lower { side(label, a, lower, excess: a - lower, "at least") }
    if let upper = bounds.upper { side(label, a, upper, excess: upper - a, "at most") }
  }

  /// One bound: `excess` must not be negative.
  private mutating func side(_ label: String, _ a: Ball, _ bound: Ball, excess: Ball, _ relation: String) {
    guard a.isFinite, bound.isFinite else { return doubt(label, "an enclosure is not finite") }
    if excess.isNegative {
      separate(
        label, a, bound, gap: excess, "it is outside its bounds, but within reach of the estimated error"
      ) {
        "\(relation) \(bound.certifiedDecimal(maximumDigits: Self.witnessDigits))"
      }
    } else if !excess.isNonnegative {
      doubt(label, "its enclosure reaches beyond its bounds")
    }
  }

  /// Two balls that are disjoint: a refutation if the gap is beyond what estimated radii may be wrong by.
  private mutating func separate(
    _ label: String, _ a: Ball, _ b: Ball, gap: Ball, _ otherwise: String, predicted: () -> String
  ) {
    let radius = max(a.log10Radius, b.log10Radius)
    guard isRigorous || gap.log10LowerMagnitude > radius + 3 else { return doubt(label, otherwise) }
    refutation =
      refutation
      ?? .refuted(
        .init(
          label: label, observed: a.certifiedDecimal(maximumDigits: Self.witnessDigits),
          predicted: predicted(), isRigorous: isRigorous))
  }

  private mutating func doubt(_ label: String, _ reason: String) { doubt = doubt ?? "\(label): \(reason)" }

  func verdict(digits: Int) -> Verdict {
    if let doubt { return .inconclusive(why: doubt) }
    let found = agreed.map { $0.isFinite ? Int(clamping: $0.rounded(.down)) : digits }
    if let found, found < digits {
      return .inconclusive(why: "\(max(found, 0)) of \(digits) digits agree; the errors allow no more")
    }
    return isRigorous ? .certified(digits: found) : .confirmed(digits: found)
  }

  private static let witnessDigits = 20
}
