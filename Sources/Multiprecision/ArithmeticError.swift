/// Why an exact operation has no result.
public enum ArithmeticError: Error, Sendable, Hashable, CustomStringConvertible {
  case divisionByZero
  /// An exact value was asked of an infinity or of "not a number".
  case notFinite
  /// The exact result would need more than `maximumExactBits` bits.
  case tooLarge

  /// The size limit of exact results that grow with an exponent: 2^32 bits (512 MB).
  static let maximumExactBits = 1 << 32

  public var description: String {
    switch self {
    case .divisionByZero: "division by zero"
    case .notFinite: "the number is not finite, so it has no exact value"
    case .tooLarge: "the exact result would be too large to store"
    }
  }
}
