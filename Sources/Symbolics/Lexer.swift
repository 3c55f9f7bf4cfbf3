import Multiprecision

/// Cuts a formula, in plain text or in the LaTeX that `Expression.latex` writes, into tokens.
struct Lexer {
  private let characters: [Character]
  private var position = 0

  init(_ characters: [Character]) { self.characters = characters }

  mutating func next() throws(ExpressionSyntaxError) -> Token {
    while position < characters.count {
      if let token = try tokenOrLayout() { return token }
    }
    return Token(kind: .end, column: characters.count + 1, text: "")
  }

  /// The next piece of the rest, which is not empty; nil for layout: a space, `\left`, `\right`.
  private mutating func tokenOrLayout() throws(ExpressionSyntaxError) -> Token? {
    let start = position
    let character = characters[position]
    switch character {
    case " ", "\t", "\n", "\r", "\r\n":
      position += 1
      return nil
    case _ where character == "." || Self.isDigit(character): return try number()
    case "\\": return try command()
    case "_" where start + 1 < characters.count && characters[start + 1] == "{":
      position += 2
      return Token(kind: .symbol("_{"), column: start + 1, text: "_{")
    case _ where Self.startsName(character):
      let name = takeName()
      return Token(kind: .name(name), column: start + 1, text: name)
    case "*" where start + 1 < characters.count && characters[start + 1] == "*":
      throw ExpressionSyntaxError(
        column: start + 1, found: "'**'", expected: "an operator (+ - * / ^)", suggestion: "^")
    case "+", "-", "*", "/", "^", "(", ")", "[", "]", "{", "}", ",":
      position += 1
      return Token(kind: .symbol(String(character)), column: start + 1, text: String(character))
    default:
      throw ExpressionSyntaxError(
        column: start + 1, found: "'\(VisibleText.shortened(String(character)))'",
        expected: "a number, a name, or one of + - * / ^ ( ) [ ]")
    }
  }

  private static func startsName(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character == "_")
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isWholeNumber }

  /// Letters, digits and underscores; an underscore before a brace opens an index instead.
  private mutating func takeName() -> String {
    let start = position
    while position < characters.count,
      Self.startsName(characters[position]) || Self.isDigit(characters[position])
    {
      if characters[position] == "_", position + 1 < characters.count, characters[position + 1] == "{" {
        break
      }
      position += 1
    }
    return String(characters[start..<position])
  }

  private mutating func takeDigits() {
    while position < characters.count, Self.isDigit(characters[position]) { position += 1 }
  }

  /// Digits with at most one point, and an exponent if digits follow its `e`.
  private mutating func number() throws(ExpressionSyntaxError) -> Token {
    let start = position
    takeDigits()
    if position < characters.count, characters[position] == "." {
      position += 1
      takeDigits()
    }
    let mantissaEnd = position
    if position < characters.count, "eE".contains(characters[position]) {
      position += 1
      if position < characters.count, "+-".contains(characters[position]) { position += 1 }
      let digits = position
      takeDigits()
      if digits == position { position = mantissaEnd }
    }
    let text = String(characters[start..<position])
    do {
      return Token(kind: .number(try Rational(parsing: text)), column: start + 1, text: text)
    } catch {
      let prefix = "expected "
      let expected =
        error.reason.hasPrefix(prefix) ? String(error.reason.dropFirst(prefix.count)) : error.reason
      throw ExpressionSyntaxError(
        column: start + 1, found: "'\(VisibleText.shortened(text))'", expected: expected)
    }
  }

  /// A backslash and a name, or one of the spacing commands; nil for `\left` and `\right`.
  private mutating func command() throws(ExpressionSyntaxError) -> Token? {
    let start = position
    position += 1
    func token(_ kind: Token.Kind) -> Token {
      Token(kind: kind, column: start + 1, text: String(characters[start..<position]))
    }
    if position < characters.count, characters[position] == "," {
      position += 1
      return token(.symbol("*"))
    }
    let wordStart = position
    while position < characters.count, characters[position].isASCII, characters[position].isLetter {
      position += 1
    }
    switch String(characters[wordStart..<position]) {
    case "":
      throw ExpressionSyntaxError(
        column: start + 1, found: "'\\'", expected: #"a command such as \frac, \cdot, \exp or \mathit"#)
    case "left", "right": return nil
    case "cdot", "times": return token(.symbol("*"))
    case "frac": return token(.fraction)
    case "mathit", "mathrm", "operatorname":
      let name = try bracedName()
      return token(.name(name))
    case let word: return token(.name(word))
    }
  }

  /// `{name}`, where underscores may be written `\_`.
  private mutating func bracedName() throws(ExpressionSyntaxError) -> String {
    func fail() -> ExpressionSyntaxError {
      ExpressionSyntaxError(
        column: position + 1,
        found: position < characters.count
          ? "'\(VisibleText.shortened(String(characters[position])))'" : "the end of the formula",
        expected: "a name in braces")
    }
    guard position < characters.count, characters[position] == "{" else { throw fail() }
    position += 1
    var name = ""
    while position < characters.count, characters[position] != "}" {
      if characters[position] == "\\" { position += 1 }
      guard position < characters.count,
        Self.startsName(characters[position]) || (!name.isEmpty && Self.isDigit(characters[position]))
      else { throw fail() }
      name.append(characters[position])
      position += 1
    }
    guard position < characters.count, !name.isEmpty else { throw fail() }
    position += 1
    return name
  }
}
