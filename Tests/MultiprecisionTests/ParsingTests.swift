import Multiprecision
import Testing

@Suite struct ParsingTests {
  static let wellFormed: [(String, Rational)] = [
    ("1/3", Rational(1, 3)), ("0.1", Rational(1, 10)), ("+2.5e3", 2500), (".5", Rational(1, 2)), ("5.", 5),
    ("1e-3/7", Rational(1, 7000)), ("-0", 0), ("-1.50", Rational(-3, 2)), ("1E+2", 100), ("007", 7),
    ("6/4", Rational(3, 2)), ("-0.5/0.25", -2), (" 3\t", 3), ("1e0000000000000000000002", 100),
    ("0e-100000", 0), ("123456789.987654321e9", Rational(123_456_789_987_654_321)),
  ]

  @Test(arguments: wellFormed)
  func reads(_ text: String, _ value: Rational) throws {
    #expect(try Rational(parsing: text) == value)
    #expect(try Ball(text, precision: 100).contains(value))
  }

  @Test func readsExponentsExactly() throws {
    #expect(try Rational(parsing: "-1e-60") == -(Rational(10).power(-60)))
    #expect(try Rational(parsing: "1e100000").power(-1) == Rational(parsing: "1e-100000"))
  }

  @Test func readsWhatItPrints() throws {
    try forEachTrial { generator in
      let x = generator.rational()
      try #require(try Rational(parsing: "\(x)") == x, "x = \(x)")
    }
  }

  @Test(arguments: [
    "", " ", "nan", "inf", "1/0", "1/0.0e5", "0x1", "1 2", "1 /2", "1/ 2", "+", "-", ".", "e5", "1e", "1e+",
    "1e5.0",
    "1//2", "1/2/3", "1/-2", "1/", "/2", "--1", "1.2.3", "1,5", "1_000", "１", "1e1e1", "½", "−1", "1\n",
    "true",
  ])
  func rejects(_ text: String) {
    #expect(throws: NumberSyntaxError.self) { try Rational(parsing: text) }
    #expect(throws: NumberSyntaxError.self) { try Ball(text, precision: 64) }
  }

  @Test func messagesQuoteTheTextAndSayWhatWasExpected() {
    func message(_ text: String) -> String {
      do { return "\(try Rational(parsing: text))" } catch { return "\(error)" }
    }
    #expect(message("abc") == "cannot read \"abc\" as a number: \(expected)")
    #expect(message("1/0") == "cannot read \"1/0\" as a number: expected a denominator other than zero")
    let exponents = "expected an exponent between -100000 and 100000"
    #expect(message("1e100001") == "cannot read \"1e100001\" as a number: \(exponents)")
    #expect(message("1e-99999999999999999999").hasSuffix(exponents))
    let long = String(repeating: "1", count: 1_000_001)
    #expect(
      message(long) == "cannot read \"\(long.prefix(60))…\" as a number: "
        + "expected at most 1000000 characters, found 1000001")
  }

  private let expected = "expected a decimal such as -0.25 or 1e-60, or a fraction such as 1/3"

  @Test func readsAMillionDigits() throws {
    let text = "0." + String(repeating: "3", count: 999_998)
    let value = try Rational(parsing: text)
    #expect(value * 3 == 1 - (try Rational(10).power(-999_998)))
  }
}
