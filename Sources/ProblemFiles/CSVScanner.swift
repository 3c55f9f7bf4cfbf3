/// Reads a CSV text row by row.
struct CSVScanner {
  private let bytes: [UInt8]
  private let file: String
  private var place = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(text: String, file: String) {
    bytes = Array(text.utf8)
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// The next row that is not an empty line.
  mutating func next() throws(InputError) -> CSVTable.Row? {
    while skipLineEnd() {}
    guard place < bytes.count else { return nil }
    let start = line
    var fields: [String] = []
    repeat {
      skipBlanks()
      fields.append(current == Self.quote ? try quotedField() : plainField())
    } while skip(Self.comma)
    guard place == bytes.count || skipLineEnd() else {
      throw error("found text after a closing quote, expected a comma or the line's end")
    }
    return CSVTable.Row(line: start, fields: fields)
  }

  private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func error(_ message: String) -> InputError {
    InputError(file: file, line: line, field: "", message)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { place += 1 }
  }

  private mutating func skipLineEnd() -> Bool {
    if current == Self.carriageReturn, place + 1 < bytes.count, bytes[place + 1] == Self.lineFeed {
      place += 1
    }
    guard skip(Self.lineFeed) else { return false }
    line += 1
    return true
  }

  private mutating func plainField() -> String {
    let start = place
    while let byte = current, byte != Self.comma, byte != Self.lineFeed { place += 1 }
    var end = place
    if current == Self.lineFeed, end > start, bytes[end - 1] == Self.carriageReturn {
      end -= 1
      place -= 1
    }
    while end > start, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") {
      end -= 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func quotedField() throws(InputError) -> String {
    let opening = error("found a quote that is never closed")
    place += 1
    var content: [UInt8] = []
    while true {
      guard let byte = current else { throw opening }
      place += 1
      if byte == Self.quote {
        guard skip(Self.quote) else { break }
      }
      if byte == Self.lineFeed { line += 1 }
      content.append(byte)
    }
    skipBlanks()
    return String(decoding: content, as: UTF8.self)
  }
}
