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
