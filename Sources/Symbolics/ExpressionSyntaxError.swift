/// A text that is not a formula: where, what stands there, and what was expected.
public struct ExpressionSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The character's place in the text, from 1; one past the text where it ends too early.
  public let column: Int
  /// `')'`, `the end of the formula`.
  public let found: String
  /// `a number, a name, '(' or '-'`.
  public let expected: String
  /// What may have been meant.
  public let suggestion: String?

  init(column: Int, found: String, expected: String, suggestion: String? = nil) {
    (self.column, self.found, self.expected, self.suggestion) = (column, found, expected, suggestion)
  }

  public var description: String {
    "column \(column): found \(found), expected \(expected)"
      + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
  }
}
