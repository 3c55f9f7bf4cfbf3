import Multiprecision
import Testing

@Suite struct MemoryAccountTests {
  @Test func entriesEndWithTheirOwner() throws {
    let account = MemoryAccount(limit: 1_000)
    do {
      let entry = try account.reserve(900, for: "a matrix")
      #expect(account.available == 100)
      let error = #expect(throws: MemoryLimitError.self) { try account.reserve(101, for: "another") }
      #expect(error == MemoryLimitError(purpose: "another", bytes: 101, limit: 1_000))
      withExtendedLifetime(entry) {}
    }
    #expect(account.available == 1_000)
    #expect(throws: MemoryLimitError.self) { try account.check(.max, for: "all") }
  }

  @Test func countsDoNotWrap() {
    #expect(MemoryAccount.product(1 << 40, 1 << 40) == .max)
    #expect(MemoryAccount.product(.max, 0) == 0)
    #expect(MemoryAccount.sum(.max, 1) == .max)
    #expect(MemoryAccount.bytes(numbers: .max, precision: 1 << 20) == .max)
  }

  @Test func tasksShareTheirAccount() async throws {
    try await MemoryAccount.$current.withValue(MemoryAccount(limit: 10)) {
      let entry = try MemoryAccount.current.reserve(7, for: "x")
      #expect(await Task { MemoryAccount.current.available }.value == 3)
      withExtendedLifetime(entry) {}
    }
    #expect(MemoryAccount.current.limit == MemoryAccount.standardLimit)
  }

  @Test func whatANumberTakesUpIsNotUnderestimated() throws {
    for text in ["1", "-0.25", "1e100000", "1e-100000", "1e100000/3", "3/1e99999", "12345678901234567890"] {
      let number = try Rational(parsing: text)
      #expect(Rational.estimatedBytes(of: text) >= number.bitWidth / 8, "\(text)")
    }
    #expect(Rational.estimatedBytes(of: "1e99999999999999999999999") < 1_000)
    #expect(Rational.estimatedBytes(of: "1e-9223372036854775808") < 100_000)
  }

  /// Powers of two from 2^-300000 to 2^300000, and numbers between them.
  @Test func logarithmsOfRationalsBeyondTheDoubles() throws {
    for exponent in [-300_000, -1_100, -1, 0, 1, 52, 1_100, 300_000] {
      let power = try Rational.powerOfTwo(exponent)
      #expect(power.log2Magnitude == Double(exponent))
      #expect(abs((power * Rational(-3, 7)).log2Magnitude - Double(exponent) + 1.222_392_421_336) < 1e-9)
    }
    #expect(Rational(0).log2Magnitude == -.infinity)
    #expect(throws: ArithmeticError.tooLarge) { try Rational.powerOfTwo(.min) }
    #expect(Int(clamping: Double.nan) == 0 && Int(clamping: 2.9) == 2 && Int(clamping: -2.9) == -2)
    #expect(Int(clamping: Double.infinity) == 1 << 62 && Int(clamping: -1e300) == -1 << 62)
  }
}
