/// A piece of an HTML page. Text is escaped; only `verbatim` takes markup.
public enum HTMLElement: Sendable {
  /// Level 1 to 6.
  case heading(level: Int, String)
  case paragraph(String)
  case preformatted(String)
  /// Cells may have a class of the page's style: number, good, bad, unsure, faint.
  case table(header: [Cell], rows: [[Cell]])
  case section([HTMLElement])
  /// Markup made elsewhere, such as an SVG plot.
  case verbatim(String)

  public struct Cell: Sendable, ExpressibleByStringLiteral {
    public let text: String
    public let classes: [String]

    public init(_ text: String, classes: [String] = []) {
      self.text = text
      self.classes = classes
    }

    public init(stringLiteral value: String) { self.init(value) }

    func markup(_ tag: String, _ more: String = "") -> String {
      let classAttribute =
        classes.isEmpty ? "" : XMLText.attributes(["class": classes.joined(separator: " ")])
      return "<\(tag)\(more)\(classAttribute)>\(XMLText.escaped(text))</\(tag)>"
    }
  }

  public var markup: String {
    switch self {
    case .heading(let level, let text):
      let level = min(max(level, 1), 6)
      return "<h\(level)>\(XMLText.escaped(text))</h\(level)>"
    case .paragraph(let text): return "<p>\(XMLText.escaped(text))</p>"
    case .preformatted(let text): return "<pre>\(XMLText.escaped(text))</pre>"
    case .section(let elements):
      return "<section>\n\(elements.map(\.markup).joined(separator: "\n"))\n</section>"
    case .verbatim(let markup): return markup
    case .table(let header, let rows):
      let head = header.map { $0.markup("th", " scope=\"col\"") }.joined()
      let body = rows.map { "<tr>\($0.map { $0.markup("td") }.joined())</tr>" }.joined(separator: "\n")
      return """
        <div class="table"><table>
        <thead><tr>\(head)</tr></thead>
        <tbody>
        \(body)
        </tbody>
        </table></div>
        """
    }
  }
}
