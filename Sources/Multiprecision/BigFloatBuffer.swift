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

  /// Σ self[i]·other[start + i - range.lowerBound] over the range, each operation rounded to nearest.
  public func dot(_ range: Range<Int>, _ other: BigFloatBuffer, at start: Int) -> BigFloat {
    check(range)
    other.check(start..<start + range.count)
    let (left, right, product) = (base + range.lowerBound, other.base + start, base + count)
    return BigFloat(precision: precision) { sum in
      mpfr_set_zero(sum, 1)
      for index in 0..<range.count {
        mpfr_mul(product, left + index, right + index, MPFR_RNDN)
        mpfr_add(sum, sum, product, MPFR_RNDN)
      }
    }
  }

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
