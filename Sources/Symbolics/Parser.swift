import Multiprecision

/// Reads formulas by operator precedence (Pratt): `+ -` bind weakest, then `* /`, then prefix minus, then `^`,
/// which groups to the right.
struct Parser {
  /// Characters a formula may have.
  static let maximumLength = 1 << 16
  /// Bits that the numbers of a formula may have together, written out: some ten million digits.
  static let maximumLiteralBits = 1 << 25
  /// How deep parentheses, functions, exponents and minus signs may nest.
  static let maximumDepth = 100

  private enum Binding: Int {
    case sum = 1, product, prefix, power
  }

  private var lexer: Lexer
  private var token: Token
  private var depth = 0
  private var literalBits = 0
  /// The names that variables may have; nil for any.
  private let variables: [String]?

  init(_ text: String, variables: [String]?) throws(ExpressionSyntaxError) {
    let characters = Array(text.prefix(Self.maximumLength + 1))
    guard characters.count <= Self.maximumLength else {
      throw ExpressionSyntaxError(
        column: Self.maximumLength + 1, found: "more text",
        expected: "a formula of at most \(Self.maximumLength) characters")
    }
    self.variables = variables
    lexer = Lexer(characters)
    token = try lexer.next()
  }

  mutating func formula() throws(ExpressionSyntaxError) -> Expression {
    let expression = try parse(.sum)
    guard token.kind == .end else { throw unexpected("an operator (+ - * / ^) or the end of the formula") }
    return expression
  }

  private func unexpected(_ expected: String, suggestion: String? = nil) -> ExpressionSyntaxError {
    ExpressionSyntaxError(
      column: token.column, found: token.description, expected: expected, suggestion: suggestion)
  }

  private mutating func advance() throws(ExpressionSyntaxError) { token = try lexer.next() }

  private func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

  private mutating func expect(_ symbol: String) throws(ExpressionSyntaxError) {
    guard isSymbol(symbol) else { throw unexpected("'\(symbol)'") }
    try advance()
  }

