import Symbolics

/// A table for a terminal: aligned columns, no wider than the terminal.
///
///     claim         verdict    digits
///     ────────────  ─────────  ──────
///     t1-bernoulli  certified      50
///
/// Where the columns need more room than there is, those that may go below their row do, one under the other;
/// where the others still do not fit, each row becomes a paragraph: its first cell, and the rest under it with
/// their columns' titles. Nothing is left out.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    public let title: String
    public let alignment: Alignment
    /// Nil for a column that stays in its row; else the label before a cell that stands below.
    public let labelBelow: String?

    public init(_ title: String, _ alignment: Alignment = .left, labelBelow: String? = nil) {
      self.title = title
      self.alignment = alignment
      self.labelBelow = labelBelow
    }
  }

  /// A cell's text, with the style it has where styles are shown.
  public struct Cell: Sendable, ExpressibleByStringInterpolation {
    public let text: String
    public let style: TerminalStyle.Style?

    /// Characters that a terminal would obey are written out.
    public init(_ text: String, _ style: TerminalStyle.Style? = nil) {
      self.text = VisibleText.escaped(text)
      self.style = style
    }

    public init(stringLiteral value: String) { self.init(value) }
  }

  private struct Row: Sendable {
    let cells: [Cell]
    let notes: [String]
  }

  public let columns: [Column]
  private var rows: [Row] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Missing cells are empty; those beyond the columns are dropped.
  ///
  /// - Parameter notes: lines below the row, whatever the width.
  public mutating func append(_ row: [Cell], notes: [String] = []) {
    let missing = max(0, columns.count - row.count)
    let cells = Array(row.prefix(columns.count)) + Array(repeating: Cell(""), count: missing)
    rows.append(Row(cells: cells, notes: notes))
  }

  private static let gap = 2
  private static let indentation = 4

  /// The lines, without line ends.
  ///
  /// - Parameter width: the terminal's columns; nil for as wide as the content is.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    let staying = columns.indices.filter { columns[$0].labelBelow == nil }
    for shown in [Array(columns.indices), staying] {
      let widths = columnWidths(shown)
      guard widths.reduce(0, +) + Self.gap * (widths.count - 1) <= width ?? .max else { continue }
      let header = line(shown.map { (columns[$0], Cell(columns[$0].title, .bold)) }, widths, style)
      let rule = widths.map { String(repeating: "─", count: $0) }
        .joined(separator: String(repeating: " ", count: Self.gap))
      return [header, rule]
        + rows.flatMap { row in
          [line(shown.map { (columns[$0], row.cells[$0]) }, widths, style)] + below(row, except: shown, width)
        }
    }
    return rows.flatMap { paragraph($0, staying, width, style) }
  }

  /// The cells that have no place in the row, and its notes.
  private func below(_ row: Row, except shown: [Int], _ width: Int?) -> [String] {
    let cells = columns.indices.filter { !shown.contains($0) && !row.cells[$0].text.isEmpty }
      .map { (columns[$0].labelBelow ?? "") + row.cells[$0].text }
    return (cells + row.notes).flatMap { $0.wrapped(to: width, indentation: Self.indentation) }
  }

  private func paragraph(_ row: Row, _ staying: [Int], _ width: Int?, _ style: TerminalStyle) -> [String] {
    guard let first = staying.first else { return below(row, except: [], width) }
    let rest = staying.dropFirst().map { "\(columns[$0].title) \(row.cells[$0].text)" }.joined(
      separator: ", ")
    return row.cells[first].text.wrapped(to: width).map { style.apply(.bold, to: $0) }
      + rest.wrapped(to: width, indentation: Self.indentation) + below(row, except: staying, width)
  }

  private func line(_ cells: [(column: Column, cell: Cell)], _ widths: [Int], _ style: TerminalStyle)
    -> String
  {
    var line = ""
    for (index, (column, cell)) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - cell.text.terminalWidth)
      let styled = style.apply(cell.style, to: cell.text)
      let isLast = index == cells.count - 1
      switch column.alignment {
      case .left: line += isLast ? styled : styled + padding
      case .right: line += padding + styled
      }
      if !isLast { line += String(repeating: " ", count: Self.gap) }
    }
    // Empty cells at the end leave no blanks there.
    while line.last == " " { line.removeLast() }
    return line
  }

  private func columnWidths(_ shown: [Int]) -> [Int] {
    shown.map { column in
      max(columns[column].title.terminalWidth, rows.map { $0.cells[column].text.terminalWidth }.max() ?? 0)
    }
  }
}
