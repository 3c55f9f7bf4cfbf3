import Multiprecision

/// The coefficients of a matrix power series, entry by entry: coefficient k of entry e is at e·stride + k.
///
/// Matrix products read the coefficients in other orders, so that the Cauchy sum of one entry is one dot
/// product. Those layouts hold headers that alias the limbs owned here; `publish` renews them.
final class BallSeries {
  struct Layout: Hashable {
    /// Lines are the matrix's columns rather than its rows.
    var byColumn: Bool
    /// Within each order the entries of a line run backwards.
    var reversed: Bool
  }

  let shape: Shape
  let isConstant: Bool
  let stride: Int
  let storage: BallBuffer
  private var layouts: [(layout: Layout, aliases: BallAliases)] = []

  init(shape: Shape, isConstant: Bool, order: Int) {
    self.shape = shape
    self.isConstant = isConstant
    stride = isConstant ? 1 : order + 1
    storage = BallBuffer(count: shape.count * stride)
  }

  @inline(__always) func coefficient(_ entry: Int, _ k: Int) -> UnsafeMutablePointer<arb_struct> {
    storage.base + (entry * stride + k)
  }

  /// The number of headers in one line of a layout.
  func lineLength(_ layout: Layout) -> Int { (layout.byColumn ? shape.rows : shape.columns) * stride }

  /// The lines of a layout, one after the other; order k of a line begins at k·(entries of the line).
  func lines(_ layout: Layout) -> UnsafeMutablePointer<arb_struct> {
    // A line of one entry is that entry's series as it is stored.
    if (layout.byColumn ? shape.rows : shape.columns) == 1 { return storage.base }
    if let present = layouts.first(where: { $0.layout == layout }) { return present.aliases.base }
    let aliases = BallAliases(count: storage.count)
    layouts.append((layout, aliases))
    if isConstant { publish(0) }
    return aliases.base
  }

  /// Copies the headers of coefficient k into every layout in use.
  func publish(_ k: Int) {
    for (layout, aliases) in layouts {
      let (rows, columns) = (shape.rows, shape.columns)
      let inner = layout.byColumn ? rows : columns
      for row in 0..<rows {
        for column in 0..<columns {
          let (line, place) = layout.byColumn ? (column, row) : (row, column)
          let position = k * inner + (layout.reversed ? inner - 1 - place : place)
          aliases.base[line * inner * stride + position] = coefficient(row * columns + column, k).pointee
        }
      }
    }
  }
}
