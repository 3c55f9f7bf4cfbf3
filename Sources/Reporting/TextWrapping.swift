import Symbolics

extension String {
  /// The text in lines of at most so many columns, broken between words; a word longer than a line is broken
  /// anywhere. Characters that a terminal would obey are written out.
  ///
  /// - Parameters:
  ///   - width: nil for one line, whatever its length.
  ///   - indentation: columns before the first line.
  ///   - hanging: columns before the others.
  public func wrapped(to width: Int?, indentation: Int = 0, hanging: Int? = nil) -> [String] {
    let text = VisibleText.escaped(self)
    let first = String(repeating: " ", count: indentation)
    guard let width, indentation + text.terminalWidth > width else { return [first + text] }
    let next = String(repeating: " ", count: hanging ?? indentation)
    var lines: [String] = []
    var (line, used, isEmpty) = (first, indentation, true)
    func room() -> Int { max(2, width - used) }
    func end() {
      lines.append(line)
      (line, used, isEmpty) = (next, hanging ?? indentation, true)
    }
    for word in text.split(separator: " ") {
      var rest = word[...]
      if !isEmpty, used + 1 + String(word).terminalWidth > width { end() }
      if !isEmpty { (line, used) = (line + " ", used + 1) }
      while String(rest).terminalWidth > room() {
        let part = rest.prefix(columns: room())
        line += part
        rest = rest.dropFirst(part.count)
        end()
      }
      line += rest
      used += String(rest).terminalWidth
      isEmpty = false
    }
    return lines + (isEmpty ? [] : [line])
  }
}

extension Substring {
  /// The longest beginning of at most so many columns, and at least one character.
  fileprivate func prefix(columns: Int) -> Substring {
    var (end, used) = (startIndex, 0)
    while end < endIndex {
      let width = String(self[end]).terminalWidth
      guard used + width <= columns || end == startIndex else { break }
      (end, used) = (index(after: end), used + width)
    }
    return self[..<end]
  }
}
