import CFLINT
import CThreadCaches

extension Ball {
  /// The first `count` coefficients of a power of a power series, (Σ a_i t^i)^exponent.
  ///
  /// - Precondition: `exponent` ≥ 0, `count` ≥ 0.
  ///
  /// **Error bound**: rigorous (Arb's `arb_poly_pow_ui_trunc_binexp`).
  /// **Complexity**: a few products of polynomials of that length.
  public static func powerSeries(
    _ coefficients: [Ball], toThe exponent: Int, count: Int, precision: Int
  ) -> [Ball] {
    fisherflow_attach_thread()
    precondition(exponent >= 0 && count >= 0, "a power series to the \(exponent), \(count) terms")
    var (base, power) = (arb_poly_struct(), arb_poly_struct())
    arb_poly_init(&base)
    arb_poly_init(&power)
    defer {
      arb_poly_clear(&base)
      arb_poly_clear(&power)
    }
    for (index, coefficient) in coefficients.enumerated() {
      coefficient.withPointer { arb_poly_set_coeff_arb(&base, index, $0) }
    }
    arb_poly_pow_ui_trunc_binexp(&power, &base, UInt(exponent), count, precision)
    return (0..<count).map { index in
      Ball(precision: precision) { arb_poly_get_coeff_arb($0, &power, index) }
    }
  }
}
