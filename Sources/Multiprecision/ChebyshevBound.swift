import CFLINT

/// Bounds of polynomials on [0, 1] by their Chebyshev coefficients.
///
/// s^k = 2^(1-2k) Σ'_j C(2k, k-j) T_j(2s - 1), where the term of j = 0 is halved. Powers of s hide how small a polynomial is
/// that oscillates: Σ |c_k| of T_n(2s - 1) is about (3 + √8)^n/2, and the sum of its Chebyshev coefficients is 1.
public struct ChebyshevBound: Sendable {
  /// Polynomials with no more coefficients are bounded.
  public let length: Int
  /// For each order j the weights of s^j, s^(j+1), ...: exact numbers.
  private let weights: [BallBuffer]

  /// - Complexity: length²/2 numbers of 2 · length bits.
  public init(length: Int) {
    self.length = length
    weights = (0..<length).map { j in
      let row = BallBuffer(count: length - j)
      var binomial: fmpz = 0
      fmpz_init(&binomial)
      defer { fmpz_clear(&binomial) }
      for k in j..<length {
        let place = row.base + (k - j)
        fmpz_bin_uiui(&binomial, UInt(2 * k), UInt(k - j))
        arb_set_fmpz(place, &binomial)
        arb_mul_2exp_si(place, place, (j == 0 ? 0 : 1) - 2 * k)
      }
      return row
    }
  }

  /// A bound of |p(s)| for 0 ≤ s ≤ 1, for a vector p and the Euclidean norm: Σ_j |a_j| with the norms of the vectors a_j of
  /// Chebyshev coefficients.
  ///
  /// - Precondition: no polynomial has more than `length` coefficients.
  /// - Complexity: one dot product of so many terms as there are orders from k on, for each entry and order k.
  public func peak(of vector: [BallPolynomial]) -> Ball {
    let orders = vector.map(\.length).max() ?? 0
    precondition(orders <= length, "the polynomial is too long")
    let coefficient = BallBuffer(count: 1)
    let bounds = UnsafeMutablePointer<mag_struct>.allocate(capacity: 3)
    let (squares, term, sum) = (bounds, bounds + 1, bounds + 2)
    for place in 0..<3 { mag_init(bounds + place) }
    defer {
      for place in 0..<3 { mag_clear(bounds + place) }
      bounds.deallocate()
    }
    for order in 0..<orders {
      mag_zero(squares)
      for polynomial in vector {
        polynomial.withPointer { pointer in
          guard let coefficients = pointer.pointee.coeffs, order < pointer.pointee.length else { return }
          arb_dot(
            coefficient.base, nil, 0, coefficients + order, 1, weights[order].base, 1,
            pointer.pointee.length - order, polynomial.precision)
          arb_get_mag(term, coefficient.base)
          mag_addmul(squares, term, term)
        }
      }
      mag_sqrt(term, squares)
      mag_add(sum, sum, term)
    }
    return Ball(precision: 64) { arf_set_mag(arb_mid_ptr($0), sum) }
  }
}
