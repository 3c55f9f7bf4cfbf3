import CFLINT

/// Bounds of a polynomial, with 30 bits, as exact balls.
extension BallPolynomial {
  /// A bound of Σ_{k ≥ first} |c_k|.
  public func norm(from first: Int = 0) -> Ball {
    bound { coefficients, count, sum, term in
      for order in stride(from: count - 1, through: first, by: -1) {
        arb_get_mag(term, coefficients + order)
        mag_add(sum, sum, term)
      }
    }
  }

  /// A bound of ∫ |p(s)| ds from 0 to 1, and of the norm of the integral from 0: Σ |c_k|/(k + 1).
  public var integralOfMagnitude: Ball { Self.integralOfNorm([self]) }

  /// A bound of ∫ |p(s)| ds from 0 to 1 for a vector p of polynomials and the Euclidean norm: Σ_k |c_k|/(k + 1) with the
  /// norms of the vectors c_k.
  ///
  /// The norm of the entries' integrals would be less than ∫ |p|, and is no bound.
  public static func integralOfNorm(_ vector: [BallPolynomial]) -> Ball {
    let sum = UnsafeMutablePointer<mag_struct>.allocate(capacity: 3)
    let (squares, term) = (sum + 1, sum + 2)
    for place in 0..<3 { mag_init(sum + place) }
    defer {
      for place in 0..<3 { mag_clear(sum + place) }
      sum.deallocate()
    }
    for order in 0..<(vector.map(\.length).max() ?? 0) {
      mag_zero(squares)
      for polynomial in vector {
        polynomial.withPointer { polynomial in
          guard let coefficients = polynomial.pointee.coeffs, order < polynomial.pointee.length else {
            return
          }
          arb_get_mag(term, coefficients + order)
          mag_addmul(squares, term, term)
        }
      }
      mag_sqrt(term, squares)
      mag_div_ui(term, term, UInt(order + 1))
      mag_add(sum, sum, term)
    }
    return Ball(precision: 64) { arf_set_mag(arb_mid_ptr($0), sum) }
  }

  /// A bound of what a product of two polynomials has at orders from `length` on: Σ_{j + k ≥ length} |a_j| |b_k|.
  ///
  /// - Complexity: linear in the lengths, by the sums of the second factor's last coefficients.
  public func excess(times other: BallPolynomial, from length: Int) -> Ball {
    bound { coefficients, count, sum, term in
      other.withPointer { other in
        guard let others = other.pointee.coeffs else { return }
        // The sum of |b_k| for k ≥ next.
        let rest = UnsafeMutablePointer<mag_struct>.allocate(capacity: 1)
        mag_init(rest)
        defer {
          mag_clear(rest)
          rest.deallocate()
        }
        var next = other.pointee.length
        for order in 0..<count {
          while next > max(length - order, 0) {
            next -= 1
            arb_get_mag(term, others + next)
            mag_add(rest, rest, term)
          }
          arb_get_mag(term, coefficients + order)
          mag_addmul(sum, term, rest)
        }
      }
    }
  }

  /// The polynomial with these coefficients, exactly.
  public init(doubles coefficients: [Double], precision: Int) {
    self.init(precision: precision) { result in
      arb_poly_fit_length(result, coefficients.count)
      guard let places = result.pointee.coeffs else { return }
      for (order, coefficient) in coefficients.enumerated() { arb_set_d(places + order, coefficient) }
      _arb_poly_set_length(result, coefficients.count)
      _arb_poly_normalise(result)
    }
  }

  /// The nearest doubles to the first midpoints, and a bound of the norm of what they miss; not finite where a midpoint is
  /// beyond the range of doubles.
  public func doubles(count: Int) -> (coefficients: [Double], missing: Ball) {
    var doubles = [Double](repeating: 0, count: count)
    let difference = BallBuffer(count: 1)
    let missing = bound { coefficients, length, sum, term in
      for order in 0..<length {
        var nearest = 0.0
        if order < count {
          nearest = fisherflow_nearest_double(arb_mid_ptr(coefficients + order))
          doubles[order] = nearest
        }
        arb_set_d(difference.base, nearest)
        arb_sub(difference.base, coefficients + order, difference.base, 64)
        arb_get_mag(term, difference.base)
        mag_add(sum, sum, term)
      }
    }
    return (doubles, missing)
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
