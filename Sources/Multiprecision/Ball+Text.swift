import CFLINT
import CThreadCaches

extension Ball: CustomStringConvertible {
  /// `mid +/- rad` in decimal; read back it gives a ball that contains this one.
  public var description: String {
    guard isFinite else { return "0 +/- inf" }
    fisherflow_attach_thread()
    let digitCount = Precision.digits(forBits: precision) + 2
    return withPointer { ball in
      guard let characters = arb_get_str(ball, digitCount, 0) else { return "0 +/- inf" }
      defer { flint_free(characters) }
      let text = String(cString: characters)
      guard text.hasPrefix("[") else { return text }
      let inside = text.dropFirst().dropLast()
      return inside.hasPrefix("+/-") ? "0 " + inside : String(inside)
    }
  }

  /// The number in the ball, correctly rounded to as many significant digits as the radius certifies, at most
  /// `maximumDigits`; "+/- bound" when not one digit is certain.
  ///
  /// - Precondition: `maximumDigits` > 0.
  public func certifiedDecimal(maximumDigits: Int) -> String {
    precondition(maximumDigits > 0, "a decimal has at least one digit")
    guard isFinite else { return "+/- inf" }
    if isZero { return "0" }
    let enclosure = workingPrecision(max(precision, withPointer { arb_bits($0) }) + 40)
    let (lower, upper) = (enclosure.lowerBound, enclosure.upperBound)
    if isNonzero {
      let accuracy = Swift.max(1, min(maximumDigits, Precision.digits(forBits: relativeAccuracyBits) + 2))
      for count in stride(from: isExact ? maximumDigits : accuracy, to: 0, by: -1) {
        guard let low = lower.decimalDigits(count), let high = upper.decimalDigits(count) else { break }
        guard low == high else { continue }
        return decimalText(isNegative: isNegative, digits: low.digits, point: low.point)
      }
    }
    guard let bound = magnitude.upperBound.decimalDigits(3, rounding: .up) else { return "+/- inf" }
    return "+/- " + decimalText(isNegative: false, digits: bound.digits, point: bound.point)
  }
}
