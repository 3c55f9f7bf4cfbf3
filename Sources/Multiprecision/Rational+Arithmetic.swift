import CGMP

extension Rational {
  public static func + (left: Rational, right: Rational) -> Rational {
    Rational { sum in left.withPointer { a in right.withPointer { __gmpq_add(sum, a, $0) } } }
  }

  public static func - (left: Rational, right: Rational) -> Rational {
    Rational { difference in left.withPointer { a in right.withPointer { __gmpq_sub(difference, a, $0) } } }
  }

  public static func * (left: Rational, right: Rational) -> Rational {
    Rational { product in left.withPointer { a in right.withPointer { __gmpq_mul(product, a, $0) } } }
  }

  /// The quotient, in code that knows its divisor; data goes through `divided(by:)`.
  ///
  /// - Precondition: the divisor is not zero.
  public static func / (left: Rational, right: Rational) -> Rational {
    precondition(!right.isZero, "division by zero")
    return left.quotient(right)
  }

  public static prefix func - (value: Rational) -> Rational {
    Rational { result in value.withPointer { __gmpq_neg(result, $0) } }
  }

  public static func += (left: inout Rational, right: Rational) {
    left.withUniquePointer { a in right.withPointer { __gmpq_add(a, a, $0) } }
  }

  public static func -= (left: inout Rational, right: Rational) {
    left.withUniquePointer { a in right.withPointer { __gmpq_sub(a, a, $0) } }
  }

  public static func *= (left: inout Rational, right: Rational) {
    left.withUniquePointer { a in right.withPointer { __gmpq_mul(a, a, $0) } }
  }

  /// - Precondition: the divisor is not zero.
  public static func /= (left: inout Rational, right: Rational) { left = left / right }

  /// - Throws: `divisionByZero`.
  public func divided(by divisor: Rational) throws(ArithmeticError) -> Rational {
    if divisor.isZero { throw .divisionByZero }
    return quotient(divisor)
  }

  /// The quotient by a number that is not zero.
  private func quotient(_ divisor: Rational) -> Rational {
    Rational { result in withPointer { a in divisor.withPointer { __gmpq_div(result, a, $0) } } }
  }

  public var magnitude: Rational {
    Rational { result in withPointer { __gmpq_abs(result, $0) } }
  }

  /// - Throws: `divisionByZero` for zero.
  public func reciprocal() throws(ArithmeticError) -> Rational {
    if isZero { throw .divisionByZero }
    return Rational { result in withPointer { __gmpq_inv(result, $0) } }
  }

  /// The power; x^0 = 1 for every x.
  ///
  /// - Throws: `divisionByZero` for a negative power of zero, `tooLarge` beyond 2^32 bits.
  public func power(_ exponent: Int) throws(ArithmeticError) -> Rational {
    if exponent < 0 && isZero { throw .divisionByZero }
    guard exponent != .min, numerator.powerFits(exponent), denominator.powerFits(exponent) else {
      throw .tooLarge
    }
    let numerator = self.numerator.power(abs(exponent))
    let denominator = self.denominator.power(abs(exponent))
    return exponent < 0
      ? Rational(denominator, over: numerator) : Rational(numerator, over: denominator)
  }

  /// The greatest integer not above the value.
  public func floor() -> Integer {
    Integer { result in withPointer { __gmpz_fdiv_q(result, &$0.pointee._mp_num, &$0.pointee._mp_den) } }
  }

  /// The least integer not below the value.
  public func ceiling() -> Integer {
    Integer { result in withPointer { __gmpz_cdiv_q(result, &$0.pointee._mp_num, &$0.pointee._mp_den) } }
  }
}
