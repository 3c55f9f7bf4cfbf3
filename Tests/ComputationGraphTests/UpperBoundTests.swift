import Multiprecision
import Testing

@testable import ComputationGraph

/// Bounds in doubles against exact arithmetic, down to where doubles underflow.
@Suite struct UpperBoundTests {
  private static func random(_ generator: inout SplitMix64) -> Double {
    let fraction = Double.random(in: 1..<2, using: &generator)
    switch Int.random(in: 0...9, using: &generator) {
    case 0: return 0
    case 1: return .leastNonzeroMagnitude
    case 2...5:
      return Double(
        sign: .plus, exponent: Int.random(in: -1070...500, using: &generator), significand: fraction)
    default:
      return Double(sign: .plus, exponent: Int.random(in: -40...40, using: &generator), significand: fraction)
    }
  }

  /// No operation's result is below the exact one, and in the middle of the range none is much above.
  @Test func operationsRoundUp() throws {
    try forEachTrial(2000) { seed, generator in
      let (x, y) = (Self.random(&generator), Self.random(&generator))
      let (a, b) = (UpperBound(x), UpperBound(y))
      let (exactX, exactY) = (try Rational(exactly: x), try Rational(exactly: y))
      func check(_ bound: UpperBound, _ exact: Rational, _ name: String) throws {
        if bound.value == .infinity { return }
        let found = try Rational(exactly: bound.value)
        #expect(found >= exact, "seed \(seed): \(x) \(name) \(y)")
        #expect(
          try found <= exact * Rational(exactly: 1 + 0x1p-48) + Rational(exactly: 0x1p-999),
          "seed \(seed): \(x) \(name) \(y)")
      }
      try check(a + b, exactX + exactY, "+")
      try check(a * b, exactX * exactY, "*")
      if y > 0x1p-900 { try check(a.over(y), exactX / exactY, "/") }
      if y < 0.75 { try check(a.overOneMinus(b), exactX / (1 - exactY), "/1-") }
    }
  }

  @Test func whatIsNotKnownStaysSo() {
    #expect(UpperBound(1).over(0) == .infinity && UpperBound(1).over(-1) == .infinity)
    #expect(UpperBound(0).over(.nan) == .infinity)
    #expect(
      UpperBound(1).overOneMinus(0.8) == .infinity && UpperBound(1).overOneMinus(.infinity) == .infinity)
    #expect((UpperBound.infinity * 0).value == .infinity && (UpperBound.infinity + 1).value == .infinity)
    #expect(UpperBound.exp(1000).value == .infinity)
    #expect(UpperBound(up: .nan).value == .infinity)
  }

  /// No operation on what is no number gives a bound, and none loses it.
  @Test func whatIsNoNumberIsNoBound() {
    #expect(UpperBound(.nan) == .infinity && UpperBound(-1) == .infinity)
    #expect(UpperBound(sumOfProducts: .nan) == .infinity && UpperBound.exp(UpperBound(.nan)) == .infinity)
    for bounds in [[1, UpperBound(.nan)], [UpperBound(.nan), 1], [1, UpperBound(.nan), 2]] {
      #expect(UpperBound.greatest(bounds) == .infinity)
    }
    #expect(UpperBound.greatest([] as [UpperBound]) == 0)
    #expect(UpperBound.lesser(UpperBound(.nan), 1) == 1 && UpperBound.lesser(1, UpperBound(.nan)) == 1)
    for numbers in [[1, .nan], [.nan, 1], [0, .nan, 0], [.infinity, .nan]] as [[Double]] {
      #expect(UpperBound.euclideanNorm(numbers) == .infinity)
    }
    #expect(exponential(.nan) == .infinity && exponential(.infinity) == .infinity)
  }

  /// The exponential to one part in 2^34, up to the end of the range of doubles.
  @Test func exponentialsAreSharp() {
    forEachTrial(2000) { seed, generator in
      let x =
        seed % 2 == 0
        ? Double.random(in: 0..<709, using: &generator)
        : Double(sign: .plus, exponent: Int.random(in: -1070...9, using: &generator), significand: 1.25)
      let exact = Ball.exp(Ball(x, precision: 128))
      let ratio = (Ball(exponential(x), precision: 128) / exact - Ball(1, precision: 128)).log10UpperMagnitude
      #expect(x > 709 || ratio < -34 * 0.30103, "seed \(seed): e^\(x), off by 10^\(ratio)")
    }
  }

  /// Norms are not below the exact ones, nor much above, whatever the numbers' sizes.
  @Test func euclideanNormsRoundUp() throws {
    try forEachTrial(300) { seed, generator in
      let numbers = (0..<Int.random(in: 1...5, using: &generator)).map { _ in Self.random(&generator) }
      let bound = UpperBound.euclideanNorm(numbers).value
      let exact = try numbers.reduce(Rational(0)) { try $0 + Rational(exactly: $1) * Rational(exactly: $1) }
      #expect(try Rational(exactly: bound) * Rational(exactly: bound) >= exact, "seed \(seed): \(numbers)")
      let least = try Rational(exactly: max(bound * (1 - 0x1p-28) - 0x1p-999, 0))
      #expect(least * least <= exact, "seed \(seed): \(numbers)")
    }
  }

  /// The units hold what a step leaves out at any number of digits.
  @Test(arguments: [(12, 400), (60, 120), (562, 1735), (3336, 10_010)])
  func unitsAreOfTheSizeOfErrors(_ order: Int, _ precision: Int) {
    let arithmetic = FixedPointSeriesArithmetic(order: order, precision: precision, tracksErrors: true)
    let units = arithmetic.errorUnits
    #expect(units.bits == min(3 * order, precision))
    #expect(units.cut.value <= 1 && units.cut.value >= 0x1p-1000)
    #expect(units.size.value >= 0x1p-1000)
    // The last digit of a coefficient of size 1, weighed with 8^-k, is at most a unit.
    for k in 0..<order where precision - 3 * k > 0 {
      #expect(units.lastDigit(k, exponent: 0) <= 1, "order \(k)")
    }
    #expect(units.lastDigit(0, exponent: -(1 << 40)) == 0x1p-1000)
    #expect(units.lastDigit(0, exponent: 1 << 35) == .infinity)
  }
}
