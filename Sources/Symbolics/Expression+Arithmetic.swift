import Multiprecision

extension Expression {
  public static func + (left: Expression, right: Expression) -> Expression { sum([left, right]) }

  public static func - (left: Expression, right: Expression) -> Expression { sum([left, -right]) }

  public static func * (left: Expression, right: Expression) -> Expression { product([left, right]) }

  public static func / (left: Expression, right: Expression) -> Expression {
    product([left, right.power(-1)])
  }

  public static prefix func - (value: Expression) -> Expression { product([-1, value]) }

  /// The sum of any number of terms; 0 for none.
  public static func sum(_ terms: [Expression]) -> Expression {
    var flat: [Expression] = []
    for term in terms {
      switch term.form {
      case .sum(let inner): flat += inner
      case .literal(let value) where value.isZero: break
      default: flat.append(term)
      }
    }
    if flat.count < 2 { return flat.first ?? 0 }
    return Expression(.sum(flat))
  }

  /// The product of any number of factors; 1 for none.
  public static func product(_ factors: [Expression]) -> Expression {
    var coefficient: Rational = 1
    var others: [Expression] = []
    func add(_ factor: Expression) {
      switch factor.form {
      case .literal(let value): coefficient = coefficient * value
      case .product(let inner): inner.forEach(add)
      default: others.append(factor)
      }
    }
    factors.forEach(add)
    if others.contains(where: { $0.divisor != nil }) {
      let levels = others.map { (factor: $0, level: $0.divisionLevel) }
      others = (0...(levels.map(\.level).max() ?? 0)).flatMap { level in
        levels.filter { $0.level == level }.map(\.factor)
      }
    }
    if coefficient == 1, let first = others.first {
      return others.count == 1 ? first : Expression(.product(others))
    }
    return others.isEmpty ? Expression(coefficient) : Expression(.product([Expression(coefficient)] + others))
  }

  /// The power. A literal exponent means the real power (for a fraction, of numbers that are not negative);
  /// any other exponent e means exp(e log(self)), so the base must be positive.
  public func power(_ exponent: Expression) -> Expression {
    guard case .literal(let value) = exponent.form else { return Expression(.power(self, exponent)) }
    if value == 1 { return self }
    if value == -1 { return reciprocal }
    return Expression(.power(self, exponent))
  }

  /// 1/self, with the division distributed over a product and a positive exponent.
  private var reciprocal: Expression {
    switch form {
    case .literal(let value) where !value.isZero: Expression(1 / value)
    case .product(let factors): .product(factors.map(\.reciprocal))
    case .power(let base, let exponent) where exponent.literal.map { $0.signum() > 0 } ?? false:
      base.power(Expression(-(exponent.literal ?? 1)))
    default: Expression(.power(self, -1))
    }
  }

  /// The number that it is written as; nil for anything but a literal.
  public var literal: Rational? {
    if case .literal(let value) = form { value } else { nil }
  }

  /// For 1/b^q with a literal q > 0: b^q. Nil for anything else, and for the powers of 0, which must not be
  /// gathered with other divisors.
  var divisor: Expression? {
    guard case .power(let base, let exponent) = form, let value = exponent.literal, value.signum() < 0,
      base != 0
    else { return nil }
    return value == -1 ? base : Expression(.power(base, Expression(-value)))
  }

  /// How many divisions stand inside one another: 0 for x, 1 for 1/x, 2 for 1/(1/x).
  private var divisionLevel: Int { divisor.map { 1 + $0.divisionLevel } ?? 0 }

  /// The exact value, if it is made of rational numbers by +, *, / and integer powers, and of moderate size.
  public var rationalValue: Rational? {
    switch form {
    case .literal(let value): return value
    case .variable, .pi, .function: return nil
    case .sum(let terms):
      return terms.reduce(0) { (sum: Rational?, term) in
        guard let sum, let value = term.rationalValue else { return nil }
        return (sum + value).ifModerate
      }
    case .product(let factors):
      return factors.reduce(1) { (product: Rational?, factor) in
        guard let product, let value = factor.rationalValue else { return nil }
        return (product * value).ifModerate
      }
    case .power(let base, let exponent):
      guard let base = base.rationalValue, let power = exponent.rationalValue, power.isInteger,
        let count = Int(exactly: power.numerator), count.magnitude <= 1 << 16,
        count.magnitude * UInt(base.numerator.bitWidth + base.denominator.bitWidth) <= 1 << 20
      else { return nil }
      return try? base.power(count)
    }
  }
}

extension Rational {
  /// The number, unless it has more bits than a million digits.
  fileprivate var ifModerate: Rational? { bitWidth <= 1 << 22 ? self : nil }
}
