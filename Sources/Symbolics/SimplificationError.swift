/// Why an expression has no canonical form here.
public enum SimplificationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// An intermediate result has more terms or larger numbers than are worked with.
  case tooLarge
  /// The expression is defined nowhere: `division by zero`.
  case undefined(String)

  public var description: String {
    switch self {
    case .tooLarge: "the expression grows too large when it is expanded"
    case .undefined(let reason): "the expression is defined nowhere: \(reason)"
    }
  }
}
