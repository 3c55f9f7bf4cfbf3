import Multiprecision

/// A variable's name taken apart: `m[i+1,2]` is `m` at the index i + 1 and at 2.
struct IndexedName: Hashable {
  enum Index: Hashable {
    case number(Int)
    /// The value of a named index plus an offset.
    case named(String, offset: Int)

    func value(_ assignment: [String: Int]) -> Int? {
      switch self {
      case .number(let value): value
      case .named(let name, let offset):
        assignment[name].map { value in
          let (sum, isBeyond) = value.addingReportingOverflow(offset)
          return isBeyond ? (offset > 0 ? .max : .min) : sum
        }
      }
    }
  }

  let base: String
  /// Empty for a scalar.
  let indices: [Index]

  /// - Parameter name: as the expression parser writes it, without spaces.
  init?(_ name: String) {
    guard let open = name.firstIndex(of: "[") else {
      (base, indices) = (name, [])
      return
    }
    guard name.last == "]" else { return nil }
    base = String(name[..<open])
    var indices: [Index] = []
    for part in name[name.index(after: open)...].dropLast().split(
      separator: ",", omittingEmptySubsequences: false)
    {
      guard let index = Self.index(String(part)) else { return nil }
      indices.append(index)
    }
    self.indices = indices
  }

  private static func index(_ text: String) -> Index? {
    if let number = Int(text) { return .number(number) }
    guard let sign = text.firstIndex(where: { "+-".contains($0) }) else { return .named(text, offset: 0) }
    guard sign != text.startIndex, let offset = Int(text[sign...]) else { return nil }
    return .named(String(text[..<sign]), offset: offset)
  }
}
