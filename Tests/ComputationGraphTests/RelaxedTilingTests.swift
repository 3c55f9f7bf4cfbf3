import CSeriesKernels
import Testing

@testable import ComputationGraph

@Suite struct RelaxedTilingTests {
  /// The squares that the kernels do at a degree, as pairs of ranges of orders.
  static func squares(from leastSide: Int, at degree: Int) -> [(Range<Int>, Range<Int>)] {
    var squares: [(Range<Int>, Range<Int>)] = []
    var side = leastSide
    while side > 0, degree.isMultiple(of: side), side < degree {
      let (near, far) = (side..<2 * side, degree - side..<degree)
      squares.append((near, far))
      if degree == 2 * side { break }
      squares.append((far, near))
      side *= 2
    }
    return squares
  }

  /// Each pair of orders is in one square that begins at its degree or before, or in a dot, and not in both.
  @Test func everyPairIsDoneOnce() {
    forEachTrial(20) { seed, generator in
      let count = Int.random(in: 1...700, using: &generator)
      var fewest = 40
      let leastDigits = Dictionary(
        uniqueKeysWithValues: [16, 32, 64, 128, 256].map { side in
          fewest = Int.random(in: max(1, fewest - 20)...fewest, using: &generator)
          return (side, fewest)
        })
      let most = Int.random(in: 1...60, using: &generator)
      let digits = (0..<count).map { max(1, most - most * $0 / count) }
      let tiling = RelaxedTiling(digits: digits, leastDigits: seed.isMultiple(of: 4) ? [:] : leastDigits)
      var begun = [[Int]](repeating: Array(repeating: 0, count: count), count: count)
      for degree in 0..<count {
        for (rows, columns) in Self.squares(from: tiling.leastSide[degree], at: degree) {
          for i in rows { for j in columns { begun[i][j] += 1 } }
        }
        let strip = tiling.strip[degree]
        for i in 0...degree {
          let isInDot = strip == 0 || i < strip || degree - i < strip
          let squares = begun[i][degree - i]
          guard squares != (isInDot ? 0 : 1) else { continue }
          Issue.record(
            "seed \(seed), \(count) degrees, (\(i), \(degree - i)): \(squares) squares, strip \(strip)")
          return
        }
      }
    }
  }

  /// As measured: sums are classical up to 400 digits, and relaxed from 700 on.
  @Test(arguments: [(400, false), (700, true), (3000, true)])
  func itIsUsedWhereItPays(_ digits: Int, _ isRelaxed: Bool) {
    let (order, precision) = (digits * 1107 / 1000, digits * 3322 / 1000)
    let counts = (0...order).map { max(1, (precision - 3 * $0 + 51) / 52) }
    let tiling = FixedPointSeriesArithmetic.CauchySums.automatic.tiling(digits: counts)
    #expect((tiling != nil) == isRelaxed)
  }
}
