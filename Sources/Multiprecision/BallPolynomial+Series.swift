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
  public func exponential(length: Int) -> BallPolynomial { apply(length, arb_poly_exp_series) }
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

  /// The X with A X = B for matrices of power series: X_k = A_0⁻¹ (B_k - Σ_{j=1..k} A_j X_{k-j}).
  ///
  /// - Parameter inverse: an enclosure of A_0⁻¹.
  /// - Complexity: one dot product of `length` terms for each entry of A, column of B and order.
  public static func solve(
    _ a: Matrix<BallPolynomial>, _ b: Matrix<BallPolynomial>, inverse: Matrix<Ball>, length: Int,
    precision: Int
  ) -> Matrix<BallPolynomial> {
    let size = a.rows
    let left = BallBuffer(count: size * size * length)
    for (entry, polynomial) in a.elements.enumerated() {
      polynomial.copy(into: left.base + entry * length, length)
    }
    let x = BallBuffer(count: size * b.columns * length)
    let right = BallBuffer(count: b.elements.count * length)
    for (entry, polynomial) in b.elements.enumerated() {
      polynomial.copy(into: right.base + entry * length, length)
    }
    let rest = BallBuffer(count: size)
    let solution = BallBuffer(count: size)
    let rows = BallMatrix(inverse)
    for k in 0..<length {
      for column in 0..<b.columns {
        for row in 0..<size {
          arb_set(rest.base + row, right.base + ((row * b.columns + column) * length + k))
          for inner in 0..<size where k > 0 {
            arb_dot(
              rest.base + row, rest.base + row, 1, left.base + ((row * size + inner) * length + 1), 1,
              x.base + ((inner * b.columns + column) * length + (k - 1)), -1, k, precision)
          }
        }
        rows.withPointer { inverse in
          for row in 0..<size {
            arb_dot(
              solution.base + row, nil, 0, arb_mat_entry_ptr(inverse, row, 0), 1, rest.base, 1, size,
              precision)
          }
        }
        for row in 0..<size {
          arb_set(x.base + ((row * b.columns + column) * length + k), solution.base + row)
        }
      }
    }
    return Matrix(rows: size, columns: b.columns) { row, column in
      BallPolynomial(precision: precision) { result in
        for k in 0..<length {
          arb_poly_set_coeff_arb(result, k, x.base + ((row * b.columns + column) * length + k))
        }
      }
    }
  }

  /// Writes the first `count` coefficients; the target holds zeros.
  private func copy(into target: UnsafeMutablePointer<arb_struct>, _ count: Int) {
    withPointer { polynomial in
      for order in 0..<min(count, arb_poly_length(polynomial)) {
        arb_poly_get_coeff_arb(target + order, polynomial, order)
      }
    }
  }
}
