import CSeriesKernels

/// A matrix power series in fixed point.
///
/// The coefficient that is being worked on is kept in blocks of eight entries, each with an exponent of its own;
/// what products read is kept in lines; earlier coefficients as a whole only where they are asked for.
public final class FixedPointSeries {
  let shape: Shape
  let isConstant: Bool
  let blocks: Int
  /// Words of one block.
  let blockStride: Int
  private let capacity: Int
  private let orders: Int
  /// The head, and coefficients of even and of odd order.
  private let slots: AlignedWords
  private(set) var lines: [FixedPointLines] = []
  private(set) var history: FixedPointHistory?
  var isPublished = false
  /// The expansion and order of the last commit: an operation may commit its result before the expansion does.
  var committed = (expansion: -1, order: -1)
  /// Bounds of its rounding errors, where they are kept.
  let errors: RunningErrors?
  /// A series of its recurrence, whose errors are needed with its own.
  var auxiliary: FixedPointSeries?

  init(shape: Shape, isConstant: Bool, orders: Int, capacity: Int, tracksErrors: Bool = false) {
    self.shape = shape
    self.isConstant = isConstant
    self.capacity = capacity
    self.orders = isConstant ? 1 : orders
    blocks = (shape.count + 7) / 8
    blockStride = 8 * (capacity + 1)
    slots = AlignedWords(count: (isConstant ? 1 : 3) * blocks * blockStride)
    errors =
      tracksErrors ? RunningErrors(entries: shape.count, orders: orders, isConstant: isConstant) : nil
  }

  /// The blocks of coefficient k, which must be 0, the current or the next one.
  @inline(__always) func slot(_ k: Int) -> UnsafeMutablePointer<Int64> {
    slots.base + (k == 0 || isConstant ? 0 : (1 + k & 1) * blocks * blockStride)
  }

  /// The exponent of an entry of coefficient k; its digits follow at distances of eight words.
  @inline(__always) func lane(_ entry: Int, _ k: Int) -> UnsafeMutablePointer<Int64> {
    slot(k) + ((entry >> 3) * blockStride + entry & 7)
  }

  /// The lines of a kind; a row or column of one entry is that entry.
  func lines(_ kind: FixedPointLines.Kind) -> FixedPointLines {
    let isSingle = (kind == .rows && shape.columns == 1) || (kind == .columns && shape.rows == 1)
    let kind = isSingle ? .entries : kind
    if let present = lines.first(where: { $0.kind == kind }) { return present }
    let fresh = FixedPointLines(kind, shape: shape, orders: orders, capacity: capacity)
    lines.append(fresh)
    return fresh
  }

  func keepHistory(digits: [Int]) {
    history = history ?? FixedPointHistory(blocks: blocks, digits: Array(digits[..<orders]))
  }
}

/// All coefficients of a series, each block with the digits that its order has.
final class FixedPointHistory {
  private let offsets: [Int]
  private let words: AlignedWords
  private let blocks: Int
  private let digits: [Int]
  /// The largest exponent since the head was set.
  private(set) var peak = fixedPointNoExponent

  init(blocks: Int, digits: [Int]) {
    self.blocks = blocks
    self.digits = digits
    var offsets = [0]
    for count in digits { offsets.append((offsets.last ?? 0) + blocks * 8 * (count + 1)) }
    self.offsets = offsets
    words = AlignedWords(count: offsets.last ?? 0)
  }

  @inline(__always) func block(_ index: Int, _ k: Int) -> UnsafeMutablePointer<Int64> {
    words.base + (offsets[k] + index * 8 * (digits[k] + 1))
  }

  func store(_ series: FixedPointSeries, _ k: Int) {
    if k == 0 { peak = fixedPointNoExponent }
    for index in 0..<blocks {
      let (from, to) = (series.slot(k) + index * series.blockStride, block(index, k))
      to.update(from: from, count: 8 * (digits[k] + 1))
      for lane in 0..<8 { peak = max(peak, to[lane]) }
    }
  }
}
