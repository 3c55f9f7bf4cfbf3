import Testing

@testable import Multiprecision

/// Sums of products in fixed point are as good as their largest product allows.
@Suite struct BigFloatBufferTests {
  private static func numbers(
    _ count: Int, spread: Int, _ generator: inout SplitMix64, precision: Int
  ) -> [BigFloat] {
    (0..<count).map { _ in
      if Int.random(in: 0..<8, using: &generator) == 0 { return BigFloat(zeroWithPrecision: precision) }
      let digits = (0..<8).reduce(Integer(1)) { sum, _ in
        sum * 1_000_000_007 + Integer(Int(generator.next() % 1_000_000_007))
      }
      let sign = generator.next().isMultiple(of: 2) ? 1 : -1
      return BigFloat(Rational(digits * Integer(sign)), precision: precision)
        .scaled(byPowerOfTwo: Int.random(in: -spread...spread, using: &generator))
    }
  }

  @Test func sumsOfProductsMissLessThanAUnitOfTheLargest() throws {
    for seed in 0..<(200 * trialMultiplier) {
      var generator = SplitMix64(seed: UInt64(seed))
      let precision = Int.random(in: 30...400, using: &generator)
      let count = Int.random(in: 0...40, using: &generator)
      let spread = [0, 3, 70, 1000][Int.random(in: 0...3, using: &generator)]
      let left = Self.numbers(count, spread: spread, &generator, precision: precision)
      let right = Self.numbers(count + 2, spread: spread, &generator, precision: precision)
      let found = BigFloatBuffer(left, precision: precision)
        .dot(0..<count, BigFloatBuffer(right, precision: precision), at: 2)
      let products = try (0..<count).map {
        try Rational(exactly: left[$0]) * Rational(exactly: right[$0 + 2])
      }
      let exact = products.reduce(0, +)
      let largest = products.map(\.magnitude).max() ?? 0
      let (error, unit) = (
        try (Rational(exactly: found) - exact).magnitude, try Rational.powerOfTwo(-precision)
      )
      #expect(error <= unit * (exact.magnitude + Rational(count) * largest * unit), "seed \(seed)")
    }
  }

  @Test func whatIsNotFiniteIsNotHidden() {
    let one = BigFloat(1, precision: 100)
    let infinite = one / BigFloat(zeroWithPrecision: 100)
    let buffer = BigFloatBuffer([one, infinite], precision: 100)
    #expect(!buffer.dot(0..<2, BigFloatBuffer([one, one], precision: 100), at: 0).isFinite)
    #expect(buffer.dot(0..<1, BigFloatBuffer([one, one], precision: 80), at: 0) == one)
  }
}
