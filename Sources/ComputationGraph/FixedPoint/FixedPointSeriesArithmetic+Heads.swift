import CSeriesKernels
import Multiprecision

/// The coefficients of order 0, by Arb.
extension FixedPointSeriesArithmetic {
  /// Bits with which heads are computed: a few more than they are stored with.
  private var headPrecision: Int { 52 * digitCounts[0] + 10 }

  private func write(_ number: UnsafeMutablePointer<arf_struct>, _ output: FixedPointSeries, _ entry: Int) {
    if !converter.write(number, to: output.lane(entry, 0), digits: digitCounts[0]) { isOutOfRange = true }
  }

  /// The lanes of the last block that hold no entry are zero.
  private func clearHead(_ output: FixedPointSeries) {
    output.slot(0).update(repeating: 0, count: output.blocks * output.blockStride)
    for block in 0..<output.blocks {
      (output.slot(0) + block * output.blockStride).update(repeating: fixedPointNoExponent, count: 8)
    }
  }

  public func setHead(_ output: Series, to value: Matrix<Rational>) {
    setHead(output, to: value.map { BigFloat($0, precision: headPrecision) })
  }

  public func setHead(_ output: Series, to value: Matrix<BigFloat>) {
    clearHead(output)
    let number = midpoint(balls.base)
    for (entry, scalar) in value.elements.enumerated() {
      scalar.withPointer { arf_set_mpfr(number, $0) }
      write(number, output, entry)
    }
    recordHead(output)
  }

  public func applyToHead(_ function: ElementaryFunction, _ output: Series, _ a: Series) throws(SeriesError) {
    let (x, y, scratch) = (balls.base, balls.base + 1, balls.base + 2)
    // The operand may be the result.
    let operand = a
    if output !== a { clearHead(output) }
    for entry in 0..<operand.shape.count {
      arb_zero(x)
      converter.read(operand.lane(entry, 0), digits: digitCounts[0], into: midpoint(x))
      function.evaluate(y, x, precision: headPrecision, scratch: scratch)
      guard arb_is_finite(y) != 0 else { throw function.failure(at: x) }
      write(midpoint(y), output, entry)
      guard let errors = output.errors else { continue }
      // The operand is exact: it is committed.
      mag_mul_2exp_si(arb_rad_ptr(y), arb_rad_ptr(y), errorUnits.bits)
      errors.current(0)[entry] = mag_get_d(arb_rad_ptr(y)) * (1 + 0x1p-40) + 2 * unit(output, entry, 0)
    }
  }
}
