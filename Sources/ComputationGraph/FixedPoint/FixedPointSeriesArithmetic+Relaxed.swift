import CSeriesKernels
import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Relaxed Cauchy products: squares of products of coefficients, done ahead.
///
/// Source: van der Hoeven, "Relax, but don't be too lazy" (2002), with Karatsuba's method for the squares.
extension FixedPointSeriesArithmetic {
  /// How Cauchy sums are computed.
  public enum CauchySums: Sendable {
    /// Relaxed where that is faster (Benchmarks/README.md).
    case automatic
    /// One sum of products for each coefficient.
    case classical
    /// Relaxed wherever the orders have a square.
    case relaxed

    /// Nil where all sums are classical.
    func tiling(digits: [Int]) -> RelaxedTiling? {
      if self == .classical || digits.count > 4 * Int(FISHERFLOW_MOST_SIDE) { return nil }
      if self == .automatic, digits[0] < RelaxedTiling.leastFirstDigits { return nil }
      let tiling =
        self == .relaxed ? RelaxedTiling(digits: digits, leastDigits: [:]) : RelaxedTiling(digits: digits)
      return tiling.isRelaxed ? tiling : nil
    }
  }

  /// Sums for a product of series that both go on.
  func relaxedSums(entries: Int, _ a: Series, _ b: Series) -> RelaxedSums? {
    guard let tiling, !a.isConstant, !b.isConstant else { return nil }
    return RelaxedSums(entries: entries, digits: Array(digitCounts[...order]), tiling: tiling)
  }

  /// Scratch memory for as many entries as are worked on at once.
  static func squareScratch(digits: [Int]) -> [AlignedWords] {
    (0..<shares).map { _ in AlignedWords(count: RelaxedSums.scratchWords(digits: digits)) }
  }

  /// Bytes of memory that relaxed products take beside the series.
  static func scratchBytes(order: Int, precision: Int) -> Int {
    let digits = digitCounts(order: order, precision: precision, taper: 3)
    let isRelaxed = CauchySums.automatic.tiling(digits: Array(digits[...order])) != nil
    return isRelaxed ? shares * RelaxedSums.scratchWords(digits: digits) * MemoryLayout<Int64>.stride : 0
  }

  /// Entries that are worked on at once: the processor's cores, up to a number.
  private static var shares: Int { min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), mostShares) }
  private static let mostShares = 4

  /// Products of digits, if done one by one, from which on squares are shared among the cores: about a millisecond.
  private static let leastSharedSquares = 40_000_000

  /// Brings the sums of all entries up to a degree, which is asked for with the digits of order k.
  func addSquares(_ sums: RelaxedSums, _ product: Product, entries: Int, degree: Int, _ k: Int) {
    nonisolated(unsafe) let (arithmetic, sums, product) = (self, sums, product)
    let shares = squareScratch.count
    // Each share of the entries has scratch memory of its own.
    @Sendable func add(_ share: Int) {
      for entry in stride(from: share, to: entries, by: shares) {
        sums.add(
          product, entry: entry, degree: degree, expansion: arithmetic.expansion,
          digits: arithmetic.digitCounts[k], scratch: arithmetic.squareScratch[share], arithmetic.kernels)
      }
    }
    let side = degree & -degree
    let work = entries * product.inner * side * side * digitCounts[k] * digitCounts[k]
    if entries > 1, work >= Self.leastSharedSquares {
      DispatchQueue.concurrentPerform(iterations: shares, execute: add)
    } else {
      for share in 0..<shares { add(share) }
    }
  }
}
