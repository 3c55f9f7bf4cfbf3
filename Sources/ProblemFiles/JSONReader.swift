/// Reads a JSON text (RFC 8259), with numbers and texts as they stand there.
struct JSONReader {
  private let bytes: [UInt8]
  private let file: String
  private var place = 0
  private var line = 1
  private var column = 1
  private var depth = 0
  private var remaining = InputLimits.yamlValues

  static func root(of text: String, file: String) throws(InputError) -> DocumentNode {
    var reader = JSONReader(bytes: Array(text.utf8), file: file)
    reader.skipBlanks()
    let node = try reader.value()
    reader.skipBlanks()
    guard reader.current == nil else { throw reader.mismatch("the end of the file") }
    return node
  }

  /// Whether a text begins as a JSON object does: `{"` or `{}`.
  static func mayBeObject(_ text: String) -> Bool {
    let start = text.utf8.lazy.filter { !blanks.contains($0) }.prefix(2)
    return start.first == UInt8(ascii: "{")
      && (start.dropFirst().first.map { "\"}".utf8.contains($0) } ?? false)
  }

  private init(bytes: [UInt8], file: String) { (self.bytes, self.file) = (bytes, file) }

  private static let blanks = Set(" \t\r\n".utf8)

  private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func advance() {
    if bytes[place] == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if bytes[place] & 0xC0 != 0x80 {
      column += 1
    }
    place += 1
  }

  private mutating func skipBlanks() {
    while let byte = current, Self.blanks.contains(byte) { advance() }
  }

  private mutating func skip(_ sign: Character) -> Bool {
    guard current == sign.asciiValue else { return false }
    advance()
    skipBlanks()
    return true
  }

  private func error(_ message: String, field: String = "") -> InputError {
    InputError(file: file, line: line, column: column, field: field, message)
  }

  private func mismatch(_ expected: String) -> InputError {
    guard current != nil else {
      return error("not valid JSON: found the end of the file, expected \(expected)")
    }
    let rest = bytes[place...].prefix { !Self.blanks.contains($0) && !",:[]{}".utf8.contains($0) }
    let found = String(decoding: rest.isEmpty ? bytes[place...place] : rest, as: UTF8.self)
    return error("not valid JSON: found \(TextCell.quoted(found)), expected \(expected)")
  }

  private mutating func value() throws(InputError) -> DocumentNode {
    remaining -= 1
    guard remaining >= 0 else { throw error("found more than \(InputLimits.yamlValues) values, the limit") }
    depth += 1
    defer { depth -= 1 }
    guard depth <= InputLimits.nesting else {
      throw error("found lists or mappings nested more than \(InputLimits.nesting) deep, the limit")
    }
    let start = (line: line, column: column)
    func node(_ content: DocumentNode.Content) -> DocumentNode {
      DocumentNode(content: content, line: start.line, column: start.column)
    }
    switch current {
    case UInt8(ascii: "{"): return node(.mapping(try members()))
    case UInt8(ascii: "["): return node(.list(try items()))
    case UInt8(ascii: "\""): return node(.scalar(try string(), isPlain: false))
    default: return node(.scalar(try word(), isPlain: true))
    }
  }

  private mutating func items() throws(InputError) -> [DocumentNode] {
    _ = skip("[")
    if skip("]") { return [] }
    var items: [DocumentNode] = []
    repeat {
      items.append(try value())
      skipBlanks()
    } while skip(",")
    guard skip("]") else { throw mismatch("',' or ']'") }
    return items
  }

  private mutating func members() throws(InputError) -> [(key: DocumentNode, value: DocumentNode)] {
    _ = skip("{")
    if skip("}") { return [] }
    var members: [(key: DocumentNode, value: DocumentNode)] = []
    var names: Set<String> = []
    repeat {
      let start = (line: line, column: column)
      guard current == UInt8(ascii: "\"") else { throw mismatch("a key in double quotes") }
      let name = try string()
      guard names.insert(name).inserted else {
        throw InputError(
          file: file, line: start.line, column: start.column, field: name, "found twice, expected once")
      }
      skipBlanks()
      guard skip(":") else { throw mismatch("':'") }
      let key = DocumentNode(
        content: .scalar(name, isPlain: false), line: start.line, column: start.column)
      members.append((key, try value()))
      skipBlanks()
    } while skip(",")
    guard skip("}") else { throw mismatch("',' or '}'") }
    return members
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(InputError) -> String {
    let rest = bytes[place...].prefix { !Self.blanks.contains($0) && !",:[]{}\"".utf8.contains($0) }
    let text = String(decoding: rest, as: UTF8.self)
    guard ["true", "false", "null"].contains(text) || Self.isNumber(rest) else {
      throw mismatch("a JSON value: a number, a text in double quotes, true, false, null, [ or {")
    }
    for _ in rest { advance() }
    return text
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func take(_ signs: String) -> Bool {
      guard let first = rest.first, signs.utf8.contains(first) else { return false }
      rest.removeFirst()
      return true
    }
    func takeDigits() -> Bool {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest.removeFirst(digits.count)
      return !digits.isEmpty
    }
    _ = take("-")
    guard take("0") || takeDigits() else { return false }
    if take("."), !takeDigits() { return false }
    if take("eE") {
      _ = take("+-")
      guard takeDigits() else { return false }
    }
    return rest.isEmpty
  }

  private mutating func string() throws(InputError) -> String {
    let opening = error("not valid JSON: found a text in quotes that is never closed")
    advance()
    var content: [UInt8] = []
    while true {
      guard let byte = current else { throw opening }
      switch byte {
      case UInt8(ascii: "\""):
        advance()
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        advance()
        content += Array(String(Character(try escape())).utf8)
      case 0..<0x20:
        throw error(
          "not valid JSON: found a control character in a text, expected \\n, \\t or \\u and its code")
      default:
        content.append(byte)
        advance()
      }
    }
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(InputError) -> Unicode.Scalar {
    let signs: [Character: Unicode.Scalar] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    let invalid = error(
      "not valid JSON: found an unknown escape, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
    guard let byte = current else { throw invalid }
    if let scalar = signs[Character(Unicode.Scalar(byte))] {
      advance()
      return scalar
    }
    guard byte == UInt8(ascii: "u") else { throw invalid }
    let unpaired = error("not valid JSON: found half of a surrogate pair (\\uD800 to \\uDFFF), expected both")
    let unit = try codeUnit()
    guard (0xD800..<0xDC00).contains(unit) else {
      guard let scalar = Unicode.Scalar(unit) else { throw unpaired }
      return scalar
    }
    guard current == UInt8(ascii: "\\") else { throw unpaired }
    advance()
    guard current == UInt8(ascii: "u") else { throw unpaired }
    let second = try codeUnit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
    else { throw unpaired }
    return scalar
  }

  /// `u` and four hexadecimal digits.
  private mutating func codeUnit() throws(InputError) -> UInt32 {
    advance()
    let digits = bytes[place...].prefix(4)
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let unit = UInt32(text, radix: 16)
    else { throw error("not valid JSON: found \\u without its code, expected four hexadecimal digits") }
    for _ in digits { advance() }
    return unit
  }
}
