import CSeriesKernels
import Dispatch
import Multiprecision

/// Cauchy products: eight sums of products at a time.
extension FixedPointSeriesArithmetic {
  /// A Cauchy product, entrywise or of matrices: for each entry of the result a line of the left factor and one of
  /// the right.
  public final class Product {
    let a: FixedPointLines, b: FixedPointLines
    let aIsConstant: Bool, bIsConstant: Bool
    let aStart: Int, bStart: Int
    private let aLine: AlignedWords, bLine: AlignedWords
    /// Both factors are the same, and so are their starts.
    let isSquare: Bool
    /// What squares of products add to later orders, where sums are relaxed.
    let relaxed: RelaxedSums?

    init(
      _ a: FixedPointLines, _ aLine: [Int], isConstant aIsConstant: Bool, from aStart: Int,
      _ b: FixedPointLines, _ bLine: [Int], isConstant bIsConstant: Bool, from bStart: Int, isSquare: Bool,
      relaxed: RelaxedSums? = nil
    ) {
      (self.a, self.aIsConstant, self.aStart) = (a, aIsConstant, aStart)
      (self.b, self.bIsConstant, self.bStart) = (b, bIsConstant, bStart)
      (self.aLine, self.bLine) = (AlignedWords(aLine), AlignedWords(bLine))
      self.isSquare = isSquare
      self.relaxed = relaxed
    }

    /// The products for each pair of orders.
    var inner: Int { Int(a.header.pointee.inner) }

    @inline(__always) func left(_ entry: Int) -> fisherflow_factor {
      fisherflow_factor(lines: a.header, line_of_lane: aLine.base + entry)
    }

    @inline(__always) func right(_ entry: Int) -> fisherflow_factor {
      fisherflow_factor(lines: b.header, line_of_lane: bLine.base + entry)
    }

    /// The exponent of the products of an entry's lines; nil where one is zero so far.
    @inline(__always) func exponent(_ entry: Int) -> Int? {
      let x = a.header.pointee.exponents[Int(aLine.base[entry])]
      let y = b.header.pointee.exponents[Int(bLine.base[entry])]
      return x == fixedPointNoExponent || y == fixedPointNoExponent ? nil : Int(x + y)
    }

    /// The orders j of the left factor in Σ a_j b_{k-j}: a constant factor leaves the one term in which its order
    /// is 0. Nil where the sum is empty.
    @inline(__always) func orders(_ k: Int) -> ClosedRange<Int>? {
      let first = bIsConstant ? max(aStart, k) : aStart
      let last = aIsConstant ? min(k - bStart, 0) : k - bStart
      return first <= last ? first...last : nil
    }
  }

  public typealias Convolution = Product

  /// Products of digits from which on a sum is shared among the processor's cores: some 40 microseconds of work, where
  /// handing it out takes a few.
  private static let leastSharedWork = 2_000_000

  public func convolution(_ a: Series, from aStart: Int, _ b: Series, from bStart: Int) -> Convolution {
    let (left, right) = (a, b)
    let entries = Array(0..<left.shape.count)
    return Product(
      lines(left, .entries, isLeft: true), entries, isConstant: left.isConstant, from: aStart,
      lines(right, .entries, isLeft: false), entries, isConstant: right.isConstant, from: bStart,
      isSquare: left === right && aStart == bStart && !left.isConstant,
      relaxed: relaxedSums(entries: entries.count, left, right))
  }

  public func product(
    _ a: Series, _ aShape: Shape, isTransposed: Bool, from aStart: Int,
    _ b: Series, _ bShape: Shape, isTransposed bIsTransposed: Bool
  ) -> Product {
    let rows = isTransposed ? aShape.columns : aShape.rows
    let columns = bIsTransposed ? bShape.rows : bShape.columns
    let entries = 0..<rows * columns
    return Product(
      lines(a, isTransposed ? .columns : .rows, isLeft: true), entries.map { $0 / columns },
      isConstant: a.isConstant, from: aStart,
      lines(b, bIsTransposed ? .rows : .columns, isLeft: false), entries.map { $0 % columns },
      isConstant: b.isConstant, from: 0, isSquare: false,
      relaxed: relaxedSums(entries: entries.count, a, b))
  }

  public func evaluate(_ product: Product, _ output: Series, _ k: Int, dividedBy divisor: Int) {
    guard let orders = product.orders(k) else { return setZero(output, k) }
    let (first, last) = (Int64(orders.lowerBound), Int64(orders.upperBound))
    let degree = orders.count - 1
    let strip = product.relaxed?.tiling.strip[degree] ?? 0
    let relaxed = strip > 0 ? product.relaxed : nil
    if let relaxed { addSquares(relaxed, product, entries: output.shape.count, degree: degree, k) }
    let terms = output.shape.count * (strip > 0 ? 2 * strip : orders.count) * product.inner
    if output.blocks > 1, terms * digitCounts[k] * digitCounts[k] >= Self.leastSharedWork {
      // Each block reads committed coefficients and writes its own words.
      nonisolated(unsafe) let (arithmetic, product, relaxed, output) = (self, product, relaxed, output)
      DispatchQueue.concurrentPerform(iterations: output.blocks) { block in
        arithmetic.evaluate(
          product, relaxed, output, k, block: block, from: first, to: last, dividedBy: divisor)
      }
    } else {
      for block in 0..<output.blocks {
        evaluate(product, relaxed, output, k, block: block, from: first, to: last, dividedBy: divisor)
      }
    }
    recordProduct(output, k, product, orders: orders.count, divisor: divisor)
  }

  /// Eight entries of the sum of the orders from `first` to `last` of the left factor.
  @inline(__always) private func evaluate(
    _ product: Product, _ relaxed: RelaxedSums?, _ output: Series, _ k: Int, block: Int, from first: Int64,
    to last: Int64, dividedBy divisor: Int
  ) {
    let result = output.slot(k) + block * output.blockStride
    let count = Int64(min(8, output.shape.count - 8 * block))
    let (left, right) = (product.left(8 * block), product.right(8 * block))
    if let relaxed {
      kernels.cauchy_relaxed(
        result, left, right, Int64(k), first, last, relaxed.lanes(8 * block),
        Int64(relaxed.tiling.strip[Int(last - first)]), product.isSquare ? 1 : 0, digits(k), count)
    } else if product.isSquare {
      kernels.cauchy_square(result, left, right, Int64(k), first, last, digits(k), count)
    } else {
      kernels.cauchy(result, left, right, Int64(k), first, last, digits(k), count)
    }
    if divisor != 1 {
      let (factor, exponent) = inverses[divisor - 1]
      kernels.scale(result, result, factor.unsigned, Int64(exponent), digits(k))
    }
  }

  public func evaluate(_ product: Product, _ output: Series, _ k: Int) {
    evaluate(product, output, k, dividedBy: 1)
  }
}
