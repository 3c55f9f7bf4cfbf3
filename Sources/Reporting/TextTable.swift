/// A table for a terminal: aligned columns, no wider than the terminal.
///
///     claim            digits  seconds
///     ───────────────  ──────  ───────
///     t1-bernoulli         50     0.41
///
/// Where the columns need more room than there is, the flexible ones are clipped with `…`, the widest first.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    public let title: String
    public let alignment: Alignment
    /// Whether it may be clipped, and to what width at least; nil for never.
    public let leastWidth: Int?

    public init(_ title: String, _ alignment: Alignment = .left, leastWidth: Int? = nil) {
      self.title = title
      self.alignment = alignment
      self.leastWidth = leastWidth
    }
  }

  /// A cell's text, with the style it has where styles are shown.
  public struct Cell: Sendable, ExpressibleByStringInterpolation {
    public let text: String
    public let style: TerminalStyle.Style?

    public init(_ text: String, _ style: TerminalStyle.Style? = nil) {
      self.text = text
      self.style = style
    }

    public init(stringLiteral value: String) { self.init(value) }
  }

  public let columns: [Column]
  public private(set) var rows: [[Cell]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Missing cells are empty; those beyond the columns are dropped.
  public mutating func append(_ row: [Cell]) {
    let missing = max(0, columns.count - row.count)
    rows.append(Array(row.prefix(columns.count)) + Array(repeating: Cell(""), count: missing))
  }

  private static let gap = 2

  /// The lines, without line ends.
  ///
  /// - Parameter width: the terminal's columns; nil for as wide as the content is.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    let widths = columnWidths(within: width)
    let header = line(columns.map { Cell($0.title, .bold) }, widths, style)
    let rule = widths.map { String(repeating: "─", count: $0) }
      .joined(separator: String(repeating: " ", count: Self.gap))
    return [header, rule] + rows.map { line($0, widths, style) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: TerminalStyle) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let text = Self.clipped(cell.text, to: widths[index])
      let padding = String(repeating: " ", count: widths[index] - text.terminalWidth)
      let styled = style.apply(cell.style, to: text)
      let isLast = index == cells.count - 1
      switch columns[index].alignment {
      case .left: line += isLast ? styled : styled + padding
      case .right: line += padding + styled
      }
      if !isLast { line += String(repeating: " ", count: Self.gap) }
    }
    return line
  }

  private func columnWidths(within limit: Int?) -> [Int] {
    var widths = columns.indices.map { column in
      max(columns[column].title.terminalWidth, rows.map { $0[column].text.terminalWidth }.max() ?? 0)
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - limit
    while excess > 0 {
      let clippable = widths.indices.filter { widths[$0] > max(1, columns[$0].leastWidth ?? .max) }
      guard let widest = clippable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private static func clipped(_ text: String, to width: Int) -> String {
    guard text.terminalWidth > width else { return text }
    var clipped = ""
    for character in text {
      guard clipped.terminalWidth + String(character).terminalWidth <= width - 1 else { break }
      clipped.append(character)
    }
    return clipped + "…"
  }
}
