import Multiprecision

/// A piece of a formula, with the column where it starts.
struct Token: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case number(Rational)
    case name(String)
    /// One of `+ - * / ^ ( ) [ ] { } ,` or `_{`.
    case symbol(String)
    case fraction
    case end
  }

  let kind: Kind
  let column: Int
  /// As it was written.
  let text: String

  /// How messages call it.
  var description: String { kind == .end ? "the end of the formula" : "'\(VisibleText.shortened(text))'" }
}
