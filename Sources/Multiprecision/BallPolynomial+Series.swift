import CFLINT

/// Power series: each result has the coefficients of orders below `length`.
extension BallPolynomial {
  private typealias Unary = (
    UnsafeMutablePointer<arb_poly_struct>?, UnsafePointer<arb_poly_struct>?, Int, Int
  ) -> Void
  private typealias Binary = (
    UnsafeMutablePointer<arb_poly_struct>?, UnsafePointer<arb_poly_struct>?, UnsafePointer<arb_poly_struct>?,
    Int, Int
  ) -> Void

  private func apply(_ length: Int, _ function: Unary) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in withPointer { function(result, $0, length, precision) } }
  }

  private func combine(_ other: BallPolynomial, _ length: Int, _ function: Binary) -> BallPolynomial {
    let precision = max(precision, other.precision)
    return BallPolynomial(precision: precision) { result in
      withPointer { a in other.withPointer { function(result, a, $0, length, precision) } }
    }
  }

  public func adding(_ other: BallPolynomial, length: Int) -> BallPolynomial {
    combine(other, length, arb_poly_add_series)
  }

  public func subtracting(_ other: BallPolynomial, length: Int) -> BallPolynomial {
    combine(other, length, arb_poly_sub_series)
  }

  public func multiplied(by other: BallPolynomial, length: Int) -> BallPolynomial {
    combine(other, length, arb_poly_mullow)
  }

  public static prefix func - (value: BallPolynomial) -> BallPolynomial {
    BallPolynomial(precision: value.precision) { result in value.withPointer { arb_poly_neg(result, $0) } }
  }

  /// 1/p; not finite where the head contains zero.
  public func reciprocal(length: Int) -> BallPolynomial { apply(length, arb_poly_inv_series) }

  /// Bits that a slope may have above the point: they are bits of every number besides.
  private static let greatestSteepness = 1 << 20

  /// For a polynomial p without radii a polynomial u ≈ e^p without radii, and a bound of the norm of ∫ (u' - p' u) at its
  /// orders below `length`.
  ///
  /// By k u_k = Σ_{j=1..k} (j p_j) u_{k-j} in fixed point. With |j p_j| < 2^f, |u_k| < 2^g, n limbs and K orders each u_k
  /// is that sum over k up to 2^(g - 64 n) (n 2^f + 2), and the slopes used miss less than 2^(f - 64 n) each, which
  /// matters as K 2^(f - 64 n) ‖u‖. The bound is not finite where a number is out of range.
  public func approximateExponential(length: Int) -> (series: BallPolynomial, residual: Ball) {
    let rest = norm(from: 1)
    let head = Ball.exp(self[0])
    let size = head.withPrecision(64) * Ball.exp(rest)
    let (slopes, radii) = derivative.midpointsAndRadii
    let count = min(slopes.length, max(length - 1, 0))
    let failure = (self, Ball.everything(precision: 64))
    guard size.isFinite, let ceiling = size.log2Ceiling,
      let steepness = (slopes.norm() + Ball(1, precision: 64)).log2Ceiling,
      steepness <= Self.greatestSteepness
    else { return failure }
    let limbs = FixedPointLine.limbs(precision: precision + steepness, terms: 8 * length)
    let left = FixedPointLine([slopes], orders: count, limbs: limbs)
    let line = FixedPointLine(count: length, limbs: limbs, exponent: ceiling)
    let sum = FixedPointLine.Sum(limbs: limbs)
    guard line.set(0, to: head) else { return failure }
    for k in 1..<max(length, 1) {
      left.dot(from: 0, count: min(k, count), line, backwardsFrom: k - 1, into: sum)
      // From units of 2^(f + g - 64 (n + 1)) to those of the line.
      let shift = left.exponent - 64
      if shift < 0 { fmpz_tdiv_q_2exp(sum.value, sum.value, UInt(-shift)) }
      if shift > 0 { fmpz_mul_2exp(sum.value, sum.value, UInt(shift)) }
      fmpz_tdiv_q_ui(sum.value, sum.value, UInt(k))
      guard line.set(k, units: sum.value) else { return failure }
    }
    let series = line.polynomial(precision: precision)
    let orders = Ball(length, precision: 64)
    let step = Ball(limbs, precision: 64).scaled(byPowerOfTwo: left.exponent) + Ball(2, precision: 64)
    let residual =
      orders * step.scaled(byPowerOfTwo: line.log2Unit)
      + (orders.scaled(byPowerOfTwo: left.log2Unit) + radii) * series.norm()
    return (series, residual)
  }

  /// Not finite where the head is not positive.
  public func logarithm(length: Int) -> BallPolynomial { apply(length, arb_poly_log_series) }
  public func squareRoot(length: Int) -> BallPolynomial { apply(length, arb_poly_sqrt_series) }

  public var derivative: BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { arb_poly_derivative(result, $0, precision) }
    }
  }
}
