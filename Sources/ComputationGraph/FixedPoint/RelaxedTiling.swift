import CSeriesKernels

/// Which pairs of orders of a relaxed Cauchy product are done in squares, and which in dots.
///
/// Squares of side s are done up to a degree end(s), at which numbers have the fewest digits for which they pay. The
/// ends rise with s. So the pairs (i, j) of degree n = i + j that are in no square are those with i or j in [0, 16) or,
/// for a side s, in [s, 2s) and at most n - end(s): all i or j below a number, `strip`.
struct RelaxedTiling {
  /// For each degree the orders at both ends of a sum that make dots; 0 where the whole sum is one.
  let strip: [Int]
  /// For each degree the side of the smallest squares that begin there, if any are done.
  let leastSide: [Int]

  /// The fewest digits of 52 bits with which squares of each side are faster than dots (Benchmarks/README.md). The
  /// largest are done always: a sum without them would be one dot.
  static let leastDigits = [16: 36, 32: 20, 64: 14, 128: 11, 256: 10]
  /// Below these digits of the first order, some 550 decimal ones, nothing is gained.
  static let leastFirstDigits = 36

  /// - Parameters:
  ///   - digits: those of each degree, falling.
  ///   - leastDigits: for each side; 1 where there is none.
  init(digits: [Int], leastDigits: [Int: Int] = Self.leastDigits) {
    var ends: [(side: Int, end: Int)] = []
    var side = Int(FISHERFLOW_LEAST_SIDE)
    while 4 * side < digits.count, side < Int(FISHERFLOW_MOST_SIDE) { side *= 2 }
    while side >= Int(FISHERFLOW_LEAST_SIDE) {
      let count = digits.firstIndex { $0 < leastDigits[side] ?? 1 } ?? digits.count
      let end = count > 2 * side ? (count - 1) / side * side : side
      ends.append((side, min(end, ends.last?.end ?? end)))
      side /= 2
    }
    ends.reverse()
    // Where the strip reaches past a side, squares of the next are missing too.
    strip = digits.indices.map { degree in
      var strip = Int(FISHERFLOW_LEAST_SIDE)
      for (side, end) in ends where strip == side { strip = max(strip, min(2 * side, degree - end + 1)) }
      return 2 * strip <= degree ? strip : 0
    }
    leastSide = digits.indices.map { degree in ends.first { degree <= $0.end }?.side ?? 0 }
  }

  /// Whether there are any squares.
  var isRelaxed: Bool { strip.contains { $0 > 0 } }
}
