import CFLINT

extension Ball {
  public static func exp(_ x: Ball) -> Ball { x.mapped(arb_exp) }

  /// exp(x) - 1.
  public static func expMinusOne(_ x: Ball) -> Ball { x.mapped(arb_expm1) }

  /// The natural logarithm; not finite unless the ball is positive.
  public static func log(_ x: Ball) -> Ball { x.mapped(arb_log) }

  /// log(1 + x); not finite unless the ball is above -1.
  public static func log(onePlus x: Ball) -> Ball { x.mapped(arb_log1p) }

  /// The square root; not finite when the ball contains a negative number.
  public static func sqrt(_ x: Ball) -> Ball { x.mapped(arb_sqrt) }

  /// The real power x^q: for an integer q everywhere (not finite for 0 to a negative), else for x >= 0.
  public static func pow(_ x: Ball, _ exponent: Rational) -> Ball {
    // A power multiplies the relative rounding error of what it raises by its exponent.
    let working = x.precision + min(exponent.numerator.bitWidth, x.precision) + 4
    return Ball(precision: x.precision) { result in
      x.withPointer { base in withFraction(exponent) { arb_pow_fmpq(result, base, $0, working) } }
      arb_set_round(result, result, x.precision)
    }
  }

  public static func tanh(_ x: Ball) -> Ball { increasing(x, arb_tanh) }

  /// The inverse tangent, in (-π/2, π/2).
  public static func arctan(_ x: Ball) -> Ball { x.mapped(arb_atan) }

  /// 1 / (1 + exp(-x)).
  public static func logistic(_ x: Ball) -> Ball { increasing(x, setLogistic) }

  /// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
  public static func softplus(_ x: Ball) -> Ball { increasing(x, setSoftplus) }

  /// An increasing function: of a narrow ball as it comes, of a wide one as the hull of the values at its ends.
  private static func increasing(_ x: Ball, _ function: UnaryFunction) -> Ball {
    let isNarrow = x.withPointer { mag_cmp_2exp_si(arb_rad_ptr($0), -8) < 0 }
    if isNarrow || !x.isFinite { return x.mapped(function) }
    let lower = Ball(x.lowerBound, precision: x.precision).mapped(function)
    let upper = Ball(x.upperBound, precision: x.precision).mapped(function)
    return lower.union(upper)
  }
}

/// Sets `result` to 1 / (1 + exp(-x)), through the exponential of a number that is not positive if x has a sign.
private func setLogistic(
  _ result: UnsafeMutablePointer<arb_struct>?, _ x: UnsafePointer<arb_struct>?, _ precision: Int
) {
  // Four guard bits keep the error of the three steps below an ulp.
  let working = precision + 4
  var exponential = arb_struct()
  arb_init(&exponential)
  defer { arb_clear(&exponential) }
  let isNegative = arb_is_negative(x) != 0
  if !isNegative {
    arb_neg(&exponential, x)
    exponentiate(&exponential, working)
    arb_add_ui(result, &exponential, 1, working)
    arb_ui_div(result, 1, result, precision)
  } else {
    arb_exp(&exponential, x, working)
    arb_add_ui(result, &exponential, 1, working)
    arb_div(result, &exponential, result, precision)
  }
}

/// Sets `result` to log(1 + exp(x)), through the exponential of a number that is not positive if x has a sign.
private func setSoftplus(
  _ result: UnsafeMutablePointer<arb_struct>?, _ x: UnsafePointer<arb_struct>?, _ precision: Int
) {
  let working = precision + 4
  var exponential = arb_struct()
  arb_init(&exponential)
  defer { arb_clear(&exponential) }
  if arb_is_positive(x) == 0 {
    arb_exp(&exponential, x, working)
    arb_log1p(result, &exponential, precision)
  } else {
    arb_neg(&exponential, x)
    exponentiate(&exponential, working)
    arb_log1p(result, &exponential, working)
    arb_add(result, result, x, precision)
  }
}

private func exponentiate(_ x: UnsafeMutablePointer<arb_struct>, _ precision: Int) {
  arb_exp(x, x, precision)
}
