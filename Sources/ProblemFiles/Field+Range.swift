import Symbolics

/// Ranges of numbers: `1.2 +/- 0.05`, `1.2 ± 0.05`, or `[1.15, 1.25]`.
extension Field {
  /// A formula, and by how much its value may differ where it is a range.
  func range(_ expected: String) throws(InputError) -> (middle: Expression, radius: Expression?) {
    if isList {
      let ends = try items(expected, limit: 2)
      guard ends.count == 2 else { throw mismatch(expected: "a range [lower, upper]") }
      return try Self.range(from: ends[0].formula(), to: ends[1].formula())
    }
    let text = try cell(expected: expected).text
    let trimmed = text.trimmingPrefix { $0 == " " }
    if trimmed.first == "[", let end = trimmed.lastIndex(where: { $0 != " " }), trimmed[end] == "]" {
      let parts = Self.parts(of: trimmed[trimmed.index(after: trimmed.startIndex)..<end])
      guard parts.count == 2 else { throw mismatch(expected: "a range [lower, upper]") }
      return try Self.range(from: formula(parts[0]), to: formula(parts[1]))
    }
    for sign in ["+/-", "±"] {
      let parts = text.split(separator: sign, omittingEmptySubsequences: false)
      guard parts.count > 1 else { continue }
      guard parts.count == 2 else { throw mismatch(expected: "a range with one \(sign)") }
      return (try formula(String(parts[0])), try formula(String(parts[1])))
    }
    return (try formula(text), nil)
  }

  func formula() throws(InputError) -> Expression { try formula(cell(expected: "a formula").text) }

  private func formula(_ text: String) throws(InputError) -> Expression {
    do {
      return try Expression(parsing: text)
    } catch {
      throw self.error("\(error)")
    }
  }

  private static func range(from lower: Expression, to upper: Expression) -> (Expression, Expression) {
    ((lower + upper) / 2, (upper - lower) / 2)
  }

  /// What commas outside of brackets part.
  private static func parts(of text: Substring) -> [String] {
    var (parts, depth) = ([""], 0)
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}
