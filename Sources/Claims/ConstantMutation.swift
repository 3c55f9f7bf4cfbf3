import Multiprecision
import Synchronization

/// Changes one of the constants that a claim's formulas take from `CheckSettings.constant`, and records them all.
/// A check that does not refute the claim then has no power over that constant.
final class ConstantMutation: Sendable {
  /// The constant to change; nil to record only.
  let target: String?
  /// What is added to it.
  let change: Rational
  private let recorded = Mutex<[String: Rational]>([:])

  init(target: String?, change: Rational) { (self.target, self.change) = (target, change) }

  /// The constants asked for so far, by name.
  var constants: [String: Rational] { recorded.withLock { $0 } }

  func value(of name: String, _ value: Rational) -> Rational {
    recorded.withLock { $0[name] = value }
    return name == target ? value + change : value
  }
}
