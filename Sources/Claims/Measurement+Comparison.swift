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
  /// estimate, a gap of a thousand times the radii that is wider than the digits asked for; it names the entry with the
  /// fewest digits. Entries of which a side says nothing are left out; if none is
  /// left there is nothing to conclude. If there are bounds only, the verdict has no digits.
  public static func compare(_ observed: Measurement, _ predicted: Measurement, digits: Int) -> Verdict {
    guard observed.entries.count == predicted.entries.count else {
      return .inconclusive(
        why: "\(observed.entries.count) observed numbers against \(predicted.entries.count) predicted")
    }
    var comparison = Comparison(
      isRigorous: observed.isRigorous && predicted.isRigorous, digits: digits)
    let pairs = pairs(observed, predicted)
    for pair in pairs {
      switch pair {
      case .equality(let label, let a, let b): comparison.equality(label, a, b)
      case .bounds(let label, let a, let bounds): comparison.bounds(label, a, bounds)
      }
    }
    guard !pairs.isEmpty else { return .inconclusive(why: "there is nothing to compare") }
    return comparison.verdict
  }
}

/// What a comparison has found so far.
private struct Comparison {
  let isRigorous: Bool
  /// Those asked for.
  let digits: Int
  /// The worst refutation, with its digits.
  private var refutation: (verdict: Verdict, digits: Double)?
  private var doubt: String?
  /// The fewest digits of the equalities; nil without any.
  private var agreed: Double?

  init(isRigorous: Bool, digits: Int) { (self.isRigorous, self.digits) = (isRigorous, digits) }

  mutating func equality(_ label: String, _ a: Ball, _ b: Ball) {
    guard a.isFinite, b.isFinite else { return doubt(label, "an enclosure is not finite") }
    let difference = a - b
    let found = Self.digits(of: difference, at: b)
    // An estimate has no say below the digits asked for, however small it says that its error is.
    if !difference.containsZero, isRigorous || found < Double(digits) {
      separate(label, a, b, gap: difference, "the difference is outside the estimated error, but not by far")
      {
        b.certifiedDecimal(maximumDigits: Self.witnessDigits)
      }
    }
    agreed = min(agreed ?? .infinity, found)
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
    let found = Self.digits(of: gap, at: b)
    guard isRigorous || (gap.log10LowerMagnitude > radius + 3 && found < Double(digits)) else {
      return doubt(label, otherwise)
    }
    guard found < refutation?.digits ?? .infinity else { return }
    let witness = Verdict.Witness(
      label: label, observed: a.certifiedDecimal(maximumDigits: Self.witnessDigits), predicted: predicted(),
      difference: gap.magnitude.certifiedDecimal(maximumDigits: 3),
      agreeing: Int(exactly: max(0, found).rounded(.down)), isRigorous: isRigorous)
    refutation = (.refuted(witness), found)
  }

  /// The digits that a difference from b leaves: -log10 |difference| / max(1, |b|), the radius included.
  private static func digits(of difference: Ball, at b: Ball) -> Double {
    -(difference.log10UpperMagnitude - max(0, b.log10LowerMagnitude))
  }

  private mutating func doubt(_ label: String, _ reason: String) { doubt = doubt ?? "\(label): \(reason)" }

  var verdict: Verdict {
    if let refutation { return refutation.verdict }
    if let doubt { return .inconclusive(why: doubt) }
    let found = agreed.map { $0.isFinite ? Int(clamping: $0.rounded(.down)) : digits }
    if let found, found < digits {
      return .inconclusive(why: "\(max(found, 0)) of \(digits) digits agree; the errors allow no more")
    }
    return isRigorous ? .certified(digits: found) : .confirmed(digits: found)
  }

  private static let witnessDigits = 20
}
