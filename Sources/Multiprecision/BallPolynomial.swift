import CFLINT

/// A polynomial with coefficients in balls (Arb), also as a power series cut off at an order: the operations of
/// `BallPolynomial+Series` give the coefficients of orders below `length` of the result, rigorously.
///
/// A result has the larger working precision of its operands.
public struct BallPolynomial: @unchecked Sendable {
  private let storage: BallPolynomialStorage
  public let precision: Int

  init(precision: Int, writing body: (UnsafeMutablePointer<arb_poly_struct>) -> Void) {
    Precision.check(precision)
    self.precision = precision
    storage = .make()
    storage.withUnsafeMutablePointerToElements(body)
  }

  func withPointer<Result>(_ body: (UnsafeMutablePointer<arb_poly_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Coefficients from order 0 on.
  public init(_ coefficients: [Ball], precision: Int) {
    self.init(precision: precision) { result in
      for (order, coefficient) in coefficients.enumerated() {
        coefficient.withPointer { arb_poly_set_coeff_arb(result, order, $0) }
      }
    }
  }

  /// One entry of matrices of floating-point numbers, exactly, from order 0 on.
  public init(exactly orders: [Matrix<BigFloat>], entry: Int, precision: Int) {
    self.init(precision: precision) { result in
      arb_poly_fit_length(result, orders.count)
      guard let target = result.pointee.coeffs else { return }
      for (order, matrix) in orders.enumerated() {
        matrix.elements[entry].withPointer { arf_set_mpfr(arb_mid_ptr(target + order), $0) }
      }
      _arb_poly_set_length(result, orders.count)
      _arb_poly_normalise(result)
    }
  }

  /// One more than the highest order whose coefficient is not exactly zero.
  public var length: Int { withPointer { arb_poly_length($0) } }

  /// The coefficient of an order from 0 on; zero beyond the length.
  public subscript(order: Int) -> Ball {
    Ball(precision: precision) { result in withPointer { arb_poly_get_coeff_arb(result, $0, order) } }
  }

  public var coefficients: [Ball] { (0..<length).map { self[$0] } }

  /// The value at a point.
  public func value(at point: Ball) -> Ball {
    Ball(precision: max(precision, point.precision)) { result in
      withPointer { polynomial in
        point.withPointer { arb_poly_evaluate(result, polynomial, $0, max(precision, point.precision)) }
      }
    }
  }

  /// p(point + s) as a polynomial in s.
  public func shifted(by point: Ball) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { polynomial in
        point.withPointer { arb_poly_taylor_shift(result, polynomial, $0, precision) }
      }
    }
  }

  /// p(factor · s) as a polynomial in s.
  public func dilated(by factor: Ball) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { polynomial in
        arb_poly_set(result, polynomial)
        guard let coefficients = result.pointee.coeffs else { return }
        let power = BallBuffer(count: 1)
        arb_one(power.base)
        factor.withPointer { factor in
          for order in 1..<max(result.pointee.length, 1) {
            arb_mul(power.base, power.base, factor, precision)
            arb_mul(coefficients + order, coefficients + order, power.base, precision)
          }
        }
      }
    }
  }

  /// The polynomial with all coefficients multiplied by `factor`.
  public func scaled(by factor: Ball) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { polynomial in
        factor.withPointer { arb_poly_scalar_mul(result, polynomial, $0, precision) }
      }
    }
  }

  /// The coefficients of orders below `length`, rounded to `precision` bits outwards.
  public func truncated(to length: Int, precision: Int) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { arb_poly_set_trunc_round(result, $0, length, precision) }
    }
  }

  /// The polynomial without its constant term.
  public var withoutHead: BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { arb_poly_set(result, $0) }
      arb_poly_set_coeff_si(result, 0, 0)
    }
  }

  /// The polynomial of the midpoints, rounded to multiples of about 2^-precision times the largest coefficient: small
  /// coefficients are short, and products with them cheaper. It need not be within the balls.
  public func midpoints(precision: Int) -> BallPolynomial {
    BallPolynomial(precision: self.precision) { result in
      withPointer { arb_poly_set(result, $0) }
      guard let coefficients = result.pointee.coeffs else { return }
      let orders = 0..<result.pointee.length
      let exponents = orders.map { log2Bound(coefficients + $0) }
      let largest = exponents.max() ?? 0
      for order in orders {
        let middle = arb_mid_ptr(coefficients + order)
        let bits = precision - (largest - exponents[order])
        if bits < 2 { arf_zero(middle) } else { arf_set_round(middle, middle, bits, fisherflow_round_down) }
        mag_zero(arb_rad_ptr(coefficients + order))
      }
      _arb_poly_normalise(result)
    }
  }

  /// The polynomial of the midpoints, and a bound of the norm of what the radii allow besides.
  public var midpointsAndRadii: (midpoints: BallPolynomial, radii: Ball) {
    let radii = Ball(precision: 64) { sum in
      withPointer { polynomial in
        guard let coefficients = polynomial.pointee.coeffs else { return }
        for order in 0..<polynomial.pointee.length {
          mag_add(arb_rad_ptr(sum), arb_rad_ptr(sum), arb_rad_ptr(coefficients + order))
        }
      }
    }
    if radii.isExact { return (self, radii) }
    let midpoints = BallPolynomial(precision: precision) { result in
      withPointer { arb_poly_set(result, $0) }
      guard let coefficients = result.pointee.coeffs else { return }
      for order in 0..<result.pointee.length { mag_zero(arb_rad_ptr(coefficients + order)) }
      _arb_poly_normalise(result)
    }
    return (midpoints, radii.magnitude)
  }

  /// Whether all coefficients are finite, with exponents that fixed point can hold.
  public var isInRange: Bool {
    withPointer { polynomial in
      guard let coefficients = polynomial.pointee.coeffs else { return true }
      return (0..<polynomial.pointee.length).allSatisfy {
        arb_is_finite(coefficients + $0) != 0 && log2Bound(coefficients + $0) < 1 << 40
      }
    }
  }
}

/// An exponent e with |midpoint| < 2^e, cut off at ±2^60.
func log2Bound(_ ball: UnsafeMutablePointer<arb_struct>) -> Int {
  min(max(arf_abs_bound_lt_2exp_si(arb_mid_ptr(ball)), -(1 << 60)), 1 << 60)
}
