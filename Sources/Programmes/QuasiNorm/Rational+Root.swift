import Multiprecision

extension Rational {
  /// The positive rational r with r^degree = self, if there is one, for a positive number.
  func exactRoot(_ degree: Int) -> Rational? {
    guard let top = Self.exactRoot(of: numerator, degree),
      let bottom = Self.exactRoot(of: denominator, degree)
    else { return nil }
    return Rational(top) / Rational(bottom)
  }

  /// The nearest integer to an approximate root is the only candidate.
  private static func exactRoot(of value: Integer, _ degree: Int) -> Integer? {
    guard value.signum() > 0, degree > 0 else { return nil }
    let precision = value.bitWidth / degree + 64
    let root = Ball.pow(Ball(Rational(value), precision: precision), Rational(1, degree))
    guard root.isFinite, let middle = try? Rational(exactly: root.midpoint) else { return nil }
    let candidate = (middle + Rational(1, 2)).floor()
    return candidate.power(degree) == value ? candidate : nil
  }
}
