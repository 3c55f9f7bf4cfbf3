import CMPFR
import Multiprecision
import Testing

@Suite struct BigFloatTests {
  @Test func specialValues() throws {
    let (zero, one) = (BigFloat(zeroWithPrecision: 64), BigFloat(1, precision: 64))
    #expect((one / zero).isInfinite && (zero / zero).isNaN && zero.isZero && one.isFinite)
    #expect(!(one / zero).isFinite && !(zero / zero).isFinite && (zero / zero) != (zero / zero))
    #expect((-one / zero).signum() == -1 && zero.signum() == 0 && (zero / zero).signum() == 0)
    #expect(zero.exponent == .min && (one / zero).exponent == .max && one.exponent == 0)
    #expect(BigFloat.sqrt(-one).isNaN && BigFloat.log(-one).isNaN && BigFloat.log(zero).signum() == -1)
    #expect(throws: ArithmeticError.notFinite) { try Rational(exactly: one / zero) }
    #expect(throws: ArithmeticError.tooLarge) { try Rational(exactly: one.scaled(byPowerOfTwo: 1 << 27)) }
    #expect(try Rational(exactly: zero) == 0)
  }

  @Test func comparison() throws {
    try forEachTrial { generator in
      let (x, y) = (generator.rational(bits: 32), generator.rational(bits: 32))
      let (a, b) = (BigFloat(x, precision: 200), BigFloat(y, precision: 250))
      try #require((a < b) == (x < y) && (a > b) == (x > y) && a == BigFloat(x, precision: 200), "\(x), \(y)")
      try #require(a.signum() == x.signum() && a.isZero == x.isZero && (a <= b) == !(a > b), "\(x), \(y)")
    }
  }

