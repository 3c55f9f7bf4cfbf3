extension JSONValue {
  /// The document as text. Pretty text has one member or item a line, but keeps an array of plain values, and
  /// whatever fits on a short line, together.
  public func text(pretty: Bool = true) -> String {
    var text = ""
    write(to: &text, indentation: pretty ? 0 : nil)
    return text
  }

  /// A JSON string, with its quotes. What a terminal would obey, or turn the direction of writing for, is escaped.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{061C}", "\u{200E}"..."\u{200F}",
        "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}", "\u{FEFF}":
        let hexadecimal = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private var isPlain: Bool {
    switch self {
    case .null, .boolean, .integer, .number, .string: true
    case .array(let items): items.isEmpty
    case .object(let members): members.isEmpty
    }
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): text += Self.quoted(value)
    case .array(let items):
      Self.write(
        items, between: ("[", "]"), isShort: items.allSatisfy(\.isPlain), to: &text, indentation: indentation
      ) { item, text, indentation in
        item.write(to: &text, indentation: indentation)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), isShort: false, to: &text, indentation: indentation) {
        member, text, indentation in
        text += Self.quoted(member.name) + (indentation == nil ? ":" : ": ")
        member.value.write(to: &text, indentation: indentation)
      }
    }
  }

  private static func write<Part>(
    _ parts: [Part], between brackets: (open: String, close: String), isShort: Bool, to text: inout String,
    indentation: Int?, _ writePart: (Part, inout String, Int?) -> Void
  ) {
    guard let indentation, !isShort, !parts.isEmpty else {
      text += brackets.open
      for (index, part) in parts.enumerated() {
        if index > 0 { text += indentation == nil ? "," : ", " }
        writePart(part, &text, indentation)
      }
      text += brackets.close
      return
    }
    text += brackets.open
    for (index, part) in parts.enumerated() {
      text += (index > 0 ? ",\n" : "\n") + String(repeating: " ", count: indentation + 2)
      writePart(part, &text, indentation + 2)
    }
    text += "\n" + String(repeating: " ", count: indentation) + brackets.close
  }
}
