/// Text from outside (a file, an option, a file's name) as messages and tables may show it.
///
/// A text may hold characters that a terminal obeys and does not show: line ends, which forge lines, escape
/// sequences, and marks that turn the direction of writing. It may also be of any length.
public enum VisibleText {
  /// As many characters of a quoted value as a message shows.
  public static let limit = 80

  /// The text with such characters written out: `\n`, `\t`, `\r`, and `\u{1B}` for others.
  ///
  /// Written out are control characters (C0, DEL, C1), line and paragraph separators, marks and overrides of the
  /// direction of writing, the byte-order mark and tag characters.
  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isHidden(scalar):
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text escaped, and cut behind `limit` characters (Unicode scalars): `aaa… (100000 characters)`.
  public static func shortened(_ text: String, to limit: Int = limit) -> String {
    let scalars = text.unicodeScalars
    guard scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) != nil,
      scalars.count > limit
    else { return escaped(text) }
    return escaped(String(String.UnicodeScalarView(scalars.prefix(limit))))
      + "… (\(scalars.count) characters)"
  }

  /// The first words of a list, each shortened, and how many more there are: `a, b, c and 97 more`.
  public static func list(_ words: [String], atMost count: Int = 12) -> String {
    let shown = words.prefix(count).map { shortened($0) }.joined(separator: ", ")
    return words.count > count ? "\(shown) and \(words.count - count) more" : shown
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    case 0xE0000...0xE007F: true
    default: false
    }
  }
}
