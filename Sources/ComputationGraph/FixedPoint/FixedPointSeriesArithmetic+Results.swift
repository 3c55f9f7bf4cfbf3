import CSeriesKernels
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an expansion is asked for when it is done.
extension FixedPointSeriesArithmetic {
  public func log2Magnitude(_ series: Series, _ k: Int) -> Double {
    guard let history = series.history else { return -.infinity }
    // The largest exponent, and the largest leading digit among those that have it.
    var (exponent, digit) = (fixedPointNoExponent, Int64(1))
    for index in 0..<series.blocks {
      let block = history.block(index, k)
      for lane in 0..<8 where block[lane] >= exponent && block[lane] != fixedPointNoExponent {
        if block[lane] > exponent { (exponent, digit) = (block[lane], 1) }
        digit = max(digit, abs(block[8 + lane]))
      }
    }
    if exponent == fixedPointNoExponent { return -.infinity }
    return log2(Double(digit)) - 52 + Double(exponent) - Double(k) * log2Scale
  }

  /// The error of a sum of products of order k, relative to the largest coefficient: its n products are off by up
  /// to r digits' units each, more or less independently. A unit is larger by what the lines' exponents are too large
  /// by, some four bits each.
  public func log2Rounding(_ series: Series, _ k: Int) -> Double {
    guard let history = series.history, history.peak != fixedPointNoExponent else { return -.infinity }
    let (terms, digits) = (Double((k + 1) * widestInner), Double(digitCounts[k] + 1))
    let units = 0.5 * log2(terms * digits * digits)
    let unit = Double(history.peak) + 2 * 4 - Double(52 * digitCounts[k])
    return unit + units - Double(k) * log2Scale
  }

  /// By Horner's rule, with the digits of each order.
  public func sum(
    _ series: Series, order: Int, at offset: BigFloat, isDifferentiated: Bool
  ) -> Matrix<BigFloat> {
    var elements: [BigFloat] = []
    let ratio = self.ratio(of: offset)
    for index in 0..<series.blocks {
      sum(series, index, order: ratio == nil ? 0 : order, ratio: ratio, isDifferentiated: isDifferentiated)
      for lane in 0..<min(8, series.shape.count - 8 * index) {
        converter.read(register.base + lane, digits: digitCounts[0], into: midpoint(balls.base))
        elements.append(BigFloat(midpointOf: balls.base, precision: precision))
      }
    }
    return Matrix(rows: series.shape.rows, columns: series.shape.columns, elements: elements)
  }

  /// offset/scale; nil for zero.
  private func ratio(of offset: BigFloat) -> (digits: AlignedWords, exponent: Int)? {
    let number = midpoint(balls.base)
    offset.withPointer { arf_set_mpfr(number, $0) }
    arf_div_si(number, number, Int(scaleMantissa), 52 * digitCounts[0] + 10, fisherflow_round_down)
    arf_mul_2exp_si(number, number, -scaleExponent)
    return converter.factor(number, digits: digitCounts[0])
  }

  /// register = Σ c_k ratio^k for one block, or Σ k c_k ratio^k.
  private func sum(
    _ series: FixedPointSeries, _ index: Int, order: Int, ratio: (digits: AlignedWords, exponent: Int)?,
    isDifferentiated: Bool
  ) {
    guard let history = series.history else { return }
    func term(_ k: Int) -> UnsafeMutablePointer<Int64> {
      guard isDifferentiated else { return history.block(index, k) }
      kernels.multiply_integer(scratch.base, history.block(index, k), Int64(k), digits(k))
      return scratch.base
    }
    copy(register.base, term(order), order)
    guard let ratio else { return }
    for k in stride(from: order - 1, through: 0, by: -1) {
      let (known, wanted) = (digitCounts[k + 1], digitCounts[k])
      (register.base + 8 * (known + 1)).update(repeating: 0, count: 8 * (wanted - known))
      kernels.scale(register.base, register.base, ratio.digits.unsigned, Int64(ratio.exponent), digits(k))
      kernels.add(register.base, register.base, term(k), digits(k), 0)
    }
  }

  public func coefficients(of series: Series, order: Int) -> [Matrix<BigFloat>] {
    guard let history = series.history else { return [] }
    let (ball, power) = (balls.base, balls.base + 1)
    let bits = 52 * digitCounts[0] + 10
    arb_one(power)
    return (0...order).map { k in
      defer {
        _ = arf_mul_si(midpoint(power), midpoint(power), Int(scaleMantissa), bits, fisherflow_round_down)
        arf_mul_2exp_si(midpoint(power), midpoint(power), scaleExponent)
      }
      return Matrix(rows: series.shape.rows, columns: series.shape.columns) { row, column in
        let entry = row * series.shape.columns + column
        converter.read(history.block(entry >> 3, k) + entry & 7, digits: digitCounts[k], into: midpoint(ball))
        arf_div(midpoint(ball), midpoint(ball), midpoint(power), bits, fisherflow_round_down)
        return BigFloat(midpointOf: ball, precision: precision)
      }
    }
  }
}
