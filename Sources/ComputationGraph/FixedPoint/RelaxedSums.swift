import CSeriesKernels

/// What squares of products add to the later coefficients of a Cauchy product, entry by entry: the kernels' square sums
/// (`fisherflow_square_sums`), and how far they have got.
///
/// Memory: a number for each entry and order, with the digits of its order.
///
/// Complexity: O(n^1.58) products of numbers for all degrees up to n, where classical sums take O(n²), beside the dots of
/// `RelaxedTiling`.
final class RelaxedSums {
  typealias Product = FixedPointSeriesArithmetic.Product

  let tiling: RelaxedTiling

  /// Which squares are in an entry's sums.
  private struct Progress {
    /// Of the expansion with this number,
    var expansion = -1
    /// with this exponent of the lines' products,
    var exponent: Int?
    /// those that begin at degrees up to this one.
    var degree = 0
  }

  private let words: AlignedWords, offsets: AlignedWords
  private let size: Int
  private let progress: UnsafeMutableBufferPointer<Progress>
  private let headers: UnsafeMutableBufferPointer<fisherflow_square_sums>

  /// - Parameters:
  ///   - entries: of the product.
  ///   - digits: what sums of each degree are read with at most.
  init(entries: Int, digits: [Int], tiling: RelaxedTiling) {
    self.tiling = tiling
    var offsets = [0]
    // An integer and a digit more than are read.
    for degree in stride(from: 0, to: digits.count, by: 8) {
      offsets.append((offsets.last ?? 0) + digits[degree] + 2)
    }
    size = 8 * (offsets.last ?? 0)
    words = AlignedWords(count: entries * size)
    self.offsets = AlignedWords(offsets)
    progress = .allocate(capacity: entries)
    progress.initialize(repeating: Progress())
    headers = .allocate(capacity: entries)
    for entry in 0..<entries {
      headers.initializeElement(
        at: entry,
        to: fisherflow_square_sums(
          words: words.base + entry * size, offsets: self.offsets.base, groups: Int64(offsets.count - 1)))
    }
  }

  deinit {
    progress.deallocate()
    headers.deallocate()
  }

  /// The sums of eight entries from one on.
  @inline(__always) func lanes(_ entry: Int) -> UnsafePointer<fisherflow_square_sums>? {
    headers.baseAddress.map { UnsafePointer($0 + entry) }
  }

  /// Adds the squares of an entry that begin at degrees up to this one and are not in its sums yet. Where a line's exponent
  /// was raised, these are all.
  func add(
    _ product: Product, entry: Int, degree: Int, expansion: Int, digits: Int, scratch: AlignedWords,
    _ kernels: fisherflow_series_kernels
  ) {
    guard let exponent = product.exponent(entry) else { return }
    if progress[entry].expansion != expansion || progress[entry].exponent != exponent {
      headers[entry].words.update(repeating: 0, count: size)
      progress[entry] = Progress(expansion: expansion, exponent: exponent)
    }
    for begin in progress[entry].degree..<degree where tiling.leastSide[begin + 1] > 0 {
      kernels.add_squares(
        headers[entry], product.left(entry), Int64(product.aStart), product.right(entry),
        Int64(product.bStart), Int64(begin + 1), Int64(tiling.leastSide[begin + 1]), product.isSquare ? 1 : 0,
        Int64(digits), scratch.base)
    }
    progress[entry].degree = degree
  }

  /// The words of scratch memory that the largest squares take.
  static func scratchWords(digits: [Int]) -> Int {
    var (side, words) = (FISHERFLOW_LEAST_SIDE, Int64(0))
    while 2 * side < digits.count {
      words = max(words, fisherflow_square_scratch(Int64(side), Int64(digits[2 * Int(side)])))
      side *= 2
    }
    return Int(words)
  }
}
