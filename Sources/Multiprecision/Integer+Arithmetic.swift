import CGMP

extension Integer {
  public static func + (left: Integer, right: Integer) -> Integer {
    Integer { sum in left.withPointer { a in right.withPointer { __gmpz_add(sum, a, $0) } } }
  }

  public static func - (left: Integer, right: Integer) -> Integer {
    Integer { difference in left.withPointer { a in right.withPointer { __gmpz_sub(difference, a, $0) } } }
  }

  public static func * (left: Integer, right: Integer) -> Integer {
    Integer { product in left.withPointer { a in right.withPointer { __gmpz_mul(product, a, $0) } } }
  }

  public static prefix func - (value: Integer) -> Integer {
    Integer { result in value.withPointer { __gmpz_neg(result, $0) } }
  }

  public static func += (left: inout Integer, right: Integer) {
    left.withUniquePointer { a in right.withPointer { __gmpz_add(a, a, $0) } }
  }

  public static func -= (left: inout Integer, right: Integer) {
    left.withUniquePointer { a in right.withPointer { __gmpz_sub(a, a, $0) } }
  }

  public static func *= (left: inout Integer, right: Integer) {
    left.withUniquePointer { a in right.withPointer { __gmpz_mul(a, a, $0) } }
  }

  public var magnitude: Integer {
    Integer { result in withPointer { __gmpz_abs(result, $0) } }
  }

  /// The quotient rounded toward zero, and the remainder with the sign of the dividend, as for `Int`.
  ///
  /// - Throws: `divisionByZero`.
  public func quotientAndRemainder(
    dividingBy divisor: Integer
  ) throws(ArithmeticError) -> (quotient: Integer, remainder: Integer) {
    if divisor.isZero { throw .divisionByZero }
    var remainder = Integer(0)
    let quotient = Integer { q in
      remainder.withUniquePointer { r in
        withPointer { a in divisor.withPointer { __gmpz_tdiv_qr(q, r, a, $0) } }
      }
    }
    return (quotient, remainder)
  }

  /// The greatest common divisor, never negative; gcd(0, 0) = 0.
  public func greatestCommonDivisor(_ other: Integer) -> Integer {
    Integer { result in withPointer { a in other.withPointer { __gmpz_gcd(result, a, $0) } } }
  }

  /// The power with an exponent >= 0; 0^0 = 1.
  ///
  /// - Precondition: the exponent is not negative and the result has at most 2^32 bits.
  public func power(_ exponent: Int) -> Integer {
    precondition(exponent >= 0, "a negative power of an integer is a rational")
    precondition(powerFits(exponent), "the power would be too large to store")
    return Integer { result in withPointer { __gmpz_pow_ui(result, $0, UInt(exponent)) } }
  }

  /// Whether the power's magnitude has at most `maximumExactBits` bits.
  func powerFits(_ exponent: Int) -> Bool {
    if bitWidth <= 1 { return true }
    let (bits, overflow) = bitWidth.multipliedReportingOverflow(by: abs(exponent))
    return !overflow && bits <= ArithmeticError.maximumExactBits
  }
}
