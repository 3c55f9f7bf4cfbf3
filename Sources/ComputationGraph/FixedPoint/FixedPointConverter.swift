import CSeriesKernels
import Multiprecision

/// Between Arb's numbers and the digits of a lane.
final class FixedPointConverter {
  private let words: AlignedWords
  private let integer: UnsafeMutablePointer<fmpz>
  private let scratch = BallBuffer(count: 1)

  init(capacity: Int) {
    words = AlignedWords(count: (capacity * 52 + 63) / 64 + 1)
    integer = .allocate(capacity: 1)
    fmpz_init(integer)
  }

  deinit {
    fmpz_clear(integer)
    integer.deallocate()
  }

  private var limbs: UnsafeMutablePointer<UInt> {
    UnsafeMutableRawPointer(words.base).assumingMemoryBound(to: UInt.self)
  }

  /// |x| = words·2^(exponent - 52·digits) rounded towards zero, |x| < 2^(exponent - 1); nil where x is zero, not
  /// finite, or beyond 2^(±2^30).
  private func split(_ x: UnsafeMutablePointer<arf_struct>, digits: Int) -> Int? {
    guard arf_is_finite(x) != 0, arf_is_zero(x) == 0 else { return nil }
    let bound = arf_abs_bound_lt_2exp_si(x)
    guard bound.magnitude < 1 << 30 else { return nil }
    let exponent = bound + 1
    let scaled = midpoint(scratch.base)
    arf_mul_2exp_si(scaled, x, 52 * digits - exponent)
    arf_abs(scaled, scaled)
    _ = arf_get_fmpz(integer, scaled, fisherflow_round_down)
    fmpz_get_ui_array(limbs, (digits * 52 + 63) / 64, integer)
    return exponent
  }

  /// Writes a lane; false where the number is out of range.
  func write(_ x: UnsafeMutablePointer<arf_struct>, to lane: UnsafeMutablePointer<Int64>, digits: Int) -> Bool
  {
    guard let exponent = split(x, digits: digits) else {
      lane[0] = fixedPointNoExponent
      for digit in 1...digits { lane[8 * digit] = 0 }
      return arf_is_zero(x) != 0
    }
    lane[0] = Int64(exponent)
    fisherflow_unpack(lane, words.unsigned, Int64(digits), arf_sgn(x) < 0 ? 1 : 0)
    return true
  }

  /// The digits of |x| as a factor that all lanes share, and its exponent; nil where it has none.
  func factor(_ x: UnsafeMutablePointer<arf_struct>, digits: Int) -> (digits: AlignedWords, exponent: Int)? {
    guard let exponent = split(x, digits: digits) else { return nil }
    let factor = AlignedWords(count: digits)
    fisherflow_unpack_factor(factor.unsigned, words.unsigned, Int64(digits))
    return (factor, exponent)
  }

  /// Reads a lane, exactly.
  func read(_ lane: UnsafePointer<Int64>, digits: Int, into x: UnsafeMutablePointer<arf_struct>) {
    if lane[0] == fixedPointNoExponent { return arf_zero(x) }
    let sign = fisherflow_pack(words.unsigned, lane, Int64(digits))
    fmpz_set_ui_array(integer, limbs, (digits * 52 + 63) / 64)
    arf_set_fmpz(x, integer)
    arf_mul_2exp_si(x, x, Int(lane[0]) - 52 * digits)
    if sign < 0 { arf_neg(x, x) }
  }
}
