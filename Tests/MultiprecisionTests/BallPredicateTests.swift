import Multiprecision
import Testing

@Suite struct BallPredicateTests {
  @Test func signs() throws {
    try forEachTrial { generator in
      let (a, x) = generator.ballAndMember(within: 2)
      let input = "a = \(a), x = \(x)"
      let (low, high) = (
        try Rational(exactly: a.midpoint) - Rational(exactly: a.radius),
        try Rational(exactly: a.midpoint) + Rational(exactly: a.radius)
      )
      try #require(a.isPositive == (low > 0) && a.isNegative == (high < 0), "\(input)")
      try #require(a.isNonnegative == (low >= 0) && a.isNonpositive == (high <= 0), "\(input)")
      try #require(a.containsZero == (low <= 0 && high >= 0) && a.isNonzero == !a.containsZero, "\(input)")
      try #require(a.contains(low) && a.contains(high), "\(input)")
      try #require(
        !a.contains(low - Rational(1, 1 << 60)) && !a.contains(high + Rational(1, 1 << 60)), "\(input)")
    }
  }

  @Test func order() throws {
    try forEachTrial { generator in
      let ((a, x), (b, y)) = (generator.ballAndMember(within: 2), generator.ballAndMember(within: 2))
      let input = "a = \(a), x = \(x), b = \(b), y = \(y)"
      if Ball.certainlyLess(a, b) {
        try #require(x < y && a.isDisjoint(from: b) && Ball.certainlyLessOrEqual(a, b), "\(input)")
      }
      if x >= y { try #require(!Ball.certainlyLess(a, b), "\(input)") }
      if a.isDisjoint(from: b) {
        try #require(Ball.certainlyLess(a, b) != Ball.certainlyLess(b, a) && !a.overlaps(b), "\(input)")
      }
      if a.contains(b) { try #require(a.contains(y) && a.overlaps(b), "\(input)") }
    }
  }

  /// Radii are rounded up, so balls that should touch overlap a little.
  @Test func touchingBalls() {
    let (left, right) = (
      Ball(midpoint: 1, radius: 1, precision: 64), Ball(midpoint: 3, radius: 1, precision: 64)
    )
    #expect(left.overlaps(right) && !Ball.certainlyLess(left, right))
    #expect(left.contains(2) && right.contains(2) && left.contains(0) && !left.isPositive && !left.isNonzero)
    #expect(left.contains(Ball(midpoint: 1, radius: Rational(1, 2), precision: 64)) && !left.contains(right))
    let two = Ball(2, precision: 64)
    #expect(Ball.certainlyLessOrEqual(two, two) && !Ball.certainlyLess(two, two) && two.overlaps(two))
    #expect(
      Ball(0, precision: 9).isNonnegative && Ball(0, precision: 9).isNonpositive
        && Ball(0, precision: 9).isZero)
  }

  @Test func exactness() {
    let third = Ball(Rational(1, 3), precision: 64)
    #expect(
      !third.isExact && third.isFinite && third.contains(Rational(1, 3))
        && !third.contains(BigFloat(0.25, precision: 9)))
    #expect(Ball(Rational(5, 8), precision: 64).isExact && Ball(-7, precision: 64).contains(-7))
    #expect(
      Ball((1 << 40) + 1, precision: 10).contains((1 << 40) + 1)
        && !Ball((1 << 40) + 1, precision: 10).isExact)
    #expect(Ball(BigFloat(Rational(1, 3), precision: 500), precision: 20).isExact)
  }
  @Test func settingThePrecision() {
    let pi = Ball.pi(precision: 300)
    let rounded = pi.withPrecision(20)
    #expect(rounded.contains(pi) && abs(rounded.relativeAccuracyBits - 20) <= 2 && rounded.precision == 20)
    #expect(pi.workingPrecision(20).isIdentical(to: pi) && pi.workingPrecision(20).precision == 20)
  }
}
