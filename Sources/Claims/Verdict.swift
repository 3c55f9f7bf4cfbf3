/// What a check found out about a statement on an instance.
public enum Verdict: Sendable, Equatable {
  /// The difference is enclosed by 10^-digits, rigorously; without digits, every number is within the bounds
  /// stated for it, rigorously.
  case certified(digits: Int?)
  /// That many digits agree, or every number is within its bounds; at least one side carries an estimated error.
  case confirmed(digits: Int?)
  /// The enclosures are disjoint, or a number is outside its bounds.
  case refuted(Witness)
  /// Neither shown nor refuted.
  case inconclusive(why: String)
  /// A hypothesis of the statement does not hold, so the statement says nothing here.
  case notApplicable(hypothesis: String)

  /// Where two sides differ.
  public struct Witness: Sendable, Equatable {
    public let label: String
    public let observed: String
    public let predicted: String
    /// |observed - predicted|, or by how much a bound is missed, to a few digits; nil if that was not kept.
    public let difference: String?
    /// To how many digits the two agree all the same: those of |observed - predicted| / max(1, |predicted|).
    public let agreeing: Int?
    /// Both sides are rigorous enclosures under hypotheses that are proved. Otherwise it is an estimate's finding: the
    /// gap is at least a thousand times as wide as the estimated errors, and wider than the digits asked for.
    public let isRigorous: Bool

    public init(
      label: String, observed: String, predicted: String, difference: String? = nil, agreeing: Int? = nil,
      isRigorous: Bool
    ) {
      (self.label, self.observed, self.predicted) = (label, observed, predicted)
      (self.difference, self.agreeing, self.isRigorous) = (difference, agreeing, isRigorous)
    }

    /// `by an estimate: x[0], t = 1: observed 0.3, predicted 0.4: |difference| 0.1, 0 digits agree`.
    var text: String {
      let sides = "\(label): observed \(observed), predicted \(predicted)"
      let gap = difference.map { difference in
        ": |difference| \(difference)" + (agreeing.map { ", \($0) digits agree" } ?? "")
      }
      return (isRigorous ? "" : "by an estimate: ") + sides + (gap ?? "")
    }
  }

  /// The word for it, as reports and JSON have it.
  public var name: String {
    switch self {
    case .certified: "certified"
    case .confirmed: "confirmed"
    case .refuted: "refuted"
    case .inconclusive: "inconclusive"
    case .notApplicable: "notApplicable"
    }
  }

  public var digits: Int? {
    switch self {
    case .certified(let digits), .confirmed(let digits): digits
    default: nil
    }
  }

  public var holds: Bool {
    switch self {
    case .certified, .confirmed: true
    default: false
    }
  }

  /// Whether a verdict that says something is proved; nil for those that say nothing.
  public var isRigorous: Bool? {
    switch self {
    case .certified: true
    case .confirmed: false
    case .refuted(let witness): witness.isRigorous
    case .inconclusive, .notApplicable: nil
    }
  }

  var isCertified: Bool {
    if case .certified = self { return true }
    return false
  }

  public var isRefuted: Bool {
    if case .refuted = self { return true }
    return false
  }

  /// One line on why.
  public var detail: String {
    switch self {
    case .certified(let digits?): "within 10^-\(digits), rigorously"
    case .certified(nil): "within the bounds, rigorously"
    case .confirmed(let digits?): "\(digits) digits agree"
    case .confirmed(nil): "within the bounds, up to estimated errors"
    case .refuted(let witness): witness.text
    case .inconclusive(let why): why
    case .notApplicable(let hypothesis): "does not hold here: \(hypothesis)"
    }
  }

  /// The verdict on several instances together: any refutation refutes, any doubt leaves doubt, instances where
  /// the statement says nothing do not count unless there are no others, and the digits are the fewest of those
  /// that have any. Whether it is certified is decided by those that are no second opinions, unless all are.
  static func overall(of instances: [InstanceResult]) -> Verdict {
    let overall = overall(instances.map(\.verdict))
    let first = instances.filter { $0.verdict.holds && !$0.isSecondOpinion }
    guard case .confirmed(let digits) = overall, !first.isEmpty else { return overall }
    return first.allSatisfy(\.verdict.isCertified) ? .certified(digits: digits) : overall
  }

  /// The verdict on several instances together, all of one weight.
  static func overall(_ verdicts: [Verdict]) -> Verdict {
    let refuted = verdicts.filter(\.isRefuted)
    // What is proved goes before what is estimated.
    if let first = refuted.first(where: { $0.isRigorous == true }) ?? refuted.first { return first }
    for case .inconclusive(let why) in verdicts { return .inconclusive(why: why) }
    let holding = verdicts.filter(\.holds)
    guard !holding.isEmpty else {
      for case .notApplicable(let hypothesis) in verdicts { return .notApplicable(hypothesis: hypothesis) }
      return .inconclusive(why: "there is no instance")
    }
    let digits = holding.compactMap(\.digits).min()
    return holding.allSatisfy(\.isCertified) ? .certified(digits: digits) : .confirmed(digits: digits)
  }
}
