import CGMP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Rational {
  /// log2 |x|, to about 15 digits, for numbers beyond the doubles too; -infinity for zero.
  public var log2Magnitude: Double {
    if isZero { return -.infinity }
    return withPointer { number in
      var (above, below) = (0, 0)
      let numerator = __gmpz_get_d_2exp(&above, &number.pointee._mp_num)
      let denominator = __gmpz_get_d_2exp(&below, &number.pointee._mp_den)
      return log2(abs(numerator) / denominator) + Double(above - below)
    }
  }

  /// The bits of numerator and denominator together.
  public var bitWidth: Int {
    withPointer { number in
      Int(__gmpz_sizeinbase(&number.pointee._mp_num, 2) + __gmpz_sizeinbase(&number.pointee._mp_den, 2))
    }
  }

  /// 2^exponent.
  ///
  /// - Throws: `tooLarge` where the exponent exceeds 2^26 in magnitude.
  public static func powerOfTwo(_ exponent: Int) throws(ArithmeticError) -> Rational {
    guard abs(Double(exponent)) <= 0x1p26 else { throw .tooLarge }
    return Rational { power in
      __gmpq_set_si(power, 1, 1)
      if exponent < 0 {
        __gmpq_div_2exp(power, power, UInt(-exponent))
      } else {
        __gmpq_mul_2exp(power, power, UInt(exponent))
      }
    }
  }
}
