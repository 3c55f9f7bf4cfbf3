import CFLINT

/// Certified statements: true means true for every choice of numbers in the balls; false may mean "not known".
extension Ball {
  /// Whether the radius is zero.
  public var isExact: Bool { withPointer { arb_is_exact($0) != 0 } }

  /// Whether midpoint and radius are finite.
  public var isFinite: Bool { withPointer { arb_is_finite($0) != 0 } }

  /// Whether the ball is exactly zero.
  public var isZero: Bool { withPointer { arb_is_zero($0) != 0 } }

  public var isPositive: Bool { withPointer { arb_is_positive($0) != 0 } }

  public var isNegative: Bool { withPointer { arb_is_negative($0) != 0 } }

  public var isNonnegative: Bool { withPointer { arb_is_nonnegative($0) != 0 } }

  public var isNonpositive: Bool { withPointer { arb_is_nonpositive($0) != 0 } }

  /// Whether no number in the ball is zero.
  public var isNonzero: Bool { withPointer { arb_is_nonzero($0) != 0 } }

  /// Whether zero is in the ball.
  public var containsZero: Bool { withPointer { arb_contains_zero($0) != 0 } }

  public func contains(_ value: Rational) -> Bool {
    withPointer { ball in withFraction(value) { arb_contains_fmpq(ball, $0) != 0 } }
  }

  public func contains(_ value: Int) -> Bool { withPointer { arb_contains_si($0, value) != 0 } }

  public func contains(_ value: BigFloat) -> Bool {
    withPointer { ball in value.withPointer { arb_contains_mpfr(ball, $0) != 0 } }
  }

  /// Whether every number of `other` is in this ball.
  public func contains(_ other: Ball) -> Bool {
    withPointer { ball in other.withPointer { arb_contains(ball, $0) != 0 } }
  }

  /// Whether some number is in both balls.
  public func overlaps(_ other: Ball) -> Bool {
    withPointer { ball in other.withPointer { arb_overlaps(ball, $0) != 0 } }
  }

  /// Whether no number is in both balls.
  public func isDisjoint(from other: Ball) -> Bool { !overlaps(other) }

  /// Whether both have the same midpoint and the same radius; this says nothing about equal numbers.
  public func isIdentical(to other: Ball) -> Bool {
    withPointer { ball in other.withPointer { arb_equal(ball, $0) != 0 } }
  }

  /// Whether every number of the first ball is less than every number of the second one.
  public static func certainlyLess(_ left: Ball, _ right: Ball) -> Bool {
    left.withPointer { a in right.withPointer { arb_lt(a, $0) != 0 } }
  }

  /// Whether no number of the first ball is greater than any number of the second one.
  public static func certainlyLessOrEqual(_ left: Ball, _ right: Ball) -> Bool {
    left.withPointer { a in right.withPointer { arb_le(a, $0) != 0 } }
  }
}
