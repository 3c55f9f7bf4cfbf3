/// A decimal as it was written: ± digits · 10^exponent.
struct DecimalSyntax {
  let isNegative: Bool
  /// All digits written, without the point; at least one.
  let digits: [UInt8]
  /// The power of ten that belongs to the last digit.
  let exponent: Int

  static let maximumLength = 1_000_000
  static let maximumExponent = 100_000
  static let expectation = "expected a decimal such as -0.25 or 1e-60, or a fraction such as 1/3"

  /// What stands in the way of reading a number.
  struct Failure: Error {
    let reason: String
  }

  /// Reads `[sign] digits [. digits] [e [sign] digits]`, where one side of the point may be empty.
  init(
    _ bytes: ArraySlice<UInt8>, allowsSign: Bool = true, exponentLimit: Int = maximumExponent
  ) throws(Failure) {
    var rest = bytes
    isNegative = allowsSign && Self.removeSign(&rest)
    var digits = Self.removeDigits(&rest)
    var exponent = 0
    if rest.first == UInt8(ascii: ".") {
      let fraction = Self.removeDigits(&rest, skipping: 1)
      digits += fraction
      exponent -= fraction.count
    }
    if digits.isEmpty { throw Failure(reason: Self.expectation) }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      exponent += try Self.removeExponent(&rest, limit: exponentLimit)
    }
    if !rest.isEmpty { throw Failure(reason: Self.expectation) }
    self.digits = Array(digits)
    self.exponent = exponent
  }

  static func checkLength(_ bytes: ArraySlice<UInt8>) throws(Failure) {
    guard bytes.count <= maximumLength else {
      throw Failure(reason: "expected at most \(maximumLength) characters, found \(bytes.count)")
    }
  }

  /// Whether a minus sign stood in front.
  private static func removeSign(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
      return false
    }
    rest.removeFirst()
    return first == UInt8(ascii: "-")
  }

  private static func removeDigits(_ rest: inout ArraySlice<UInt8>, skipping: Int = 0) -> ArraySlice<UInt8> {
    let digits = rest.dropFirst(skipping).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest[digits.endIndex...]
    return digits
  }

  private static func removeExponent(_ rest: inout ArraySlice<UInt8>, limit: Int) throws(Failure) -> Int {
    rest.removeFirst()
    let isNegative = removeSign(&rest)
    let digits = removeDigits(&rest)
    if digits.isEmpty { throw Failure(reason: expectation) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)), value <= limit else {
      throw Failure(reason: "expected an exponent between -\(limit) and \(limit)")
    }
    return isNegative ? -value : value
  }
}
