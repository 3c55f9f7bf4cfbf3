import CMPFR
import CThreadCaches

extension BigFloat: CustomStringConvertible {
  /// The decimal with `count` significant digits, correctly rounded.
  ///
  /// - Precondition: `count` > 0.
  public func digits(_ count: Int) -> String {
    precondition(count > 0, "a decimal has at least one digit")
    return text(digitCount: count)
  }

  /// As many digits as identify the number in its precision.
  public var description: String { text(digitCount: 0) }

  /// Significant decimal digits, rounded, and the power of ten of the point before the first one.
  ///
  /// Nil unless the number is finite and not zero.
  func decimalDigits(
    _ count: Int, rounding: RoundingMode = .nearestEven
  ) -> (digits: String, point: Int)? {
    fisherflow_attach_thread()
    return withPointer { number in
      guard mpfr_regular_p(number) != 0 else { return nil }
      var point = 0
      guard let characters = mpfr_get_str(nil, &point, 10, count, number, rounding.mpfr) else { return nil }
      defer { mpfr_free_str(characters) }
      let digits = String(cString: characters)
      return (digits.hasPrefix("-") ? String(digits.dropFirst()) : digits, point)
    }
  }

  private func text(digitCount: Int) -> String {
    if let (digits, point) = decimalDigits(digitCount) {
      return decimalText(isNegative: signum() < 0, digits: digits, point: point)
    }
    if isZero { return "0" }
    return isNaN ? "nan" : signum() < 0 ? "-inf" : "inf"
  }
}
