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

  /// e^p, to about 2^-precision times the largest coefficient: by k u_k = Σ_{j=1..k} (j p_j) u_{k-j}, each order with as
  /// many bits as can matter, or by Newton's method where that is faster.
  public func exponential(length: Int) -> BallPolynomial {
    guard length > 2, precision < Self.newtonPrecision else { return apply(length, arb_poly_exp_series) }
    let count = min(self.length, length)
    let slopes = BallBuffer(count: length)
    return BallPolynomial(precision: precision) { result in
      arb_poly_fit_length(result, length)
      guard let series = result.pointee.coeffs else { return }
      withPointer { polynomial in
        guard count > 0, let coefficients = polynomial.pointee.coeffs else {
          arb_one(series)
          return
        }
        for j in 1..<max(count, 1) { arb_mul_ui(slopes.base + j, coefficients + j, UInt(j), precision) }
        arb_exp(series, coefficients, precision + Self.guardBits)
      }
      var (largest, last) = (log2Bound(series), log2Bound(series))
      for k in 1..<length {
        let bits = max(Self.leastPrecision, precision - (largest - last) + Self.guardBits)
        let terms = min(k, max(count - 1, 0))
        arb_dot(series + k, nil, 0, slopes.base + 1, 1, series + k - 1, -1, terms, bits)
        arb_div_ui(series + k, series + k, UInt(k), bits)
        last = log2Bound(series + k)
        largest = max(largest, last)
      }
      _arb_poly_set_length(result, length)
      _arb_poly_normalise(result)
    }
  }

  /// Bits from which on Newton's method is faster.
  private static let newtonPrecision = 1000
  public func logarithm(length: Int) -> BallPolynomial { apply(length, arb_poly_log_series) }
  public func squareRoot(length: Int) -> BallPolynomial { apply(length, arb_poly_sqrt_series) }

  /// p^exponent for a real exponent and a positive head.
  public func power(_ exponent: Ball, length: Int) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { polynomial in
        exponent.withPointer { arb_poly_pow_arb_series(result, polynomial, $0, length, precision) }
      }
    }
  }

  public var derivative: BallPolynomial {
    BallPolynomial(precision: precision) { result in
      withPointer { arb_poly_derivative(result, $0, precision) }
    }
  }

  /// The integral from 0.
  public var integral: BallPolynomial {
    BallPolynomial(precision: precision) { result in withPointer { arb_poly_integral(result, $0, precision) }
    }
  }
}
