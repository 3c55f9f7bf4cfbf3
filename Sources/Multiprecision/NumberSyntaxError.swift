/// A text that is not a number: the text (clipped) and what was expected instead.
public struct NumberSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  public let text: String
  public let reason: String

  /// Texts longer than 60 characters are clipped.
  public init(text: String, reason: String) {
    let head = text.prefix(60)
    self.text = head.endIndex == text.endIndex ? text : head + "…"
    self.reason = reason
  }

  public var description: String { "cannot read \"\(text)\" as a number: \(reason)" }
}
