import Multiprecision
import Testing

@Suite struct CertifiedValueTests {
  /// exp(x) - 1 - x cancels most of its digits, so the first attempt cannot do.
  @Test(arguments: [10, 50, 300])
  func raisesThePrecisionUntilTheDigitsHold(_ digits: Int) throws {
    let x = try Rational(parsing: "1e-40")
    var attempts: [Int] = []
    let value = try certifiedValue(digits: digits) { precision in
      attempts.append(precision)
      let ball = Ball(x, precision: precision)
      let one = Ball(1, precision: precision)
      return (Ball.exp(ball) - one - ball) / Ball(x * x, precision: precision) * Ball(2, precision: precision)
    }
    #expect(attempts.count >= 2 && zip(attempts, attempts.dropFirst()).allSatisfy { $1 == 2 * $0 })
    #expect(value.log10Radius <= Double(-digits))
    // 2 (exp(x) - 1 - x) / x² = 1 + x/3 + x²/12 + ...
    let series = 1 + x * Rational(1, 3) + x * x * Rational(1, 12) + x * x * x * Rational(1, 60)
    #expect(value.overlaps(Ball(midpoint: series, radius: x * x * x * x, precision: 2000)))
  }

  @Test func largeValuesAreCertifiedRelatively() throws {
    let value = try certifiedValue(digits: 40) { Ball.exp(Ball(1000, precision: $0)) }
    #expect(value.certifiedDecimal(maximumDigits: 40) == "1.970071114017046993888879352243323125317e434")
  }

  @Test func acceptsNoLargerRadius() throws {
    var radii = try ["1.1e-10", "0.99e-10", "1e-30"].map { try Rational(parsing: $0) }[...]
    let value = try certifiedValue(digits: 10) { precision in
      Ball(midpoint: Rational(1, 2), radius: radii.removeFirst(), precision: precision)
    }
    #expect(radii.count == 1 && value.log10Radius < -10)
  }

  @Test func givesUpWithTheReason() {
    do {
      _ = try certifiedValue(digits: 20, maximumPrecision: 500) {
        Ball(midpoint: 0, radius: 1, precision: $0)
      }
      Issue.record("a wide ball was certified")
    } catch let error as CertificationError {
      #expect(
        error.digits == 20 && error.maximumPrecision == 500 && abs(error.log10Radius) < 1e-6)
      #expect("\(error)".hasPrefix("could not certify 20 digits with 500 bits"))
    } catch {
      Issue.record("\(error)")
    }
    #expect(throws: CertificationError.self) {
      try certifiedValue(digits: 5, maximumPrecision: 99) { Ball.log(Ball(-1, precision: $0)) }
    }
    #expect(throws: ArithmeticError.notFinite) {
      try certifiedValue(digits: 5) { _ in throw ArithmeticError.notFinite }
    }
  }
}