  /// An expression whose operators bind at least as strongly as `minimum`.
  private mutating func parse(_ minimum: Binding) throws(ExpressionSyntaxError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw unexpected(
        "at most \(Self.maximumDepth) levels of parentheses, functions, exponents and minus signs")
    }
    var left = try operand()
    if isSymbol("^") {
      try advance()
      left = left.power(try parse(.prefix))
    }
    if minimum.rawValue <= Binding.product.rawValue {
      left = try chain(left, of: ["*", "/"], operands: .prefix) {
        $1 == "/" ? $0.power(-1) : $0
      } build: {
        .product($0)
      }
    }
    if minimum == .sum {
      left = try chain(left, of: ["+", "-"], operands: .product) {
        $1 == "-" ? -$0 : $0
      } build: {
        .sum($0)
      }
    }
    return left
  }

  /// A run of operators of one strength, gathered into one flat list.
  private mutating func chain(
    _ first: Expression, of operators: [String], operands: Binding,
    _ transform: (Expression, String) -> Expression, build: ([Expression]) -> Expression
  ) throws(ExpressionSyntaxError) -> Expression {
    var parts = [first]
    while case .symbol(let symbol) = token.kind, operators.contains(symbol) {
      try advance()
      parts.append(transform(try parse(operands), symbol))
    }
    return parts.count == 1 ? first : build(parts)
  }

  private mutating func operand() throws(ExpressionSyntaxError) -> Expression {
    switch token.kind {
    case .number(let value):
      literalBits += value.bitWidth
      guard literalBits <= Self.maximumLiteralBits else {
        throw unexpected("numbers with at most ten million digits in all")
      }
      try advance()
      return Expression(value)
    case .name: return try named()
    case .fraction:
      try advance()
      let numerator = try group("{", "}")
      return numerator / (try group("{", "}"))
    case .symbol("("): return try group("(", ")")
    case .symbol("{"): return try group("{", "}")
    case .symbol("-"):
      try advance()
      return -(try parse(.prefix))
    default: throw unexpected("a number, a name, '(' or '-'")
    }
  }

  private mutating func group(_ open: String, _ close: String) throws(ExpressionSyntaxError) -> Expression {
    try expect(open)
    let inside = try parse(.sum)
    guard isSymbol(close) else { throw unexpected("an operator (+ - * / ^) or '\(close)'") }
    try advance()
    return inside
  }

  /// A function with its argument, π, or a variable with its indices.
  private mutating func named() throws(ExpressionSyntaxError) -> Expression {
    let nameToken = token
    guard case .name(let name) = token.kind else { throw unexpected("a name") }
    try advance()
    if let function = Function(named: name) {
      if isSymbol("{") { return .apply(function, try group("{", "}")) }
      guard isSymbol("(") else { throw unexpected("'(' after the function \(name)") }
      return .apply(function, try group("(", ")"))
    }
    if isSymbol("(") { throw Self.unknownFunction(name, nameToken) }
    if name == "pi" { return .pi }
    let full = name + (try indices())
    if let variables, !variables.contains(full) {
      throw ExpressionSyntaxError(
        column: nameToken.column, found: "'\(VisibleText.shortened(full))'",
        expected: "one of \(VisibleText.list(variables))", suggestion: suggestion(for: full, variables))
    }
    return .variable(full)
  }

  private static func unknownFunction(_ name: String, _ token: Token) -> ExpressionSyntaxError {
    let names = Function.names.joined(separator: ", ")
    let isUnsupported = Function.unsupported.contains(name.lowercased())
    let suggestion =
      isUnsupported
      ? nil
      : Function.replacements[name.lowercased()] ?? NameSuggestion.nearest(to: name, among: Function.names)
    return ExpressionSyntaxError(
      column: token.column, found: "'\(VisibleText.shortened(name))('",
      expected: isUnsupported
        ? "a function that is supported (\(names))"
        : "a function (\(names)), or an operator after a variable",
      suggestion: suggestion)
  }

  /// What an unknown variable may stand for: `exp(t)`, if it is the `e` of `e^t`, else the nearest name.
  private mutating func suggestion(for name: String, _ variables: [String]) -> String? {
    guard name == "e" else { return NameSuggestion.nearest(to: name, among: variables + ["pi"]) }
    guard isSymbol("^"), (try? advance()) != nil, let exponent = try? parse(.prefix) else { return "exp(1)" }
    return "exp(\(VisibleText.shortened(exponent.description)))"
  }

  /// `[i,2]`, `[i + 1,2]` or `_{i,2}`, as `[i,2]`, `[i+1,2]`; empty if there are none.
  private mutating func indices() throws(ExpressionSyntaxError) -> String {
    guard isSymbol("[") || isSymbol("_{") else { return "" }
    let close = isSymbol("[") ? "]" : "}"
    var list: [String] = []
    repeat {
      try advance()
      switch token.kind {
      case .name(let name):
        try advance()
        list.append(name + (try offset()))
      case .number(let value) where value.isInteger:
        list.append("\(value)")
        try advance()
      default: throw unexpected("an index: a name, a name plus or minus a whole number, or a whole number")
      }
    } while isSymbol(",")
    guard isSymbol(close) else { throw unexpected("',' or '\(close)'") }
    try advance()
    return "[\(list.joined(separator: ","))]"
  }

  /// `+1` or `-2` after the name of an index; empty if there is none.
  private mutating func offset() throws(ExpressionSyntaxError) -> String {
    guard isSymbol("+") || isSymbol("-") else { return "" }
    let sign = isSymbol("+") ? "+" : "-"
    try advance()
    guard case .number(let value) = token.kind, value.isInteger else { throw unexpected("a whole number") }
    try advance()
    return "\(sign)\(value)"
  }
}

extension Expression {
  /// Reads a formula: `y + (mu0 - y)*exp(-t)`. Numbers are exact (`0.1` is 1/10); `^` binds stronger than a
  /// minus sign before it (`-x^2` is -(x^2)) and groups to the right; `sigma` is another name of `logistic`.
  /// The LaTeX that `latex` writes is read as well.
  ///
  /// - Parameter variables: the names that variables may have; nil for any.
  /// - Throws: `ExpressionSyntaxError` with the column. Formulas have at most 65,536 characters and 100 levels.
  public init(parsing text: String, variables: [String]? = nil) throws(ExpressionSyntaxError) {
    var parser = try Parser(text, variables: variables)
    self = try parser.formula()
  }
}
