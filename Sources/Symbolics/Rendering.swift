import Multiprecision

/// Writes canonical forms as expressions, in an order that does not depend on how they came about.
struct Rendering {
  let atoms: AtomTable

  func expression(_ function: RationalFunction) -> Expression {
    if function.denominator == .one { return sum(function.numerator) }
    let (above, below) = (primitive(function.numerator), primitive(function.denominator))
    return .product([Expression(above.content / below.content), above.expression, below.expression.power(-1)])
  }

  private func sum(_ polynomial: Polynomial) -> Expression {
    .sum(sorted(polynomial).map { Expression($0.coefficient) * $0.monomial })
  }

  /// The polynomial with whole coefficients without a common divisor, the first one positive, and the number
  /// before it.
  private func primitive(_ polynomial: Polynomial) -> (content: Rational, expression: Expression) {
    let sign = Rational(sorted(polynomial).first?.coefficient.signum() ?? 1)
    let content = sign * polynomial.content
    return (content, sum(polynomial.scaled(by: 1 / content)))
  }

  /// By falling degree, then names before functions, then by text.
  private func sorted(_ polynomial: Polynomial) -> [(monomial: Expression, coefficient: Rational)] {
    polynomial.terms
      .map { monomial, coefficient in
        let expression = self.expression(monomial)
        let degree = monomial.powers.reduce(Rational(0)) { $0 + $1.exponent }
        return (expression, coefficient, degree, expression.sortKey)
      }
      .sorted { $0.2 != $1.2 ? $0.2 > $1.2 : $0.3 < $1.3 }
      .map { ($0.0, $0.1) }
  }

  private func expression(_ monomial: Monomial) -> Expression {
    let factors = monomial.powers.map { power in
      let expression = factor(power)
      return (expression, expression.sortKey)
    }
    return .product(factors.sorted { $0.1 < $1.1 }.map(\.0))
  }

  private func factor(_ power: Monomial.Power) -> Expression {
    switch atoms[power.atom] {
    case .variable(let name): return Expression.variable(name).power(Expression(power.exponent))
    case .pi: return Expression.pi.power(Expression(power.exponent))
    case .logarithm(let argument):
      return Expression.apply(.log, sum(argument)).power(Expression(power.exponent))
    case .exponential(let term): return .apply(.exp, Expression(power.exponent) * expression(term))
    case .root(let base):
      return power.exponent == Rational(1, 2)
        ? .apply(.sqrt, sum(base)) : sum(base).power(Expression(power.exponent))
    }
  }
}

extension Expression {
  /// The text, with a digit in front that puts names before functions.
  fileprivate var sortKey: String {
    switch form {
    case .function: "1\(self)"
    case .power(let base, _): base.sortKey.prefix(1) + description
    case .sum, .product: (description.contains("(") ? "1" : "0") + description
    case .literal, .variable, .pi: "0\(self)"
    }
  }

  /// The canonical form: a quotient of expanded polynomials in lowest terms, over variables, exponentials,
  /// logarithms and roots, into which the other functions are rewritten.
  ///
  /// The two agree wherever this expression is defined and the arguments of its roots are positive. Equal
  /// expressions of rational functions have the same canonical form; beyond those `isZero()` decides more.
  ///
  /// - Throws: `SimplificationError`.
  public func simplified() throws(SimplificationError) -> Expression {
    let normaliser = Normaliser()
    let form = try normaliser.normalise(self)
    return Rendering(atoms: normaliser.atoms).expression(form)
  }
}
