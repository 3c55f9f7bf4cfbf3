import Multiprecision
import Testing

/// Numbers inside the input balls give results inside the output ball (as in Arb's t-add.c).
@Suite struct BallContainmentTests {
  @Test func arithmetic() throws {
    try forEachTrial(400) { generator in
      let ((a, x), (b, y)) = (generator.ballAndMember(), generator.ballAndMember())
      let input = "a = \(a), x = \(x), b = \(b), y = \(y)"
      try #require(a.contains(x) && b.contains(y), "\(input)")
      try #require((a + b).contains(x + y), "\(input)")
      try #require((a - b).contains(x - y), "\(input)")
      try #require((a * b).contains(x * y), "\(input)")
      if !y.isZero { try #require((a / b).contains(x / y), "\(input)") }
      try #require((-a).contains(-x) && a.magnitude.contains(x.magnitude), "\(input)")
      try #require(
        a.squared().contains(x * x) && a.scaled(byPowerOfTwo: -3).contains(x * Rational(1, 8)), "\(input)")
      try #require(a.addingError(b).contains(x + y) && a.addingError(b).contains(x - y), "\(input)")
      try #require(Ball(midpoint: a, radius: b).contains(x - y), "\(input)")
      try #require((a + b).precision == max(a.precision, b.precision), "\(input)")
      let other = generator.precision()
      try #require(
        a.withPrecision(other).contains(x) && a.withPrecision(other).precision == other, "\(input)")
      try #require(a.workingPrecision(other).isIdentical(to: a), "\(input)")
    }
  }

  @Test func inPlaceArithmetic() throws {
    try forEachTrial { generator in
      let ((a, x), (b, y), (c, z)) = (
        generator.ballAndMember(), generator.ballAndMember(), generator.ballAndMember()
      )
      var (sum, difference, product, quotient, added, subtracted) = (a, a, a, a, c, c)
      sum += b
      difference -= b
      product *= b
      quotient /= b
      added.addProduct(a, b)
      subtracted.subtractProduct(a, b)
      let input = "a = \(a), x = \(x), b = \(b), y = \(y), c = \(c), z = \(z)"
      try #require(sum.isIdentical(to: a + b) && difference.isIdentical(to: a - b), "\(input)")
      try #require(product.isIdentical(to: a * b), "\(input)")
      try #require(quotient.isIdentical(to: a / b) || !quotient.isFinite, "\(input)")
      try #require(added.contains(z + x * y) && subtracted.contains(z - x * y), "\(input)")
      try #require(added.precision == max(a.precision, b.precision, c.precision), "\(input)")
    }
  }

  /// On exact operands the result is as tight as the precision allows, so no enclosure is trivially wide.
  @Test func arithmeticIsTight() throws {
    try forEachTrial { generator in
      let precision = generator.precision() + 20
      let a = Ball(generator.nonzeroRational(), precision: precision)
      let b = Ball(BigFloat(generator.nonzeroRational(), precision: precision), precision: precision)
      let input = "a = \(a), b = \(b)"
      try #require((b * b).relativeAccuracyBits >= precision - 2, "\(input)")
      try #require((a * b).relativeAccuracyBits >= precision - 3, "\(input)")
      try #require((a / b).relativeAccuracyBits >= precision - 3, "\(input)")
      try #require((a.magnitude + b.magnitude).relativeAccuracyBits >= precision - 3, "\(input)")
    }
  }

  @Test func setOperations() throws {
    try forEachTrial { generator in
      let ((a, x), (b, y)) = (generator.ballAndMember(within: 1), generator.ballAndMember(within: 1))
      let input = "a = \(a), x = \(x), b = \(b), y = \(y)"
      let hull = a.union(b)
      try #require(
        hull.contains(x) && hull.contains(y) && hull.contains((x + y) * Rational(1, 2)), "\(input)")
      try #require(hull.contains(a) && hull.contains(b), "\(input)")
      if let shared = a.intersection(b) {
        try #require(a.overlaps(b) && !a.isDisjoint(from: b), "\(input)")
        if b.contains(x) { try #require(shared.contains(x), "\(input)") }
        try #require(shared.log10Radius <= min(a.log10Radius, b.log10Radius) + 0.4, "\(input)")
      } else {
        try #require(!a.contains(y) && !b.contains(x) && a.isDisjoint(from: b), "\(input)")
      }
      let interval = Ball(from: min(x, y), to: max(x, y), precision: 64)
      try #require(interval.contains(x) && interval.contains(y), "\(input)")
    }
  }

  @Test func bounds() throws {
    try forEachTrial { generator in
      let (a, x) = generator.ballAndMember()
      let input = "a = \(a), x = \(x)"
      let (low, high) = (try Rational(exactly: a.lowerBound), try Rational(exactly: a.upperBound))
      try #require(low <= x && x <= high, "\(input)")
      let (midpoint, radius) = (try Rational(exactly: a.midpoint), try Rational(exactly: a.radius))
      try #require((x - midpoint).magnitude <= radius, "\(input)")
      try #require(Ball(midpoint: a.midpoint, radius: a.radius).contains(a), "\(input)")
      try #require(a.isExact == radius.isZero && a.contains(a.midpoint), "\(input)")
      if !radius.isZero {
        try #require(!a.contains(midpoint + radius * Rational(1001, 1000)), "\(input)")
        let log = Ball.log(Ball(radius, precision: 80)) / Ball.log(Ball(10, precision: 80))
        try #require(a.log10Radius >= log.doubleValue && a.log10Radius < log.doubleValue + 1e-8, "\(input)")
      }
      let magnitude = try Rational(parsing: a.magnitude.upperBound.description)
      if !magnitude.isZero {
        let log = Ball.log(Ball(magnitude, precision: 80)) / Ball.log(Ball(10, precision: 80))
        try #require(abs(a.log10UpperMagnitude - log.doubleValue) < (a.precision < 20 ? 1 : 1e-4), "\(input)")
      }
      try #require(a.doubleValue == midpoint.doubleValue, "\(input)")
      if a.isNonzero {
        let least = min((midpoint - radius).magnitude, (midpoint + radius).magnitude)
        let log = (Ball.log(Ball(least, precision: 80)) / Ball.log(Ball(10, precision: 80))).doubleValue
        try #require(a.log10LowerMagnitude <= log + 1e-15 && a.log10LowerMagnitude > log - 1e-4, "\(input)")
      } else {
        try #require(a.log10LowerMagnitude == -.infinity, "\(input)")
      }
    }
  }
}
