/// How sure an answer must be.
public enum Rigour: String, Sendable, CaseIterable {
  /// Proved; an error where no proof is found.
  case required
  /// Proved where a proof can be had, else estimated, with the reason.
  case preferred
  /// Errors are estimated in any case.
  case estimated
}
