import Multiprecision
import Symbolics

/// A value in a YAML or JSON file, with its path. Every reader below turns it into one thing or says what it found.
struct Field {
  let node: DocumentNode
  /// `data.targets[3]`; empty for the whole file.
  let path: String
  let file: String

  var position: SourcePosition {
    SourcePosition(file: file, line: node.line, column: node.column, field: path)
  }

  func error(_ message: String) -> InputError { position.error(message) }

  func mismatch(expected: String) -> InputError { error("found \(summary), expected \(expected)") }

  /// What stands there, for messages.
  var summary: String {
    switch node.content {
    case .mapping: "a mapping"
    case .list(let items): "a list of \(items.count)"
    case .scalar(let text, _): isNull ? "nothing" : TextCell.quoted(text)
    }
  }

  /// `null`, `~`, or nothing at all, unquoted.
  var isNull: Bool {
    guard case .scalar(let text, let isPlain) = node.content else { return false }
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
  }

  var isList: Bool { node.list != nil }

  /// Whether it is a mapping with this key.
  func hasKey(_ key: String) -> Bool { node[key] != nil }

  /// The text of a scalar as it stands in the file.
  func cell(expected: String) throws(InputError) -> TextCell {
    guard let text = node.scalar, !isNull else { throw mismatch(expected: expected) }
    return TextCell(text: text, position: position)
  }

  func number() throws(InputError) -> Rational { try cell(expected: "a number").number() }

  func integer(_ range: ClosedRange<Int>) throws(InputError) -> Int {
    let expected = "an integer from \(range.lowerBound) to \(range.upperBound)"
    guard let value = Int(try cell(expected: expected).text), range.contains(value) else {
      throw mismatch(expected: expected)
    }
    return value
  }

  /// A word of an enumeration; the nearest one is suggested for others.
  func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) throws(InputError) -> Choice
  where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    let expected = words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    let cell = try cell(expected: expected)
    guard let choice = Choice(rawValue: cell.text) else {
      throw error("found \(summary), expected \(expected)" + Suggestion.hint(for: cell.text, among: words))
    }
    return choice
  }

  /// The items of a list that is not empty.
  func items(_ expected: String, limit: Int = InputLimits.yamlValues) throws(InputError) -> [Field] {
    guard let list = node.list, !list.isEmpty else { throw mismatch(expected: expected) }
    guard list.count <= limit else { throw mismatch(expected: "at most \(limit), the limit") }
    return list.enumerated().map { Field(node: $1, path: "\(path)[\($0)]", file: file) }
  }
}

/// A scalar's or CSV cell's text, and where it stands.
struct TextCell {
  let text: String
  let position: SourcePosition

  func number() throws(InputError) -> Rational {
    do {
      return try Rational(parsing: text)
    } catch {
      throw position.error("found \(Self.quoted(error.text)), \(error.reason)")
    }
  }

  func mismatch(expected: String) -> InputError {
    position.error("found \(Self.quoted(text)), expected \(expected)")
  }

  /// The text in quotes, with what a terminal would obey written out, cut to a length that fits a message.
  static func quoted(_ text: String) -> String {
    text.isEmpty ? "an empty text" : "\"\(VisibleText.shortened(text))\""
  }
}
