import CSeriesKernels
import Multiprecision
import Testing

/// Entrywise fixed-point operations against exact rationals, within the bounds that the header states.
@Suite struct BlockKernelTests {
  private struct Operation: Sendable {
    let name: String
    var isSum = false
    /// Units of the last digit by which a normalised result may be too small.
    let units: @Sendable (_ digits: Int) -> Int
    let exact: @Sendable (Rational, Rational) -> Rational
    let run: @Sendable (fisherflow_series_kernels, KernelBlock, KernelBlock, KernelBlock) -> Void
  }

  /// 2/7 = 0.010010..., and its exponent.
  private static func factor(_ digits: Int) -> [UInt64] {
    var remainder: UInt64 = 2
    return (0..<digits).map { _ in
      let (digit, rest) = UInt64(7).dividingFullWidth((remainder >> 12, remainder << 52))
      remainder = rest
      return digit
    }
  }

  private static let operations = [
    Operation(name: "+", isSum: true, units: { _ in 4 }, exact: { $0 + $1 }) {
      $0.add($1.words, $2.words, $3.words, Int64($1.digits), 0)
    },
    Operation(name: "-", isSum: true, units: { _ in 4 }, exact: { $0 - $1 }) {
      $0.add($1.words, $2.words, $3.words, Int64($1.digits), 1)
    },
    Operation(name: "negate", units: { _ in 2 }, exact: { x, _ in -x }) { kernels, result, x, _ in
      kernels.negate(result.words, x.words, Int64(result.digits))
    },
    Operation(name: "times 1000003", units: { _ in 2 }, exact: { x, _ in x * 1_000_003 }) {
      kernels, result, x, _ in
      kernels.multiply_integer(result.words, x.words, 1_000_003, Int64(result.digits))
    },
    Operation(name: "times 2^51 - 1", units: { _ in 2 }, exact: { x, _ in x * Rational(1 << 51 - 1) }) {
      kernels, result, x, _ in
      kernels.multiply_integer(result.words, x.words, 1 << 51 - 1, Int64(result.digits))
    },
    // A product may begin with up to three bits of zeros before it is normalised.
    Operation(name: "·", units: { 8 * (2 * $0 + 2) }, exact: { $0 * $1 }) {
      $0.multiply($1.words, $2.words, $3.words, Int64($1.digits))
    },
    Operation(name: "scale by 16/7", units: { 8 * (2 * $0 + 3) }, exact: { x, _ in x * Rational(16, 7) }) {
      kernels, result, x, _ in
      kernels.scale(result.words, x.words, factor(result.digits), 3, Int64(result.digits))
    },
  ]

  /// Eight lanes of every pattern and sign, normalised, with near and far exponents.
  private func block(_ digits: Int, _ generator: inout SplitMix64) -> KernelBlock {
    let block = KernelBlock(digits: digits)
    for lane in 0..<7 {
      let pattern = KernelNumbers.Pattern.allCases.randomElement(using: &generator) ?? .random
      var fraction = (0..<digits).map { pattern.digit($0, &generator) }
      // At least 1/4.
      fraction[0] = fraction[0] & (1 << 51 - 1) | 1 << 50
      block.set(
        lane, fraction, isNegative: Bool.random(using: &generator),
        exponent: Int64.random(in: -3...3, using: &generator)
          * (generator.next().isMultiple(of: 2) ? 1 : Int64.random(in: 10...200, using: &generator)))
    }
    return block
  }

  @Test(arguments: KernelSet.available, [1, 2, 3, 4, 7, 8, 9, 16, 33, 200])
  func operationsStayWithinTheirBounds(_ set: KernelSet, _ digits: Int) throws {
    let kernels = try #require(set.kernels)
    try forEachTrial(digits > 40 ? 2 : 20) { seed, generator in
      let (x, y) = (block(digits, &generator), block(digits, &generator))
      for operation in Self.operations {
        let result = KernelBlock(digits: digits)
        operation.run(kernels, result, x, y)
        for lane in 0..<8 {
          let exact = try operation.exact(x.value(lane), y.value(lane))
          let found = try result.value(lane)
          let error = exact - found
          // A sum is as exact as its larger operand, also where it cancels.
          let exponent = operation.isSum ? max(x.words[lane], y.words[lane]) + 1 : result.words[lane]
          guard exponent > -(1 << 39) else {
            #expect(exact.isZero)
            continue
          }
          let unit = try Rational(2).power(Int(exponent) - 52 * digits)
          #expect(
            error.magnitude <= unit * Rational(operation.units(digits)),
            "\(operation.name), lane \(lane), seed \(seed): \(exact.doubleValue), \(found.doubleValue)")
        }
      }
    }
  }

  /// x - x is zero, and x - (x - one unit) is one unit, however many digits cancel.
  @Test(arguments: KernelSet.available, [1, 2, 5, 9, 33])
  func cancellation(_ set: KernelSet, _ digits: Int) throws {
    let kernels = try #require(set.kernels)
    var generator = SplitMix64(seed: 4)
    let (x, y) = (KernelBlock(digits: digits), KernelBlock(digits: digits))
    for lane in 0..<8 {
      var fraction = (0..<digits).map { KernelNumbers.Pattern.random.digit($0, &generator) }
      fraction[0] |= 1 << 50
      fraction[digits - 1] |= 1
      x.set(lane, fraction, isNegative: lane > 3, exponent: 5)
      fraction[digits - 1] -= 1
      y.set(lane, fraction, isNegative: lane > 3, exponent: 5)
    }
    let result = KernelBlock(digits: digits)
    kernels.add(result.words, x.words, x.words, Int64(digits), 1)
    for lane in 0..<8 { #expect(try result.value(lane).isZero && result.words[lane] == -(1 << 40)) }
    kernels.add(result.words, x.words, y.words, Int64(digits), 1)
    for lane in 0..<8 { #expect(try result.value(lane) == (lane > 3 ? -1 : 1) * x.unit(lane)) }
  }

  /// Both sets of kernels give the same words.
  @Test(arguments: [1, 2, 4, 8, 9, 20]) func kernelsAgree(_ digits: Int) throws {
    let sets = KernelSet.available.compactMap(\.kernels)
    forEachTrial(20) { seed, generator in
      let (x, y) = (block(digits, &generator), block(digits, &generator))
      for operation in Self.operations {
        let results = sets.map { kernels in
          let result = KernelBlock(digits: digits)
          operation.run(kernels, result, x, y)
          return (0..<8 * (digits + 1)).map { result.words[$0] }
        }
        #expect(Set(results).count == 1, "\(operation.name), seed \(seed)")
      }
    }
  }
}
