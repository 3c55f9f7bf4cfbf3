import Multiprecision

extension Expression {
  /// LaTeX for mathematics mode, which `init(parsing:)` reads back as the same expression.
  public var latex: String { typeset.text }

  private var typeset: (text: String, binding: PrintedBinding) {
    switch form {
    case .literal(let value):
      let magnitude = value.magnitude
      let text = value.isInteger ? "\(magnitude)" : "\\frac{\(magnitude.numerator)}{\(magnitude.denominator)}"
      return value.signum() < 0 ? ("-" + text, .prefix) : (text, .atom)
    case .variable(let name): return (Self.latexName(name), .atom)
    case .pi: return ("\\pi", .atom)
    case .sum(let terms):
      return (Self.sumText(terms) { $0.latex(in: .product) }, .sum)
    case .product(let factors):
      let (sign, above, below) = factors.fraction
      let text =
        below.isEmpty
        ? Self.latexProduct(above, isGrouped: false)
        : "\\frac{\(Self.latexProduct(above, isGrouped: true))}{\(Self.latexProduct(below, isGrouped: true))}"
      return (sign + text, sign.isEmpty ? .product : .prefix)
    case .power(let base, let exponent):
      if let divisor { return ("\\frac{1}{\(divisor.latex)}", .product) }
      return (base.latex(in: .atom) + "^{\(exponent.latex)}", .power)
    case .function(let function, let argument):
      if function == .sqrt { return ("\\sqrt{\(argument.latex)}", .atom) }
      return ("\(Self.latexNames[function] ?? "")\\left(\(argument.latex)\\right)", .atom)
    }
  }

  private static let latexNames: [Function: String] = [
    .exp: "\\exp", .log: "\\log", .tanh: "\\tanh", .sinh: "\\sinh", .cosh: "\\cosh", .logistic: "\\sigma",
    .log1p: "\\operatorname{log1p}", .expm1: "\\operatorname{expm1}", .softplus: "\\operatorname{softplus}",
  ]

  private func latex(in place: PrintedBinding) -> String {
    let (text, binding) = typeset
    let isFraction = text.hasPrefix("\\frac") && place == .atom
    return binding < place || isFraction ? "\\left(\(text)\\right)" : text
  }

  /// Factors side by side, with a dot before one that starts with a digit; 1 for none.
  ///
  /// - Parameter isGrouped: braces stand around the product.
  private static func latexProduct(_ factors: [Expression], isGrouped: Bool) -> String {
    let isAlone = isGrouped && factors.count == 1
    let texts = factors.map { isAlone ? $0.latex : $0.latex(in: .power) }
    guard var product = texts.first else { return "1" }
    for text in texts.dropFirst() { product += (text.first?.isNumber == true ? "\\cdot " : "\\,") + text }
    return product
  }

  private static let greekNames: Set<String> = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi",
    "rho", "tau", "phi", "chi", "psi", "omega",
  ]

  /// `t`, `\mu`, `\mathit{mu0}`, `m_{i}`.
  private static func latexName(_ name: String) -> String {
    let word = name.prefix { $0 != "[" }
    let indices = name.dropFirst(word.count).dropFirst().dropLast()
    return latexWord(String(word)) + (indices.isEmpty ? "" : "_{\(indices)}")
  }

  private static func latexWord(_ word: String) -> String {
    if word.count == 1, word != "_" { return word }
    if greekNames.contains(word) { return "\\" + word }
    return "\\mathit{\(word.map { $0 == "_" ? "\\_" : String($0) }.joined())}"
  }
}
