extension Rational: CustomStringConvertible {
  /// Reads a number exactly: `0.1` is 1/10, `1/3` and `1e-3/7` are fractions.
  ///
  /// A number is a decimal, or two decimals with a slash between them, the second one without a sign. Spaces
  /// and tabs around it are skipped; none may stand inside. Exponents reach from -100,000 to 100,000.
  ///
  /// - Throws: `NumberSyntaxError`, with the text and what was expected.
  public init(parsing text: String) throws(NumberSyntaxError) {
    do {
      self = try Rational(bytes: Self.trimmed(text))
    } catch {
      throw NumberSyntaxError(text: text, reason: error.reason)
    }
  }

  /// "1/3", "-2".
  public var description: String { isInteger ? "\(numerator)" : "\(numerator)/\(denominator)" }

  /// The text's bytes without the spaces and tabs around it.
  static func trimmed(_ text: String) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let bytes = Array(text.utf8).drop(while: isBlank)
    return bytes[..<((bytes.lastIndex { !isBlank($0) } ?? bytes.startIndex - 1) + 1)]
  }

  init(bytes: ArraySlice<UInt8>) throws(DecimalSyntax.Failure) {
    try DecimalSyntax.checkLength(bytes)
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
      self.init(try DecimalSyntax(bytes))
      return
    }
    let numerator = Rational(try DecimalSyntax(bytes[..<slash]))
    let denominator = Rational(try DecimalSyntax(bytes[(slash + 1)...], allowsSign: false))
    if denominator.isZero { throw DecimalSyntax.Failure(reason: "expected a denominator other than zero") }
    self = numerator / denominator
  }

  private init(_ decimal: DecimalSyntax) {
    let unsigned = Integer(digits: decimal.digits) ?? 0
    let digits = decimal.isNegative ? -unsigned : unsigned
    let power = Integer(10).power(abs(decimal.exponent))
    self = decimal.exponent < 0 ? Rational(digits, over: power) : Rational(digits * power)
  }
}
