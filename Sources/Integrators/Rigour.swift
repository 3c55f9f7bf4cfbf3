/// How an integration is to know its errors.
public enum Rigour: String, Sendable, CaseIterable {
  /// Radii are proved, or there is no result.
  case required
  /// Radii are proved where they can be within the budget, and estimated elsewhere, which is then said.
  case preferred
  /// Radii are estimated.
  case estimated
}
