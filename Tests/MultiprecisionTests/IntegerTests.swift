import Multiprecision
import Testing

@Suite struct IntegerTests {
  @Test func ringLaws() throws {
    try forEachTrial { generator in
      let (a, b, c) = (
        generator.integer(bits: 200), generator.integer(bits: 200), generator.integer(bits: 90)
      )
      try #require((a + b) * c == a * c + b * c, "a = \(a), b = \(b), c = \(c)")
      try #require(a - b == -(b - a), "a = \(a), b = \(b)")
      try #require((a - b) * (a + b) == a * a - b * b, "a = \(a), b = \(b)")
      try #require((a < b) == ((a - b).signum() < 0), "a = \(a), b = \(b)")
      try #require(a.magnitude == (a.signum() < 0 ? -a : a), "a = \(a)")
    }
  }

  @Test func agreesWithMachineIntegers() throws {
    try forEachTrial { generator in
      let (a, b) = (
        Int.random(in: -1000...1000, using: &generator), Int.random(in: 1...50, using: &generator)
      )
      let (quotient, remainder) = try Integer(a).quotientAndRemainder(dividingBy: Integer(b))
      try #require(quotient == Integer(a / b) && remainder == Integer(a % b), "\(a) / \(b)")
      try #require(Int(exactly: Integer(a) * Integer(b)) == a * b, "\(a) * \(b)")
      try #require("\(Integer(a))" == "\(a)" && Integer("\(a)") == Integer(a), "\(a)")
      try #require(Integer(a).doubleValue == Double(a) && Integer(a).isEven == (a % 2 == 0), "\(a)")
    }
  }

  @Test func divisionOfLargeNumbers() throws {
    try forEachTrial { generator in
      let (a, b) = (generator.integer(bits: 300), generator.integer(bits: 120))
      if b.isZero { return }
      let (quotient, remainder) = try a.quotientAndRemainder(dividingBy: b)
      try #require(quotient * b + remainder == a && remainder.magnitude < b.magnitude, "\(a) / \(b)")
      try #require(remainder.isZero || remainder.signum() == a.signum(), "\(a) / \(b)")
    }
    #expect(throws: ArithmeticError.divisionByZero) { try Integer(1).quotientAndRemainder(dividingBy: 0) }
  }

  @Test func divisorsAndPowers() throws {
    try forEachTrial { generator in
      let (a, b, c) = (generator.integer(bits: 90), generator.integer(bits: 90), generator.integer(bits: 60))
      try #require(
        (a * c).greatestCommonDivisor(b * c) == a.greatestCommonDivisor(b) * c.magnitude, "\(a), \(b), \(c)")
      try #require(a.power(5) == a * a * a * a * a, "\(a)")
    }
    #expect(Integer(0).power(0) == 1)
    #expect("\(Integer(2).power(100))" == "1267650600228229401496703205376")
  }

  @Test func limitsOfMachineIntegers() {
    #expect(Int(exactly: Integer(.max)) == .max)
    #expect(Int(exactly: Integer(.min)) == .min)
    #expect(Int(exactly: Integer(.max) + 1) == nil)
    #expect(Int(exactly: Integer(.min) - 1) == nil)
    #expect(Integer(255).bitWidth == 8 && Integer(-256).bitWidth == 9 && Integer(0).bitWidth == 0)
  }

  @Test func text() {
    #expect(Integer("+12") == 12)
    #expect(
      Integer("-00012345678901234567890") == -Integer(1_234_567_890) * Integer(10).power(10) - 1_234_567_890)
    for malformed in ["", "-", "+-1", "1 ", "0x1", "1.0", "1e3", "١"] { #expect(Integer(malformed) == nil) }
  }

  @Test func equalNumbersHashAlike() {
    let numbers = Set([Integer(7), Integer(3) + 4, Integer("7") ?? 0, Integer(-7), -Integer(2).power(70)])
    #expect(numbers.count == 3)
    #expect(numbers.contains(-Integer(4).power(35)))
  }
}
