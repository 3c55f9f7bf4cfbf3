import Multiprecision
import Testing

@Suite struct RationalTests {
  @Test func fieldLaws() throws {
    try forEachTrial { generator in
      let (a, b, c) = (generator.rational(), generator.nonzeroRational(), generator.rational())
      try #require((a + c) * b == a * b + c * b, "a = \(a), b = \(b), c = \(c)")
      try #require((a / b) * b == a, "a = \(a), b = \(b)")
      try #require(a - c + c == a, "a = \(a), c = \(c)")
      var (sum, difference, product, quotient) = (a, a, a, a)
      sum += b
      difference -= b
      product *= b
      quotient /= b
      try #require(
        sum == a + b && difference == a - b && product == a * b && quotient == a / b, "a = \(a), b = \(b)")
      try #require(try b.reciprocal() * b == 1, "b = \(b)")
      try #require((a < c) == ((a - c).signum() < 0), "a = \(a), c = \(c)")
      try #require(try a.divided(by: b) == a * b.reciprocal(), "a = \(a), b = \(b)")
    }
  }

  @Test func lowestTerms() throws {
    try forEachTrial { generator in
      let (a, b) = (generator.rational(), generator.nonzeroRational())
      for value in [a + b, a - b, a * b, a / b, try b.power(-3), -a] {
        try #require(value.denominator.signum() > 0, "a = \(a), b = \(b)")
        try #require(value.numerator.greatestCommonDivisor(value.denominator) == 1, "a = \(a), b = \(b)")
      }
    }
    #expect(Rational(6, -4) == Rational(-3, 2))
    #expect("\(Rational(6, -4)) \(Rational(-4, 2)) \(Rational(0, -5))" == "-3/2 -2 0")
    #expect(Set([Rational(1, 3), Rational(2, 6), Rational(-1, -3)]).count == 1)
  }

  @Test func powers() throws {
    try forEachTrial { generator in
      let base = generator.nonzeroRational(bits: 40)
      let (m, n) = (Int.random(in: -6...6, using: &generator), Int.random(in: -6...6, using: &generator))
      try #require(try base.power(m) * base.power(n) == base.power(m + n), "\(base), \(m), \(n)")
      try #require(try base.power(m).power(n) == base.power(m * n), "\(base), \(m), \(n)")
    }
    #expect(try Rational(0).power(0) == 1)
    #expect(throws: ArithmeticError.divisionByZero) { try Rational(0).power(-1) }
    #expect(throws: ArithmeticError.divisionByZero) { try Rational(0).reciprocal() }
    #expect(throws: ArithmeticError.divisionByZero) { try Rational(1).divided(by: 0) }
    #expect(throws: ArithmeticError.divisionByZero) { try Rational(numerator: 1, denominator: 0) }
    #expect(throws: ArithmeticError.tooLarge) { try Rational(3, 2).power(1 << 40) }
    #expect(throws: ArithmeticError.tooLarge) { try Rational(3, 2).power(.min) }
    #expect(try Rational(-1).power((1 << 40) + 1) == -1)
  }

  @Test func floorAndCeiling() throws {
    try forEachTrial { generator in
      let x = generator.rational()
      let (below, above) = (Rational(x.floor()), Rational(x.ceiling()))
      try #require(below <= x && x < below + 1 && x <= above && above < x + 1, "x = \(x)")
    }
    #expect(Rational(-1, 2).floor() == -1 && Rational(-1, 2).ceiling() == 0 && Rational(-3).floor() == -3)
  }

  @Test func doublesAreExact() throws {
    try forEachTrial(1000) { generator in
      let x = Double(bitPattern: generator.next())
      if x.isFinite { try #require(try Rational(exactly: x).doubleValue == x, "\(x)") }
    }
    #expect(try Rational(exactly: 0.1) == Rational(3_602_879_701_896_397, 1 << 55))
    for x in [Double.nan, .infinity, -.infinity] {
      #expect(throws: ArithmeticError.notFinite) { try Rational(exactly: x) }
    }
  }

  /// Halfway between two doubles goes to the even one, and anything beside it to the nearer one.
  @Test(arguments: [
    1.0, 1.5, 0x1.fffffffffffffp1023, 0x1p-1022, 0x1p-1040, 3 * Double.leastNonzeroMagnitude,
    Double.leastNonzeroMagnitude, 0,
  ])
  func nearestDouble(_ low: Double) throws {
    let high = low == .greatestFiniteMagnitude ? .infinity : low.nextUp
    let exact = try Rational(exactly: low)
    let step =
      low == .greatestFiniteMagnitude ? try Rational(2).power(971) : try Rational(exactly: high) - exact
    let even = low.significandBitPattern % 2 == 0 ? low : high
    let speck = step * (try Rational(2).power(-300))
    for sign in [1, -1] {
      let s = Rational(sign)
      #expect(((exact + step * Rational(1, 2)) * s).doubleValue == even * Double(sign))
      #expect(((exact + step * Rational(1, 2) - speck) * s).doubleValue == low * Double(sign))
      #expect(((exact + step * Rational(1, 2) + speck) * s).doubleValue == high * Double(sign))
    }
  }
}
