import CFLINT

/// Bounds of a polynomial, with 30 bits, as exact balls.
extension BallPolynomial {
  /// A bound of Σ_{k ≥ first} |c_k| weight^k.
  ///
  /// - Parameter weight: not negative.
  public func norm(weight: Ball, from first: Int = 0) -> Ball {
    bound { coefficients, count, sum, term in
      var factor = mag_struct()
      mag_init(&factor)
      defer { mag_clear(&factor) }
      weight.withPointer { arb_get_mag(&factor, $0) }
      for order in stride(from: count - 1, through: first, by: -1) {
        arb_get_mag(term, coefficients + order)
        mag_mul(sum, sum, &factor)
        mag_add(sum, sum, term)
      }
      for _ in 0..<min(first, count) { mag_mul(sum, sum, &factor) }
    }
  }

  /// A bound of ∫ |p(s)| ds from 0 to 1: Σ |c_k|/(k + 1).
  public var integralOfMagnitude: Ball {
    bound { coefficients, count, sum, term in
      for order in 0..<count {
        arb_get_mag(term, coefficients + order)
        mag_div_ui(term, term, UInt(order + 1))
        mag_add(sum, sum, term)
      }
    }
  }

  private func bound(
    _ body: (
      _ coefficients: UnsafeMutablePointer<arb_struct>, _ count: Int, _ sum: UnsafeMutablePointer<mag_struct>,
      _ term: UnsafeMutablePointer<mag_struct>
    ) -> Void
  ) -> Ball {
    var (sum, term) = (mag_struct(), mag_struct())
    mag_init(&sum)
    mag_init(&term)
    defer {
      mag_clear(&sum)
      mag_clear(&term)
    }
    withPointer { polynomial in
      if let coefficients = polynomial.pointee.coeffs {
        body(coefficients, polynomial.pointee.length, &sum, &term)
      }
    }
    return Ball(precision: 64) { arf_set_mag(arb_mid_ptr($0), &sum) }
  }
}
