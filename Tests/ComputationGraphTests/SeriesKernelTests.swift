import CGMP
import CSeriesKernels
import Multiprecision
import Testing

/// The fixed-point kernels against GMP's integers: at every number of digits that has code of its own and some
/// beyond, on random and extreme digits, up to the longest sums.
@Suite struct SeriesKernelTests {
  struct Sum: Sendable, CustomTestStringConvertible {
    let digits: Int
    let length: Int
    var testDescription: String { "\(digits) digits, \(length) terms" }

    static let all =
      (1...26).flatMap { digits in [1, 8, 75].map { Sum(digits: digits, length: $0) } }
      + [1, 2, 5, 8, 9, 16].map { Sum(digits: $0, length: 1 << 16) }
      + [
        Sum(digits: 8, length: 1031), Sum(digits: 33, length: 300), Sum(digits: 65, length: 140),
        Sum(digits: 200, length: 600),
      ]
  }

  @Test(arguments: Sum.all) func sumsOfProducts(_ sum: Sum) throws {
    var generator = SplitMix64(seed: UInt64(1000 * sum.digits + sum.length))
    let stride = sum.length + 16
    for (first, second) in [
      (KernelNumbers.Pattern.random, .random), (.ones, .ones), (.sparse, .sparse), (.alternating, .ones),
      (.zeros, .ones),
    ] as [(KernelNumbers.Pattern, KernelNumbers.Pattern)] {
      func factor(_ pattern: KernelNumbers.Pattern) -> [UInt64] {
        (0..<sum.digits * stride).map { pattern.digit($0, &generator) }
      }
      let (x, y) = (factor(first), factor(second))
      let exact = Self.exactSum(x, y, stride: stride, sum)
      var found: [Integer] = []
      for set in KernelSet.available {
        let columns = try Self.dots(x, y, stride: stride, sum, set)
        found.append(KernelNumbers.integer(columns.map { UInt64($0) }))
      }
      for value in found {
        let deficit = exact - value
        #expect(
          deficit >= 0 && deficit <= Integer((2 * sum.digits + 2) * sum.length),
          "\(first), \(second): \(deficit) units")
      }
      #expect(Set(found).count == 1, "the kernels differ: \(first), \(second)")
    }
  }

  /// Σ x_i y_i in units of the last column, rounded downwards.
  private static func exactSum(_ x: [UInt64], _ y: [UInt64], stride: Int, _ sum: Sum) -> Integer {
    func number(_ digits: [UInt64], _ position: Int) -> Integer {
      KernelNumbers.integer((0..<sum.digits).map { digits[$0 * stride + position] })
    }
    let total = Integer { total in
      for position in 0..<sum.length {
        number(x, position).withPointer { a in
          number(y, position).withPointer { b in __gmpz_addmul(total, a, b) }
        }
      }
    }
    return Integer { result in total.withPointer { __gmpz_fdiv_q_2exp(result, $0, UInt(52 * sum.digits)) } }
  }

  /// The carried columns of the sum, which is asked for in three of the eight lanes; the others stay zero.
  private static func dots(
    _ x: [UInt64], _ y: [UInt64], stride: Int, _ sum: Sum, _ set: KernelSet
  ) throws -> [Int64] {
    let kernels = try #require(set.kernels)
    let columns = KernelBlock(digits: sum.digits)
    columns.words.update(repeating: 0, count: 8 * (sum.digits + 1))
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        let (left, right) = (
          [UnsafePointer<UInt64>?](repeating: x.baseAddress, count: 8),
          [UnsafePointer<UInt64>?](repeating: y.baseAddress, count: 8)
        )
        kernels.dots(
          columns.words, left, Int64(stride), right, Int64(stride), Int64(sum.length), Int64(sum.digits), 3)
      }
    }
    var lanes = (0..<8).map { lane in (0...sum.digits).map { columns.words[8 * $0 + lane] } }
    for lane in 0..<8 {
      #expect(lanes[lane].allSatisfy { $0 >= 0 }, "an accumulator overflowed")
      for column in Swift.stride(from: sum.digits, through: 1, by: -1) {
        lanes[lane][column - 1] += lanes[lane][column] >> 52
        lanes[lane][column] &= Int64(KernelNumbers.largestDigit)
      }
    }
    #expect(lanes[1] == lanes[0] && lanes[2] == lanes[0])
    #expect(lanes[3...].allSatisfy { $0.allSatisfy { $0 == 0 } })
    return lanes[0]
  }
}
