import Multiprecision

/// How strongly the outermost operator of a printed expression binds.
enum PrintedBinding: Int, Comparable {
  case sum, product, prefix, power, atom

  static func < (left: PrintedBinding, right: PrintedBinding) -> Bool { left.rawValue < right.rawValue }
}

extension Expression: CustomStringConvertible {
  /// Plain text that `init(parsing:)` reads back as the same expression: `y + (mu0 - y)*exp(-t)`.
  public var description: String { printed.text }

  private var printed: (text: String, binding: PrintedBinding) {
    switch form {
    case .literal(let value): (value.description, Self.binding(of: value))
    case .variable(let name): (name, .atom)
    case .pi: ("pi", .atom)
    case .sum(let terms): (Self.sumText(terms) { $0.text(in: .product) }, .sum)
    case .product(let factors): (Self.productText(factors), factors.hasNegativeSign ? .prefix : .product)
    case .power(let base, let exponent):
      if let divisor {
        ("1/" + divisor.text(in: .power), .product)
      } else {
        (base.text(in: .atom) + "^" + exponent.text(in: .power), .power)
      }
    case .function(let function, let argument): ("\(function.rawValue)(\(argument))", .atom)
    }
  }

  static func binding(of value: Rational) -> PrintedBinding {
    value.signum() < 0 ? .prefix : value.isInteger ? .atom : .product
  }

  /// The text, in parentheses if it binds weaker than its place asks for.
  private func text(in place: PrintedBinding) -> String {
    let (text, binding) = printed
    return binding < place ? "(\(text))" : text
  }

  /// Terms joined by + and -.
  static func sumText(_ terms: [Expression], _ term: (Expression) -> String) -> String {
    terms.enumerated().map { index, each in
      if index == 0 { return term(each) }
      return each.hasNegativeSign ? " - " + term(-each) : " + " + term(each)
    }.joined()
  }

  /// Whether it prints with a minus sign in front.
  var hasNegativeSign: Bool {
    switch form {
    case .literal(let value): value.signum() < 0
    case .product(let factors): factors.hasNegativeSign
    default: false
    }
  }

  private static func productText(_ factors: [Expression]) -> String {
    let (sign, above, below) = factors.fraction
    let numerator = above.isEmpty ? "1" : above.map { $0.text(in: .power) }.joined(separator: "*")
    return sign + numerator + below.map { "/" + $0.text(in: .power) }.joined()
  }
}

extension [Expression] {
  /// Whether the leading literal of these factors is negative.
  var hasNegativeSign: Bool { (first?.literal?.signum() ?? 1) < 0 }

  /// The factors as sign, numerators and divisors; the denominator of the coefficient is the last divisor.
  var fraction: (sign: String, above: [Expression], below: [Expression]) {
    let coefficient = first?.literal ?? 1
    let others = first?.literal == nil ? self : Array(dropFirst())
    var above = others.filter { $0.divisor == nil }
    var below = others.compactMap(\.divisor)
    if coefficient.numerator.magnitude != 1 {
      above.insert(Expression(Rational(coefficient.numerator.magnitude)), at: 0)
    }
    if !coefficient.isInteger { below.append(Expression(Rational(coefficient.denominator))) }
    return (coefficient.signum() < 0 ? "-" : "", above, below)
  }
}
