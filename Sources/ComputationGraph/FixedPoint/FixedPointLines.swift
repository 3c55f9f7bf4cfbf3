import CSeriesKernels

/// The coefficients of a matrix series as Cauchy products read them: each line holds the entries of one row, of
/// one column, or one entry, of all orders. See `fisherflow_lines`.
final class FixedPointLines {
  enum Kind { case entries, rows, columns }

  let kind: Kind
  let header: UnsafeMutablePointer<fisherflow_lines>
  /// For each entry of the matrix its line, and its place among the line's entries of one order.
  private let lineOfEntry: AlignedWords, placeOfEntry: AlignedWords
  private let entries: Int
  private let sums: AlignedWords, exponents: AlignedWords
  private var forward: AlignedWords?, backward: AlignedWords?

  /// Bits by which a line's coefficients may exceed the first before anything is known about them.
  private static let firstExcess: Int64 = 8
  /// Bits above what was needed in the step before.
  private static let margin: Int64 = 4
  /// A larger excess comes from a first coefficient that is nearly zero by chance, and is no guide.
  private static let mostExcess: Int64 = 24
  /// From this order on coefficients grow because the scale is long, and not because the first was small.
  private static let lateOrder = 12

  init(_ kind: Kind, shape: Shape, orders: Int, capacity: Int) {
    self.kind = kind
    entries = shape.count
    let lines = kind == .entries ? shape.count : kind == .rows ? shape.rows : shape.columns
    let inner = shape.count / lines
    lineOfEntry = AlignedWords(
      (0..<shape.count).map { entry in
        switch kind {
        case .entries: entry
        case .rows: entry / shape.columns
        case .columns: entry % shape.columns
        }
      })
    placeOfEntry = AlignedWords(
      (0..<shape.count).map { entry in
        switch kind {
        case .entries: 0
        case .rows: entry % shape.columns
        case .columns: entry / shape.columns
        }
      })
    // An odd number of cache lines, so that the digits of one position do not compete for one cache set; the
    // kernels may read a vector beyond the end.
    let cacheLines = (orders * inner + 7) / 8 + 1
    let digitStride = 8 * (cacheLines.isMultiple(of: 2) ? cacheLines + 1 : cacheLines)
    sums = AlignedWords(count: lines * orders * (capacity + 1))
    exponents = AlignedWords(count: 4 * lines)
    header = .allocate(capacity: 1)
    header.initialize(to: fisherflow_lines())
    header.pointee.sums = sums.unsigned
    header.pointee.exponents = exponents.base
    header.pointee.anchors = exponents.base + lines
    header.pointee.peaks = exponents.base + 2 * lines
    header.pointee.excess = exponents.base + 3 * lines
    header.pointee.lines = Int64(lines)
    header.pointee.inner = Int64(inner)
    header.pointee.orders = Int64(orders)
    header.pointee.capacity = Int64(capacity)
    header.pointee.digit_stride = Int64(digitStride)
    header.pointee.line_stride = Int64(capacity * digitStride)
    for line in 0..<lines { header.pointee.excess[line] = orders == 1 ? 0 : Self.firstExcess }
    forget()
  }

  deinit { header.deallocate() }

  private var words: Int {
    Int(header.pointee.lines * header.pointee.line_stride) + 8
  }

  /// Makes the order of a left factor available.
  func addForward() {
    if forward != nil { return }
    let words = AlignedWords(count: words)
    forward = words
    header.pointee.forward = words.unsigned
  }

  /// Makes the order of a right factor available.
  func addBackward() {
    if backward != nil { return }
    let words = AlignedWords(count: words)
    backward = words
    header.pointee.backward = words.unsigned
  }

  /// Before a new expansion: exponents are set anew, from what the last one needed.
  func renew() {
    let lines = header.pointee
    for line in 0..<Int(lines.lines) where lines.anchors[line] != fixedPointNoExponent {
      let needed = lines.peaks[line] - lines.anchors[line] + Self.margin
      lines.excess[line] = min(needed, Self.mostExcess)
    }
    forget()
  }

  /// Before an expansion is repeated because a coefficient of order k did not fit: what was needed is allowed, and
  /// a little more, since later orders may need more, and for lines that just fitted so far as well.
  ///
  /// - Parameter most: with a larger excess, where it comes from growth with the order, the coefficients of high
  ///   order would have no digits left. At low orders it may be as large as it must: the first was near zero.
  func allowWhatWasNeeded(_ k: Int, most: Int) {
    let lines = header.pointee
    let ahead = (Int(lines.orders) - k) / 16
    for line in 0..<Int(lines.lines) where lines.anchors[line] != fixedPointNoExponent {
      let before = lines.exponents[line] - lines.anchors[line]
      if lines.peaks[line] > lines.exponents[line] {
        lines.excess[line] += Self.margin + Int64(min(ahead, 6))
      } else if k >= Self.lateOrder {
        lines.excess[line] += Self.margin
      }
      if k >= Self.lateOrder { lines.excess[line] = min(lines.excess[line], max(before, Int64(most))) }
    }
    forget()
  }

  /// Before an expansion at another scale: what one that failed asked for is no guide beyond the usual.
  func moderate() {
    let lines = header.pointee
    for line in 0..<Int(lines.lines) { lines.excess[line] = min(lines.excess[line], Self.mostExcess) }
    forget()
  }

  /// Takes over what another engine's expansion of the same series needed.
  func adopt(_ other: FixedPointLines) {
    let (lines, known) = (header.pointee, other.header.pointee)
    for line in 0..<Int(lines.lines) where known.anchors[line] != fixedPointNoExponent {
      let needed = known.peaks[line] - known.anchors[line] + Self.margin
      lines.excess[line] = min(needed, Self.mostExcess)
    }
  }

  /// The most bits by which a line's exponent exceeds that of its largest coefficient.
  var looseness: Int64 {
    let lines = header.pointee
    return (0..<Int(lines.lines)).map { line in
      lines.exponents[line] == fixedPointNoExponent ? 0 : lines.exponents[line] - lines.peaks[line]
    }.max() ?? 0
  }

  /// As if nothing had been published.
  func forget() {
    let lines = header.pointee
    for line in 0..<Int(lines.lines) {
      lines.exponents[line] = fixedPointNoExponent
      lines.anchors[line] = fixedPointNoExponent
      lines.peaks[line] = fixedPointNoExponent
    }
  }

  /// Takes over coefficient k from blocks; false where an entry does not fit.
  @inline(__always) func publish(
    _ blocks: UnsafePointer<Int64>, blockStride: Int, _ k: Int, digits: Int,
    _ kernels: fisherflow_series_kernels
  ) -> Bool {
    kernels.publish(
      header, blocks, Int64(blockStride), lineOfEntry.base, placeOfEntry.base, Int64(entries), Int64(k),
      Int64(digits)) != 0
  }
}

/// The exponent of zero.
let fixedPointNoExponent: Int64 = -(1 << 40)
