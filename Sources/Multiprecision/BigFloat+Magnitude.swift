import CFLINT
import CMPFR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension BigFloat {
  /// The midpoint of a ball in storage, rounded to nearest.
  package init(midpointOf ball: UnsafeMutablePointer<arb_struct>, precision: Int) {
    self.init(precision: precision) { result in
      arf_get_mpfr(result, UnsafeMutableRawPointer(ball).assumingMemoryBound(to: arf_struct.self), MPFR_RNDN)
    }
  }

  /// log10 |x|, to about 15 digits, for exponents of any size; -infinity for zero.
  public var log10Magnitude: Double {
    guard !isZero else { return -.infinity }
    guard isFinite else { return .infinity }
    return withPointer { pointer in
      var exponent = 0
      let mantissa = mpfr_get_d_2exp(&exponent, pointer, MPFR_RNDN)
      return log10(abs(mantissa)) + Double(exponent) * log10(2)
    }
  }
}
