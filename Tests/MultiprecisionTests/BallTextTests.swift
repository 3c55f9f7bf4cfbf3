import Multiprecision
import Testing

@Suite struct BallTextTests {
  @Test func descriptionReadsBackToAnEnclosure() throws {
    try forEachTrial { generator in
      let (ball, member) = generator.ballAndMember()
      let copy = try Ball(ball.description, precision: ball.precision + 30)
      try #require(copy.contains(ball) && copy.contains(member), "\(ball)")
      let bracketed = try Ball("[\(ball)]", precision: ball.precision)
      try #require(bracketed.contains(member), "\(ball)")
    }
  }

  @Test func exponentsBeyondRationals() throws {
    let tiny = Ball.exp(Ball(-1_000_000, precision: 100))
    #expect(
      tiny.description.hasSuffix("e-434325") && tiny.description.hasPrefix("3.296831478088558578968907969"),
      "\(tiny)"
    )
    #expect(try Ball(tiny.description, precision: 130).contains(tiny))
    #expect(
      abs(tiny.log10Radius + 434_294.48 + 30.5) < 2 && abs(tiny.log10UpperMagnitude + 434_294.4819) < 1e-3)
    #expect(throws: NumberSyntaxError.self) { try Ball("1e1000000000000001", precision: 64) }
    #expect(throws: NumberSyntaxError.self) { try Ball("1e200000/3", precision: 64) }
  }

  @Test func radiiFarBelowDoubles() throws {
    let ball = try Ball("1 +/- 1e-5000", precision: 20_000)
    #expect(ball.log10Radius >= -5000 && ball.log10Radius < -4999.999999)
    #expect(try Rational(exactly: ball.radius) >= Rational(10).power(-5000))
    #expect(ball.relativeAccuracyBits > 16_600 && ball.relativeAccuracyBits < 16_620)
    #expect(
      Ball(1, precision: 10).log10Radius == -.infinity
        && Ball(0, precision: 9).log10UpperMagnitude == -.infinity)
    #expect(Ball.everything(precision: 10).log10Radius == .infinity)
  }

  @Test(arguments: [
    "0.333 +/- ", "+/- 1", "1 +/- nan", "1 +/- 2 +/- 3", "[1", "1]", "[]", "inf", "1 + /- 2", "nan +/- inf",
  ])
  func rejects(_ text: String) {
    #expect(throws: NumberSyntaxError.self) { try Ball(text, precision: 64) }
  }

  @Test func nonFiniteBalls() throws {
    let everything = Ball.everything(precision: 64)
    #expect(everything.description == "0 +/- inf")
    #expect(!(try Ball(everything.description, precision: 64)).isFinite)
    #expect(Ball.log(Ball(-1, precision: 64)).description == "0 +/- inf")
    #expect(everything.certifiedDecimal(maximumDigits: 5) == "+/- inf")
  }

  @Test(arguments: [
    ("0.3333333 +/- 1e-6", 20, "0.33333"), ("1 +/- 1e-20", 10, "1.000000000"), ("1 +/- 1e-4", 10, "1.00"),
    ("0.15", 5, "0.15000"), ("-123.456 +/- 0.0009", 9, "-123.46"), ("12345 +/- 100", 9, "1.2e4"),
    ("2.5e-30 +/- 1e-33", 9, "2.50e-30"), ("0", 3, "0"), ("0 +/- 0.5", 3, "+/- 0.501"),
    ("1 +/- 0.9", 3, "+/- 1.91"),
    ("1.4999 +/- 0.001", 9, "1.50"), ("99999 +/- 1", 9, "1.000e5"),
  ])
  func certifiedDecimals(_ text: String, _ digits: Int, _ expected: String) throws {
    #expect(try Ball(text, precision: 120).certifiedDecimal(maximumDigits: digits) == expected)
  }

  /// Every digit printed is right: each member rounds to what is printed.
  @Test func certifiedDigitsHoldForMembers() throws {
    try forEachTrial(400) { generator in
      let (ball, member) = generator.ballAndMember()
      let text = ball.certifiedDecimal(maximumDigits: Int.random(in: 1...40, using: &generator))
      if text.hasPrefix("+/- ") {
        let bound = try Rational(parsing: String(text.dropFirst(4)))
        try #require(member.magnitude <= bound, "\(ball): \(text)")
        return
      }
      let mantissa = text.prefix { $0 != "e" }
      let decimals =
        mantissa.firstIndex(of: ".").map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
      let exponent = text.firstIndex(of: "e").flatMap { Int(text[text.index(after: $0)...]) } ?? 0
      let halfUnit = try Rational(10).power(exponent - decimals) * Rational(1, 2)
      try #require(
        (member - Rational(parsing: text)).magnitude <= halfUnit || ball.isZero, "\(ball): \(text)")
    }
  }

  /// As many digits as the radius allows, less one for an unlucky place.
  @Test func certifiedDecimalsAreLong() throws {
    try forEachTrial { generator in
      let value = generator.rational(within: 20)
      if value.isZero { return }
      let ball = Ball(midpoint: value, radius: value.magnitude * Rational(1, 1 << 60), precision: 100)
      let digits = ball.certifiedDecimal(maximumDigits: 30).prefix { $0 != "e" }.filter(\.isNumber).drop {
        $0 == "0"
      }
      try #require(digits.count >= 15 && digits.count <= 19, "\(ball): \(digits)")
    }
  }
}
