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

  /// The most bits by which a line's exponent is set above its first coefficient's. A larger excess in the expansion
  /// before came from a first coefficient that was nearly zero by chance, and is no guide.
  static let mostExcess: Int64 = 8

  init(_ kind: Kind, shape: Shape, orders: Int, capacity: Int) {
    self.kind = kind
    entries = shape.count
    let lines = kind == .entries ? shape.count : kind == .rows ? shape.rows : shape.columns
    let inner = lines == 0 ? 0 : shape.count / lines
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
      lines.excess[line] = min(lines.peaks[line] - lines.anchors[line], Self.mostExcess)
    }
    forget()
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

  /// Takes over coefficient k from blocks; false where an exponent is out of range.
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
