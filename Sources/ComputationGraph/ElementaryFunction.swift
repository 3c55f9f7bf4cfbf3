import Multiprecision

extension ElementaryFunction {
  /// y = the function of x; y is not x, and scratch is neither.
  func evaluate(
    _ y: UnsafeMutablePointer<arb_struct>, _ x: UnsafeMutablePointer<arb_struct>, precision: Int,
    scratch: UnsafeMutablePointer<arb_struct>
  ) {
    switch self {
    case .exp: arb_exp(y, x, precision)
    case .log: arb_log(y, x, precision)
    case .tanh: arb_tanh(y, x, precision)
    case .sqrt: arb_sqrt(y, x, precision)
    case .reciprocal: arb_inv(y, x, precision)
    case .logistic:
      // 1/(1 + e^-x): Arb's exponents do not overflow, and the sum loses nothing in either direction.
      arb_neg(y, x)
      arb_exp(y, y, precision)
      arb_add_ui(y, y, 1, precision)
      arb_inv(y, y, precision)
    case .softplus:
      // max(x, 0) + log(1 + e^-|x|)
      let magnitude = scratch
      arb_abs(magnitude, x)
      arb_neg(magnitude, magnitude)
      arb_exp(magnitude, magnitude, precision)
      arb_log1p(magnitude, magnitude, precision)
      if arb_is_nonnegative(x) != 0 {
        arb_add(y, x, magnitude, precision)
      } else {
        arb_set(y, magnitude)
      }
    case .power(let exponent):
      let power = scratch
      Ball(exponent, precision: precision).withPointer { arb_pow(power, x, $0, precision) }
      arb_swap(y, power)
    }
  }

  /// Why the function of x, a number without radius, could not be computed.
  func failure(at x: UnsafeMutablePointer<arb_struct>) -> SeriesError {
    isDefined(at: x) ? .beyondRange(self) : .outsideDomain(self)
  }

  /// Whether the function is analytic at x; what is no finite number counts.
  private func isDefined(at x: UnsafeMutablePointer<arb_struct>) -> Bool {
    guard arb_is_finite(x) != 0 else { return true }
    return switch self {
    case .exp, .logistic, .softplus, .tanh: true
    case .log, .sqrt: arb_is_positive(x) != 0
    case .reciprocal: arb_is_zero(x) == 0
    case .power(let exponent):
      arb_is_positive(x) != 0 || exponent.isInteger && (exponent >= 0 || arb_is_zero(x) == 0)
    }
  }
}
