import CFLINT
import CMPFR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Ball {
  /// The centre, exactly.
  public var midpoint: BigFloat {
    withPointer { ball in
      let center = arb_mid_ptr(ball)
      return BigFloat(arf: center, precision: max(precision, arf_bits(center)), MPFR_RNDN)
    }
  }

  /// An upper bound of the radius, tight to 30 bits.
  public var radius: BigFloat {
    withMagnitude { ball, radius in
      mag_set(radius, arb_rad_ptr(ball))
    } read: { radius in
      var number = arf_struct()
      arf_init_set_mag_shallow(&number, radius)
      return BigFloat(arf: &number, precision: 32, MPFR_RNDU)
    }
  }

  /// The greatest number of this precision that is not above any number in the ball.
  public var lowerBound: BigFloat { bound(MPFR_RNDD, arb_get_lbound_arf) }

  /// The least number of this precision that is not below any number in the ball.
  public var upperBound: BigFloat { bound(MPFR_RNDU, arb_get_ubound_arf) }

  /// An upper bound of log10 of the radius, tight to about 1e-9; -infinity for an exact ball.
  public var log10Radius: Double {
    withMagnitude { ball, radius in
      mag_set(radius, arb_rad_ptr(ball))
    } read: {
      log10Bound($0, slack: 1)
    }
  }

  /// An upper bound of log10 |x| over the ball; -infinity for zero.
  public var log10UpperMagnitude: Double {
    withMagnitude { ball, bound in
      arb_get_mag(bound, ball)
    } read: {
      log10Bound($0, slack: 1)
    }
  }

  /// A lower bound of log10 |x| over the ball; -infinity when it contains zero.
  public var log10LowerMagnitude: Double {
    withMagnitude { ball, bound in
      arb_get_mag_lower(bound, ball)
    } read: {
      log10Bound($0, slack: -1)
    }
  }

  /// An upper bound of |x| over the ball: infinite above 2^1000, and at least 2^-1000 unless it is zero.
  public var upperMagnitude: Double {
    withMagnitude { ball, bound in
      arb_get_mag(bound, ball)
    } read: {
      mag_get_d($0)
    }
  }

  /// An e with |x| < 2^e over the ball; nil beyond ±2^40.
  var log2Ceiling: Int? {
    var bound = arf_struct()
    arf_init(&bound)
    defer { arf_clear(&bound) }
    withPointer { arb_get_abs_ubound_arf(&bound, $0, 64) }
    let exponent = arf_abs_bound_lt_2exp_si(&bound)
    return exponent.magnitude < 1 << 40 ? exponent : nil
  }

  /// The midpoint's bits that the radius leaves, possibly negative (Arb's `arb_rel_accuracy_bits`).
  public var relativeAccuracyBits: Int { withPointer { arb_rel_accuracy_bits($0) } }

  /// The midpoint's nearest double.
  public var doubleValue: Double { withPointer { fisherflow_nearest_double(arb_mid_ptr($0)) } }

  private func bound(
    _ mode: mpfr_rnd_t,
    _ function: (UnsafeMutablePointer<arf_struct>?, UnsafePointer<arb_struct>?, Int) -> Void
  ) -> BigFloat {
    var number = arf_struct()
    arf_init(&number)
    defer { arf_clear(&number) }
    withPointer { function(&number, $0, precision) }
    return BigFloat(arf: &number, precision: precision, mode)
  }

  private func withMagnitude<Result>(
    _ write: (UnsafeMutablePointer<arb_struct>, UnsafeMutablePointer<mag_struct>) -> Void,
    read: (UnsafeMutablePointer<mag_struct>) -> Result
  ) -> Result {
    var magnitude = mag_struct()
    mag_init(&magnitude)
    defer { mag_clear(&magnitude) }
    withPointer { write($0, &magnitude) }
    return read(&magnitude)
  }
}

/// log10 of an Arb magnitude (a mantissa of 30 bits and an exponent of any size), pushed up (`slack` 1) or down
/// (-1) past the rounding errors of the double arithmetic.
private func log10Bound(_ magnitude: UnsafeMutablePointer<mag_struct>, slack: Double) -> Double {
  if mag_is_zero(magnitude) != 0 { return -.infinity }
  if mag_is_inf(magnitude) != 0 { return .infinity }
  let exponent = withUnsafePointer(to: magnitude.pointee.exp) { fmpz_get_d($0) }
  let value = log10(Double(magnitude.pointee.man)) + (exponent - 30) * 0.301_029_995_663_981_2
  return value + slack * 4e-15 * (abs(value) + 20)
}

extension BigFloat {
  /// An Arb float, rounded; beyond MPFR's exponents it becomes 0, an infinity, or the nearest bound.
  init(arf number: UnsafePointer<arf_struct>?, precision: Int, _ mode: mpfr_rnd_t) {
    self.init(precision: max(precision, Precision.minimum)) { result in
      let inexact = arf_get_mpfr(result, number, mode)
      _ = mpfr_check_range(result, inexact, mode)
    }
  }
}
