import CGMP

extension Integer: CustomStringConvertible {
  /// The value of decimal digits with an optional sign; nil for anything else.
  public init?(_ text: String) {
    var digits = Array(text.utf8)
    guard let first = digits.first else { return nil }
    let isNegative = first == UInt8(ascii: "-")
    if isNegative || first == UInt8(ascii: "+") { digits.removeFirst() }
    guard let value = Integer(digits: digits) else { return nil }
    self = isNegative ? -value : value
  }

  /// The value of unsigned ASCII decimal digits; nil for anything else.
  init?(digits: some Collection<UInt8>) {
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    let text = digits.map { CChar(bitPattern: $0) } + [0]
    self.init { _ = __gmpz_set_str($0, text, 10) }
  }

  public var description: String {
    withPointer { number in
      // GMP's promise: the digits, a sign and the closing zero.
      let capacity = Int(__gmpz_sizeinbase(number, 10)) + 2
      return String(unsafeUninitializedCapacity: capacity) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { characters in
          _ = __gmpz_get_str(characters.baseAddress, 10, number)
          return characters.firstIndex(of: 0) ?? 0
        }
      }
    }
  }
}