  @Test func exactnessAndExponent() throws {
    try forEachTrial { generator in
      let a = BigFloat(generator.nonzeroRational(), precision: generator.precision())
      let exact = try Rational(exactly: a).magnitude
      let power = try Rational(2).power(a.exponent)
      try #require(power <= exact && exact < power * 2, "\(a)")
      try #require(
        try Rational(exactly: a.scaled(byPowerOfTwo: -70)) * Rational(2).power(70) == Rational(exactly: a))
      try #require(a.doubleValue == (try Rational(exactly: a)).doubleValue, "\(a)")
    }
    #expect(BigFloat(0.1, precision: 53).doubleValue == 0.1)
    #expect(try Rational(exactly: BigFloat(-7, precision: 10)) == -7)
  }

  @Test func decimalDigits() {
    func digits(_ value: Rational, _ count: Int) -> String { BigFloat(value, precision: 200).digits(count) }
    #expect(digits(Rational(1, 3), 5) == "0.33333")
    #expect(digits(Rational(-2, 3), 5) == "-0.66667")
    #expect(digits(1234, 4) == "1234" && digits(1234, 6) == "1234.00" && digits(1234, 2) == "1.2e3")
    #expect(digits(Rational(1, 1 << 20), 4) == "9.537e-7" && digits(Rational(1, 65536), 3) == "0.0000153")
    #expect(digits(Rational(99999, 100), 3) == "1.00e3" && digits(5, 1) == "5" && digits(0, 3) == "0")
    let (zero, one) = (BigFloat(zeroWithPrecision: 9), BigFloat(1, precision: 9))
    #expect("\(zero / zero) \(one / zero) \(-one / zero)" == "nan inf -inf")
  }

  @Test func descriptionIdentifiesTheNumber() throws {
    try forEachTrial { generator in
      let a = BigFloat(generator.rational(), precision: generator.precision())
      try #require(BigFloat(try Rational(parsing: a.description), precision: a.precision) == a, "\(a)")
    }
  }

  @Test func negativeBasesHaveIntegerPowersOnly() throws {
    let base = BigFloat(-2, precision: 80)
    #expect(BigFloat.pow(base, 3) == BigFloat(-8, precision: 80))
    #expect(BigFloat.pow(base, Rational(1, 3)).isNaN)
    #expect(BigFloat.pow(base, try 2 + Rational(2).power(-5000)).isNaN)
    #expect(BigFloat.pow(BigFloat(0, precision: 80), Rational(1, 2)).isZero)
  }

  typealias Directed = @Sendable (BigFloat, RoundingMode) -> BigFloat

  static let functions:
    [(directed: Directed, nearest: @Sendable (BigFloat) -> BigFloat, ball: @Sendable (Ball) -> Ball)] = [
      ({ .exp($0, rounding: $1) }, { .exp($0) }, Ball.exp),
      ({ .expMinusOne($0, rounding: $1) }, { .expMinusOne($0) }, Ball.expMinusOne),
      ({ .log($0, rounding: $1) }, { .log($0) }, { Ball.log($0) }),
      ({ .log(onePlus: $0, rounding: $1) }, { .log(onePlus: $0) }, { Ball.log(onePlus: $0) }),
      ({ .tanh($0, rounding: $1) }, { .tanh($0) }, Ball.tanh),
      ({ .sqrt($0, rounding: $1) }, { .sqrt($0) }, Ball.sqrt),
    ]

  /// Down and up are neighbours with the true value between them; the other modes take one of the two.
  @Test(arguments: functions.indices)
  func directedRounding(_ index: Int) throws {
    let (directed, nearest, ball) = Self.functions[index]
    try forEachTrial(60) { generator in
      let x = BigFloat(
        generator.rational(within: 20).magnitude + Rational(3, 2048), precision: 20 + generator.precision())
      let (down, up) = (directed(x, .down), directed(x, .up))
      let exact = ball(Ball(x, precision: 1000))
      try #require(down < up && down.nextUp == up, "function \(index) of \(x)")
      try #require(
        Ball.certainlyLess(Ball(down), exact) && Ball.certainlyLess(exact, Ball(up)), "\(index) of \(x)")
      let isPositive = exact.isPositive
      try #require(directed(x, .towardZero) == (isPositive ? down : up), "function \(index) of \(x)")
      try #require(directed(x, .awayFromZero) == (isPositive ? up : down), "function \(index) of \(x)")
      let isLower = Ball.certainlyLess(exact - Ball(down), Ball(up) - exact)
      try #require(nearest(x) == (isLower ? down : up), "function \(index) of \(x)")
      try #require(directed(x, .nearestEven) == nearest(x), "function \(index) of \(x)")
    }
  }

  /// Exponents so large that their own rounding would show.
  @Test func powersWithLargeExponents() throws {
    try forEachTrial(60) { generator in
      let x = BigFloat(
        1 + generator.rational(within: Rational(1, 1 << 20)), precision: 20 + generator.precision())
      let exponent = generator.rational(within: Rational(Integer(10).power(30))) + Rational(1, 3)
      let power = BigFloat.pow(x, exponent)
      let exact = Ball.pow(Ball(x, precision: 1000), exponent)
      if !power.isFinite || power.isZero { return }
      let halfUnit =
        (Ball(power.magnitude.nextUp) - Ball(power.magnitude)) * Ball(Rational(51, 100), precision: 1000)
      let error = (exact - Ball(power)).magnitude
      try #require(Ball.certainlyLess(error, halfUnit), "\(x) to the \(exponent): \(power)")
    }
  }

  @Test func precisions() {
    #expect(Precision.bits(forDigits: 100) == 333 && Precision.digits(forBits: 333) == 100)
    #expect(Precision.bits(forDigits: .max) > Precision.maximum && Precision.bits(forDigits: 0) == 0)
    #expect(
      BigFloat(Rational(4), precision: 9).isInteger && !BigFloat(Rational(9, 2), precision: 9).isInteger)
  }

  @Test func libraryIsThreadSafe() {
    #expect(mpfr_buildopt_tls_p() != 0)
  }
}
