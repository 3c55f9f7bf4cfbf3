import CGMP
import CMPFR
import CThreadCaches

/// Contiguous floating-point numbers of one precision, for the inner loops of linear algebra.
///
/// The buffer frees what it allocated. It may cross tasks, but two tasks may not write to it at once, nor may
/// one write while another forms sums of products: these use a register of the buffer.
public final class BigFloatBuffer: @unchecked Sendable {
  public let count: Int
  public let precision: Int
  /// `count` numbers and one register for products.
  private let base: UnsafeMutablePointer<__mpfr_struct>

  /// `count` zeros.
  public init(count: Int, precision: Int) {
    precondition(count >= 0, "a buffer has no negative size")
    Precision.check(precision)
    fisherflow_attach_thread()
    self.count = count
    self.precision = precision
    base = .allocate(capacity: count + 1)
    for index in 0...count {
      mpfr_init2(base + index, precision)
      mpfr_set_zero(base + index, 1)
    }
  }

  /// The numbers, rounded to the precision.
  public convenience init(_ values: [BigFloat], precision: Int) {
    self.init(count: values.count, precision: precision)
    for (index, value) in values.enumerated() { self[index] = value }
  }

  deinit {
    for index in 0...count { mpfr_clear(base + index) }
    base.deallocate()
  }

  /// The number; a new value is rounded to the buffer's precision.
  public subscript(index: Int) -> BigFloat {
    get {
      check(index..<index + 1)
      return BigFloat(precision: precision) { _ = mpfr_set($0, base + index, MPFR_RNDN) }
    }
    set {
      check(index..<index + 1)
      newValue.withPointer { _ = mpfr_set(base + index, $0, MPFR_RNDN) }
    }
  }

  /// Σ self[i]·other[start + i - range.lowerBound] over the range.
  ///
  /// In fixed point, with 64 bits or more beyond the largest product: each product is cut there, and the sum is rounded to
  /// nearest.
  public func dot(_ range: Range<Int>, _ other: BigFloatBuffer, at start: Int) -> BigFloat {
    check(range)
    other.check(start..<start + range.count)
    let (left, right) = (base + range.lowerBound, other.base + start)
    guard precision == other.precision, let exponent = Self.exponent(left, right, count: range.count) else {
      return plainDot(left, right, count: range.count)
    }
    let limbs = (precision + 63) / 64
    // The sum has a limb for the carries and the sign.
    let length = limbs + 2
    return withUnsafeTemporaryAllocation(of: mp_limb_t.self, capacity: length + 2 * limbs) { scratch in
      scratch.initialize(repeating: 0)
      guard let sum = scratch.baseAddress else { return BigFloat(zeroWithPrecision: precision) }
      let product = sum + length
      for index in 0..<range.count {
        let (a, b) = (left[index], right[index])
        guard Self.isRegular(a), Self.isRegular(b) else { continue }
        let shift = exponent - a._mpfr_exp - b._mpfr_exp
        let kept = limbs + 1 - shift / 64
        guard kept > 0 else { continue }
        __gmpn_mul_n(product, a._mpfr_d, b._mpfr_d, limbs)
        let top = product + (2 * limbs - kept)
        if shift % 64 > 0 { __gmpn_rshift(top, top, kept, UInt32(shift % 64)) }
        if a._mpfr_sign == b._mpfr_sign {
          _ = __gmpn_add(sum, sum, length, top, kept)
        } else {
          _ = __gmpn_sub(sum, sum, length, top, kept)
        }
      }
      let isNegative = sum[length - 1] >> 63 == 1
      if isNegative { __gmpn_neg(sum, sum, length) }
      return BigFloat(precision: precision) { result in
        var integer = __mpz_struct()
        __gmpz_roinit_n(&integer, sum, length)
        mpfr_set_z_2exp(result, &integer, exponent - 64 * (limbs + 1), MPFR_RNDN)
        if isNegative { mpfr_neg(result, result, MPFR_RNDN) }
      }
    }
  }

  /// The same where a number is not finite, or precisions differ.
  private func plainDot(
    _ left: UnsafeMutablePointer<__mpfr_struct>, _ right: UnsafeMutablePointer<__mpfr_struct>, count: Int
  ) -> BigFloat {
    let product = base + self.count
    return BigFloat(precision: precision) { sum in
      mpfr_set_zero(sum, 1)
      for index in 0..<count {
        mpfr_mul(product, left + index, right + index, MPFR_RNDN)
        mpfr_add(sum, sum, product, MPFR_RNDN)
      }
    }
  }

  /// An e with all products below 2^e; nil where a number is not finite.
  private static func exponent(
    _ left: UnsafeMutablePointer<__mpfr_struct>, _ right: UnsafeMutablePointer<__mpfr_struct>, count: Int
  ) -> Int? {
    var largest = -mostExponent
    for index in 0..<count {
      let (a, b) = (left[index], right[index])
      if isRegular(a), isRegular(b) {
        largest = max(largest, a._mpfr_exp + b._mpfr_exp)
      } else if mpfr_number_p(left + index) == 0 || mpfr_number_p(right + index) == 0 {
        return nil
      }
    }
    return largest
  }

  private static let mostExponent = 1 << 61

  /// Finite and not zero: the exponents of other numbers are at the end of the range.
  @inline(__always)
  private static func isRegular(_ number: __mpfr_struct) -> Bool { number._mpfr_exp > -mostExponent / 2 }

  /// Adds factor·source[start + i - range.lowerBound] to self[i] for every i of the range.
  public func add(_ factor: BigFloat, times source: BigFloatBuffer, at start: Int, to range: Range<Int>) {
    check(range)
    source.check(start..<start + range.count)
    let (target, values, product) = (base + range.lowerBound, source.base + start, base + count)
    factor.withPointer { factor in
      for index in 0..<range.count {
        mpfr_mul(product, factor, values + index, MPFR_RNDN)
        mpfr_add(target + index, target + index, product, MPFR_RNDN)
      }
    }
  }

  /// Exchanges the numbers of two ranges of the same length.
  public func exchange(_ range: Range<Int>, with start: Int) {
    check(range)
    check(start..<start + range.count)
    for index in 0..<range.count { mpfr_swap(base + range.lowerBound + index, base + start + index) }
  }

  @inline(__always)
  private func check(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the buffer")
  }
}
