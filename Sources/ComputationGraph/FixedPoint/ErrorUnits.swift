/// The units in which bounds of errors are kept, so that doubles hold them at any precision.
///
/// What a step leaves out is about 8^-K with K orders, and 2^-precision from rounding. The larger of both is the unit,
/// 2^-bits. An error λ_k of coefficient k, which counts λ_k η^k where the step is η of the scale, is kept in units of
/// 8^k·2^-bits: it is that number times (8η)^k units, and η is an eighth, or up to a quarter where K is small.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
struct ErrorUnits: Sendable {
  /// Bits by which an error counts less with each order.
  static let bitsPerOrder = 3

  let bits: Int
  /// K.
  let order: Int
  /// A unit as a number.
  let size: UpperBound
  /// 8^-K in units.
  let cut: UpperBound
  /// The exponent of the last digit of coefficient k, in units of its order, where the coefficient has the exponent 0.
  private let lastDigits: [Int]

  init(order: Int, precision: Int, digitCounts: [Int]) {
    bits = min(Self.bitsPerOrder * order, precision)
    self.order = order
    size = UpperBound(powerBound(-bits))
    cut = UpperBound(powerBound(bits - Self.bitsPerOrder * order))
    let bits = bits
    lastDigits = digitCounts.enumerated().map { k, count in bits - Self.bitsPerOrder * k - 52 * count }
  }

  /// 2^exponent times the last digit of order k, in units of that order.
  @inline(__always) func lastDigit(_ k: Int, exponent: Int) -> Double { powerBound(exponent + lastDigits[k]) }

  /// 8^-k.
  @inline(__always) static func weight(_ k: Int) -> Double { powerBound(-bitsPerOrder * k) }
}

/// 2^exponent as a bound: infinite where doubles end, and never 0.
@inline(__always) func powerBound(_ exponent: Int) -> Double {
  if exponent > 1000 { return .infinity }
  return Double(bitPattern: UInt64(1023 + max(exponent, -1000)) << 52)
}
