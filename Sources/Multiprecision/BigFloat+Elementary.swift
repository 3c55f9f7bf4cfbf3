import CMPFR

/// Correctly rounded functions; arguments outside the domain give "not a number" or an infinity (IEEE 754).
extension BigFloat {
  public static func exp(_ x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_exp) }
  public static func exp(_ x: BigFloat, rounding: RoundingMode) -> BigFloat { x.mapped(rounding, mpfr_exp) }

  /// exp(x) - 1.
  public static func expMinusOne(_ x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_expm1) }
  public static func expMinusOne(_ x: BigFloat, rounding: RoundingMode) -> BigFloat {
    x.mapped(rounding, mpfr_expm1)
  }

  public static func log(_ x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_log) }
  public static func log(_ x: BigFloat, rounding: RoundingMode) -> BigFloat { x.mapped(rounding, mpfr_log) }

  /// log(1 + x).
  public static func log(onePlus x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_log1p) }
  public static func log(onePlus x: BigFloat, rounding: RoundingMode) -> BigFloat {
    x.mapped(rounding, mpfr_log1p)
  }

  public static func tanh(_ x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_tanh) }
  public static func tanh(_ x: BigFloat, rounding: RoundingMode) -> BigFloat { x.mapped(rounding, mpfr_tanh) }

  public static func sqrt(_ x: BigFloat) -> BigFloat { x.mapped(.nearestEven, mpfr_sqrt) }
  public static func sqrt(_ x: BigFloat, rounding: RoundingMode) -> BigFloat { x.mapped(rounding, mpfr_sqrt) }

  public static func pi(precision: Int) -> BigFloat {
    BigFloat(precision: precision) { _ = mpfr_const_pi($0, MPFR_RNDN) }
  }
}

/// Functions made of several roundings, on `guardBits` more bits: the error is below 0.51 ulp.
extension BigFloat {
  private static let guardBits = 16

  /// 1 / (1 + exp(-x)).
  public static func logistic(_ x: BigFloat) -> BigFloat {
    let precise = x.rounded(toPrecision: x.precision + guardBits)
    let one = BigFloat(1, precision: precise.precision)
    // The exponential of a negative number: nothing overflows.
    let small = exp(-precise.magnitude)
    let value = x.signum() < 0 ? small / (one + small) : one / (one + small)
    return value.rounded(toPrecision: x.precision)
  }

  /// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
  public static func softplus(_ x: BigFloat) -> BigFloat {
    let precise = x.rounded(toPrecision: x.precision + guardBits)
    var value = log(onePlus: exp(-precise.magnitude))
    if x.signum() > 0 { value += precise }
    return value.rounded(toPrecision: x.precision)
  }

  /// The real power x^q: for x < 0 defined when q is an integer.
  ///
  /// The exponent is rounded with so many more bits that its error does not show.
  public static func pow(_ x: BigFloat, _ exponent: Rational) -> BigFloat {
    if exponent.isInteger {
      let integer = exponent.numerator
      return BigFloat(precision: x.precision) { result in
        x.withPointer { base in integer.withPointer { _ = mpfr_pow_z(result, base, $0, MPFR_RNDN) } }
      }
    }
    if x.signum() < 0 { return BigFloat(precision: x.precision) { mpfr_set_nan($0) } }
    // |q · log x| < 2^(bits of q + bits of the binary exponent of x) bounds the relative effect of rounding q.
    let size = max(0, exponent.numerator.bitWidth - exponent.denominator.bitWidth + 1)
    let extra = size + (Int.bitWidth - x.exponent.magnitude.leadingZeroBitCount) + guardBits
    let power = BigFloat(exponent, precision: x.precision + extra)
    return combine(x, power, .nearestEven, mpfr_pow).rounded(toPrecision: x.precision)
  }
}
