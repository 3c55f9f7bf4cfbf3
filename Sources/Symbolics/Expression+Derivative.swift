import Multiprecision

extension Expression {
  /// The partial derivative, where the expression is differentiable. Not simplified.
  public func derivative(withRespectTo variable: String) -> Expression {
    switch form {
    case .literal, .pi: return 0
    case .variable(let name): return name == variable ? 1 : 0
    case .sum(let terms): return .sum(terms.map { $0.derivative(withRespectTo: variable) })
    case .product(let factors):
      return .sum(
        factors.indices.map { index in
          let slope = factors[index].derivative(withRespectTo: variable)
          if slope == 0 { return 0 }
          var product = factors
          product[index] = slope
          return .product(product)
        })
    case .power(let base, let exponent): return Self.slope(of: base, to: exponent, variable)
    case .function(let function, let argument):
      let inner = argument.derivative(withRespectTo: variable)
      return inner == 0 ? 0 : function.derivative(at: argument) * inner
    }
  }

  /// (b^q)' = q b^(q-1) b' for a number q, else (b^e)' = b^e (e' log b + e b'/b).
  private static func slope(of base: Expression, to exponent: Expression, _ variable: String) -> Expression {
    let baseSlope = base.derivative(withRespectTo: variable)
    let exponentSlope = exponent.derivative(withRespectTo: variable)
    if baseSlope == 0, exponentSlope == 0 { return 0 }
    if let power = exponent.rationalValue {
      if power.isZero { return 0 }
      return .product([Expression(power), base.power(Expression(power - 1)), baseSlope])
    }
    var terms: [Expression] = []
    if exponentSlope != 0 { terms.append(exponentSlope * .apply(.log, base)) }
    if baseSlope != 0 { terms.append(exponent * baseSlope / base) }
    return base.power(exponent) * .sum(terms)
  }
}

extension Function {
  /// The derivative as a function of the argument.
  func derivative(at x: Expression) -> Expression {
    switch self {
    case .exp, .expm1: .apply(.exp, x)
    case .log: 1 / x
    case .log1p: 1 / (1 + x)
    case .logistic: .apply(.logistic, x) * .apply(.logistic, -x)
    case .softplus: .apply(.logistic, x)
    case .tanh: 1 - Expression.apply(.tanh, x).power(2)
    case .sinh: .apply(.cosh, x)
    case .cosh: .apply(.sinh, x)
    case .sqrt: 1 / (2 * Expression.apply(.sqrt, x))
    }
  }
}
