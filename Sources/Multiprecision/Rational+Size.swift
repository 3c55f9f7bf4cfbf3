extension Rational {
  /// An upper estimate of the bytes that the number written in `text` takes up, without making it: `1e100000` has eight
  /// characters, and a hundred thousand digits. Of a text that is not a number it is the size of the text.
  public static func estimatedBytes(of text: String) -> Int {
    var digits = 0
    for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      digits += part.count
      guard let mark = part.lastIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }),
        let exponent = Int(String(part[part.index(after: mark)...]) ?? "")
      else { continue }
      digits += min(Int(exponent.magnitude & UInt(Int.max)), DecimalSyntax.maximumExponent)
    }
    // log2(10)/8 bytes a digit, in numerator or denominator.
    return MemoryAccount.bytes(numbers: 1) + digits / 2
  }
}
