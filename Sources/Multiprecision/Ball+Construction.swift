import CFLINT
import CThreadCaches

extension Ball {
  /// The smallest ball of this precision around a rational; exact when the precision holds it.
  public init(_ value: Rational, precision: Int) {
    self.init(precision: precision) { result in
      withFraction(value) { arb_set_fmpq(result, $0, precision) }
    }
  }

  public init(_ value: Int, precision: Int) {
    self.init(precision: precision) { result in
      arb_set_si(result, value)
      arb_set_round(result, result, precision)
    }
  }

  /// The double exactly, whatever the working precision.
  public init(_ value: Double, precision: Int) {
    self.init(precision: precision) { arb_set_d($0, value) }
  }

  /// The floating-point number exactly, whatever the working precision.
  public init(_ value: BigFloat, precision: Int) {
    self.init(precision: precision) { result in
      value.withPointer { arf_set_mpfr(arb_mid_ptr(result), $0) }
    }
  }

  /// The floating-point number exactly, with its own precision as working precision.
  public init(_ value: BigFloat) {
    self.init(value, precision: value.precision)
  }

  /// All numbers within |radius| of a number in `midpoint`; `radius` is taken by its upper bound.
  public init(midpoint: Ball, radius: Ball) {
    self = midpoint.addingError(radius)
  }

  /// All numbers within |radius| of `midpoint`.
  public init(midpoint: BigFloat, radius: BigFloat) {
    self = Ball(midpoint).addingError(Ball(radius, precision: midpoint.precision))
  }

  /// All numbers within |radius| of `midpoint`.
  public init(midpoint: Rational, radius: Rational, precision: Int) {
    self = Ball(midpoint, precision: precision).addingError(Ball(radius, precision: precision))
  }

  /// The smallest ball of this precision that contains both numbers and all between them.
  public init(from lower: Rational, to upper: Rational, precision: Int) {
    self = Ball(lower, precision: precision).union(Ball(upper, precision: precision))
  }

  public static func pi(precision: Int) -> Ball {
    Ball(precision: precision) { arb_const_pi($0, precision) }
  }

  /// The ball of all real numbers; it is not finite.
  public static func everything(precision: Int) -> Ball {
    Ball(precision: precision) { arb_zero_pm_inf($0) }
  }
}

/// Reads a rational as FLINT's type; the pointer is valid during `body` only.
func withFraction<Result>(_ value: Rational, _ body: (UnsafeMutablePointer<fmpq>) -> Result) -> Result {
  fisherflow_attach_thread()
  var fraction = fmpq()
  fmpq_init(&fraction)
  defer { fmpq_clear(&fraction) }
  value.withPointer { fmpq_set_mpq(&fraction, $0) }
  return withUnsafeMutablePointer(to: &fraction, body)
}
