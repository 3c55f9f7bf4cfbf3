import CFLINT

extension Ball {
  /// Reads `mid +/- rad`, `mid` or `mid +/- inf`; brackets around it are allowed.
  ///
  /// Midpoint and radius are numbers as `Rational` reads them, and decimals may have exponents up to 10^15. The
  /// ball contains every number within the radius of the midpoint as written.
  ///
  /// - Throws: `NumberSyntaxError`.
  public init(_ text: String, precision: Int) throws(NumberSyntaxError) {
    do throws(DecimalSyntax.Failure) {
      var bytes = Rational.trimmed(text)
      try DecimalSyntax.checkLength(bytes)
      if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]"), bytes.count > 1 {
        bytes = bytes.dropFirst().dropLast()
      }
      let parts = String(decoding: bytes, as: UTF8.self)
        .split(separator: "+/-", omittingEmptySubsequences: false).map { Rational.trimmed(String($0)) }
      switch parts.count {
      case 1:
        self = try Ball(bytes: parts[0], precision: precision)
      case 2:
        let midpoint = try Ball(bytes: parts[0], precision: precision)
        self =
          parts[1].elementsEqual("inf".utf8)
          ? .everything(precision: precision)
          : midpoint.addingError(try Ball(bytes: parts[1], precision: precision))
      default:
        throw DecimalSyntax.Failure(reason: Self.expectation)
      }
    } catch {
      throw NumberSyntaxError(text: text, reason: error.reason)
    }
  }

  private static let expectation = "expected a number, or a number and a radius such as 0.333 +/- 1e-3"

  private static let exponentLimit = 1_000_000_000_000_000

  /// A number as `Rational` reads it, or a decimal whose exponent is too large for an exact rational.
  private init(bytes: ArraySlice<UInt8>, precision: Int) throws(DecimalSyntax.Failure) {
    if !bytes.contains(UInt8(ascii: "/")) {
      let decimal = try DecimalSyntax(bytes, exponentLimit: Self.exponentLimit)
      if abs(decimal.exponent) > DecimalSyntax.maximumExponent {
        let text = bytes.map { CChar(bitPattern: $0) } + [0]
        self.init(precision: precision) { _ = arb_set_str($0, text, precision) }
        return
      }
    }
    self.init(try Rational(bytes: bytes), precision: precision)
  }
}
