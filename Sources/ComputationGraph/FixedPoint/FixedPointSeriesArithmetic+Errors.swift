import CSeriesKernels

/// The bounds of what each operation rounds away, as the kernels state them; see `RunningErrors`. Without
/// `tracksErrors` these do nothing.
///
/// A bound is a sum of a few products of numbers that are not negative, of which each is known to one part in 2^48 at least.
/// Its factors are enlarged by one part in 2^40 (`outward`), or it is, for that and for the roundings of the sum itself.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
extension FixedPointSeriesArithmetic {
  /// A unit of the last digit of an entry of coefficient k; not 0 for zero either.
  @inline(__always) func unit(_ series: Series, _ entry: Int, _ k: Int) -> Double {
    errorUnits.lastDigit(k, exponent: Int(series.lane(entry, k)[0]))
  }

  /// The entry as a double, to within one part in 2^48; infinite where that is out of range.
  @inline(__always) private func value(_ series: Series, _ entry: Int, _ k: Int) -> Double {
    let lane = series.lane(entry, k)
    let exponent = Int(lane[0])
    if lane[0] == fixedPointNoExponent { return 0 }
    // The first two digits; with one, the value may have fewer bits than a double, and is exact.
    let low = digitCounts[k] > 1 ? Double(lane[16]) * 0x1p-52 : 0
    return (Double(lane[8]) + low) * powerBound(exponent - 52)
  }

  func recordCommit(_ series: Series, _ k: Int) {
    series.errors?.commit(k) { value(series, $0, k) }
  }

  /// A bound enlarged by more than what the roundings of its own sum of up to 2^10 terms take away.
  @inline(__always) private func outward(_ bound: Double) -> Double { bound * (1 + 0x1p-40) }

  /// Units of a result by which multiplication by a fraction may be off, with a first factor or a head that is read
  /// with fewer digits than it has.
  @inline(__always) func fractionUnits(_ k: Int) -> Double { Double(16 * digitCounts[k] + 64) }

  func recordZero(_ output: Series, _ k: Int) {
    output.errors?.current(k).update(repeating: 0, count: output.shape.count)
  }

  func recordHead(_ output: Series) {
    guard let errors = output.errors else { return }
    for entry in 0..<errors.entries { errors.current(0)[entry] = 2 * unit(output, entry, 0) }
  }

  /// out_k = factor·a_k, with a result that is off by so many units.
  func recordMultiple(_ output: Series, _ k: Int, _ a: Series, factor: Double, units: Double) {
    guard let errors = output.errors, let known = a.errors else { return }
    let (current, operand) = (errors.current(k), known.current(k))
    for entry in 0..<errors.entries {
      current[entry] = outward(factor * operand[entry] + units * unit(output, entry, k))
    }
  }

  /// out_k = a_k ∘ head_0
  func recordProductWithHead(_ output: Series, _ k: Int, _ a: Series, _ head: Series, size: (Int) -> Double) {
    guard let errors = output.errors, let known = a.errors, let heads = head.errors else { return }
    let (current, operand) = (errors.current(k), known.current(k))
    for entry in 0..<errors.entries {
      let factor = outward(abs(value(head, entry, 0)))
      let headError = heads.ofHead(entry)
      current[entry] = outward(
        (factor + errorUnits.size.value * headError) * operand[entry]
          + size(entry) * ErrorUnits.weight(k) * headError + fractionUnits(k) * unit(output, entry, k))
    }
  }

  /// |a_k|, for each entry; to be asked before an operation in place.
  func sizes(_ a: Series, _ k: Int) -> [Double] {
    guard a.errors != nil else { return [] }
    return (0..<a.shape.count).map { outward(abs(value(a, $0, k))) }
  }

  /// Before out_k ± a_k: a sum is off by less than 8 units of its larger operand.
  func recordSum(_ output: Series, _ k: Int, _ a: Series) {
    guard let errors = output.errors, let known = a.errors else { return }
    let (current, operand) = (errors.current(k), known.current(k))
    for entry in 0..<errors.entries {
      let last = 8 * max(unit(output, entry, k), unit(a, entry, k))
      current[entry] = outward(current[entry] + operand[entry] + last)
    }
  }

  func recordGather(_ output: Series, _ k: Int, from a: Series, at map: [Int]) {
    guard let errors = output.errors, let known = a.errors else { return }
    let (current, operand) = (errors.current(k), known.current(k))
    for (entry, source) in map.enumerated() { current[entry] = operand[source] }
  }

  /// Before a round of scattering.
  func recordScatter(_ output: Series, _ k: Int, _ a: Series, _ round: [Int]) {
    guard let errors = output.errors, let known = a.errors else { return }
    let (current, operand) = (errors.current(k), known.current(k))
    for entry in 0..<errors.entries where round[entry] >= 0 {
      let last = 8 * max(unit(output, entry, k), unit(a, round[entry], k))
      current[entry] = outward(current[entry] + operand[round[entry]] + last)
    }
  }

  /// A Cauchy sum of so many orders, over a divisor.
  ///
  /// With r digits, n products and lines of exponents e and f the kernels leave out at most (2r + 2)n units of
  /// 2^(e+f-52r); the sums of fractions are off by n + 2 each, and each factor by up to four units of its line: one for
  /// the digits that are not read, one from publication, two from the raising of exponents.
  func recordProduct(_ output: Series, _ k: Int, _ product: Product, orders: Int, divisor: Int) {
    guard let errors = output.errors else { return }
    let current = errors.current(k)
    let terms = Double(orders * Int(product.a.header.pointee.inner) + 1)
    let units = terms * Double(2 * digitCounts[k] + 10) / Double(divisor)
    let last = divisor == 1 ? 2 : fractionUnits(k)
    for entry in 0..<errors.entries {
      let exponent = product.exponent(entry)
      let sum = exponent.map { errorUnits.lastDigit(k, exponent: $0) } ?? 0
      current[entry] = outward(units * sum + last * unit(output, entry, k))
    }
  }

  /// out_{k+1} = a_k·scale/(k + 1)
  func recordIntegral(_ output: Series, _ k: Int, _ a: Series) {
    guard let errors = output.errors, let known = a.errors else { return }
    let (current, operand) = (errors.current(k + 1), known.current(k))
    let factor = scale / Double(k + 1) * ErrorUnits.weight(1)
    for entry in 0..<errors.entries {
      current[entry] = outward(
        factor * operand[entry] + 2 * fractionUnits(k + 1) * unit(output, entry, k + 1))
    }
  }

  /// out_k = (inverse of the head)·right_k, with the inverse as it is stored.
  func recordSolution(
    _ output: Series, _ k: Int, _ factorization: Factorization, _ right: Series, _ product: Product
  ) {
    guard let errors = output.errors, let known = right.errors else { return }
    let (columns, size) = (output.shape.columns, factorization.size)
    let (inverse, operand) = (factorization.inverseValues, known.current(k))
    recordProduct(output, k, product, orders: 1, divisor: 1)
    let current = errors.current(k)
    for row in 0..<size {
      for column in 0..<columns {
        for inner in 0..<size {
          // Below what doubles hold the inverse counts as the least that is not lost.
          let factor = max(abs(inverse[row * size + inner]), 0x1p-1000)
          current[row * columns + column] = outward(
            current[row * columns + column] + factor * operand[inner * columns + column])
        }
      }
    }
  }
}
