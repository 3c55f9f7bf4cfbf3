import CGMP
import CMPFR

extension BigFloat {
  /// The rational, correctly rounded.
  public init(_ value: Rational, precision: Int, rounding: RoundingMode) {
    self.init(precision: precision) { result in
      value.withPointer { _ = mpfr_set_q(result, $0, rounding.mpfr) }
    }
  }

  /// The rational, rounded to nearest.
  public init(_ value: Rational, precision: Int) {
    self.init(value, precision: precision, rounding: .nearestEven)
  }

  public init(_ value: Double, precision: Int) {
    self.init(precision: precision) { _ = mpfr_set_d($0, value, MPFR_RNDN) }
  }

  public init(_ value: Int, precision: Int) {
    self.init(precision: precision) { _ = mpfr_set_si_2exp($0, value, 0, MPFR_RNDN) }
  }

  /// The value in another precision.
  public func rounded(toPrecision precision: Int, _ mode: RoundingMode = .nearestEven) -> BigFloat {
    BigFloat(precision: precision) { result in withPointer { _ = mpfr_set(result, $0, mode.mpfr) } }
  }

  /// The nearest double, ties to even.
  public var doubleValue: Double { withPointer { mpfr_get_d($0, MPFR_RNDN) } }

  /// The value times a power of two, exactly.
  public func scaled(byPowerOfTwo power: Int) -> BigFloat {
    BigFloat(precision: precision) { result in
      withPointer { _ = mpfr_mul_2si(result, $0, power, MPFR_RNDN) }
    }
  }

  /// The next number of this precision toward positive infinity.
  public var nextUp: BigFloat {
    BigFloat(precision: precision) { result in
      withPointer { _ = mpfr_set(result, $0, MPFR_RNDN) }
      mpfr_nextabove(result)
    }
  }

  /// The next number of this precision toward negative infinity.
  public var nextDown: BigFloat { -((-self).nextUp) }
}

extension Rational {
  /// The exact value of a floating-point number.
  ///
  /// - Throws: `notFinite`; `tooLarge` when the binary exponent exceeds 2^26 in magnitude.
  public init(exactly value: BigFloat) throws(ArithmeticError) {
    guard value.isFinite else { throw .notFinite }
    guard value.isZero || abs(value.exponent) <= 1 << 26 else { throw .tooLarge }
    self.init { q in
      value.withPointer { number in
        let exponent = mpfr_get_z_2exp(&q.pointee._mp_num, number)
        if value.isZero { return }
        __gmpz_set_ui(&q.pointee._mp_den, 1)
        __gmpq_canonicalize(q)
        if exponent < 0 {
          __gmpq_div_2exp(q, q, UInt(-exponent))
        } else {
          __gmpq_mul_2exp(q, q, UInt(exponent))
        }
      }
    }
  }

  /// The nearest double, ties to even; infinite beyond the range of doubles.
  public var doubleValue: Double {
    // Rounding to odd first makes the second rounding correct, for subnormal doubles too.
    let wide = BigFloat(precision: 128) { result in
      let inexact = withPointer { mpfr_set_q(result, $0, MPFR_RNDZ) } != 0
      let isEven = mpfr_min_prec(result) < 128
      if inexact && isEven { signum() > 0 ? mpfr_nextabove(result) : mpfr_nextbelow(result) }
    }
    return wide.doubleValue
  }
}
