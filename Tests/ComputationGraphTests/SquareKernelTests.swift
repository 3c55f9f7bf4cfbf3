import CSeriesKernels
import Multiprecision
import Testing

@testable import ComputationGraph

/// Squares of products against GMP's integers: what they add to any degree is right to less than a unit for each inner
/// product.
@Suite struct SquareKernelTests {
  struct Size: Sendable, CustomTestStringConvertible {
    let degree: Int
    let digits: Int
    let inner: Int
    var testDescription: String { "degree \(degree), \(digits) digits, \(inner) inner" }

    static let all =
      [32, 48, 64, 96, 128].flatMap { degree in
        [(1, 1), (2, 3), (7, 1), (8, 2), (9, 1), (17, 1)].map { Size(degree: degree, digits: $0, inner: $1) }
      } + [Size(degree: 256, digits: 3, inner: 1), Size(degree: 512, digits: 2, inner: 1)]
  }

  @Test(arguments: Size.all, [false, true]) func squares(_ size: Size, _ isSquare: Bool) throws {
    let (digits, degree) = (size.digits, size.degree)
    // The factors begin at orders 1 and 2, or both at 1.
    let starts = (1, isSquare ? 1 : 2)
    let orders = degree + 5
    try forEachTrial(1) { seed, generator in
      for pattern in [KernelNumbers.Pattern.random, .ones, .sparse] {
        let forward = FixedPointLines(.rows, shape: Shape(1, size.inner), orders: orders, capacity: digits)
        let backward = FixedPointLines(
          .columns, shape: Shape(size.inner, 1), orders: orders, capacity: digits)
        forward.addForward()
        backward.addBackward()
        var x: [[Integer]] = [], y: [[Integer]] = []
        for k in 0..<orders {
          func draw() -> [UInt64] { (0..<digits).map { pattern.digit($0, &generator) } }
          let left = (0..<size.inner).map { _ in draw() }
          let right = isSquare ? left : (0..<size.inner).map { _ in draw() }
          for (place, fraction) in left.enumerated() {
            Self.write(fraction, to: forward.header.pointee.forward, k * size.inner + place, forward)
          }
          for (place, fraction) in right.enumerated() {
            let position = (orders - 1 - k) * size.inner + place
            Self.write(fraction, to: backward.header.pointee.backward, position, backward)
          }
          x.append(left.map(KernelNumbers.integer))
          y.append(right.map(KernelNumbers.integer))
        }
        var exact: [Int: Integer] = [:]
        for (rows, columns) in RelaxedTilingTests.squares(from: 16, at: degree) {
          for i in rows {
            for j in columns {
              for (a, b) in zip(x[starts.0 + i], y[starts.1 + j]) { exact[i + j, default: 0] += a * b }
            }
          }
        }
        for set in KernelSet.available {
          let sums = try Self.sums(forward, backward, starts, size, isSquare, set)
          for (degree, sum) in exact {
            // Both in units of 2^(-52·2·digits).
            let found = sums[degree] * Self.power(52 * (digits - 1))
            let limit = Integer(size.inner) * Self.power(52 * digits)
            #expect((sum - found).magnitude < limit, "\(set), \(pattern), seed \(seed), degree \(degree)")
          }
        }
      }
    }
  }

  private static func power(_ exponent: Int) -> Integer { Integer(2).power(exponent) }

  private static func write(
    _ fraction: [UInt64], to words: UnsafeMutablePointer<UInt64>, _ position: Int, _ lines: FixedPointLines
  ) {
    for (q, digit) in fraction.enumerated() {
      words[q * Int(lines.header.pointee.digit_stride) + position] = digit
    }
  }

  /// What the squares add to each degree, in units of a digit more than the factors have.
  private static func sums(
    _ a: FixedPointLines, _ b: FixedPointLines, _ starts: (Int, Int), _ size: Size, _ isSquare: Bool,
    _ set: KernelSet
  ) throws -> [Integer] {
    let kernels = try #require(set.kernels)
    let (groups, vectors) = (size.degree / 4, size.digits + 2)
    let words = AlignedWords(count: 8 * groups * vectors)
    let offsets = AlignedWords((0...groups).map { $0 * vectors })
    let scratch = AlignedWords(
      count: Int(fisherflow_square_scratch(Int64(size.degree / 2), Int64(size.digits))))
    let line = AlignedWords([0])
    kernels.add_squares(
      fisherflow_square_sums(words: words.base, offsets: offsets.base, groups: Int64(groups)),
      fisherflow_factor(lines: a.header, line_of_lane: line.base), Int64(starts.0),
      fisherflow_factor(lines: b.header, line_of_lane: line.base), Int64(starts.1),
      Int64(size.degree), 16, isSquare ? 1 : 0, Int64(size.digits), scratch.base)
    return (0..<8 * groups).map { degree in
      let column = words.base + (8 * (degree / 8 * vectors) + degree % 8)
      let fraction = KernelNumbers.integer((1..<vectors).map { UInt64(column[8 * $0]) })
      return fraction + Integer(Int(column[0])) * power(52 * (size.digits + 1))
    }
  }
}
