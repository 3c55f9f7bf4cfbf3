import Multiprecision

/// A variable of an expression that was given no value.
public struct UnknownVariable: Error, Sendable, Hashable, CustomStringConvertible {
  public let name: String
  public let known: [String]

  public var description: String {
    "no value for the variable '\(name)'; known: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
  }
}

extension Expression {
  /// The value for given variables: in `Double`, `BigFloat` (rounded) or `Ball` (rigorous).
  ///
  /// - Parameter precision: bits of the literals and of π; variables bring their own.
  /// - Returns: a number that is not finite where some part of the expression is not defined, or is too large
  ///   for the type.
  /// - Throws: `UnknownVariable`.
  public func evaluate<S: RealScalar>(
    variables: [String: S], precision: Int
  ) throws(UnknownVariable) -> S {
    switch form {
    case .literal(let value): return S(value, precision: precision)
    case .pi: return S.pi(precision: precision)
    case .variable(let name):
      guard let value = variables[name] else {
        throw UnknownVariable(name: name, known: variables.keys.sorted())
      }
      return value
    case .sum(let terms):
      return try combine(terms, variables, precision) { $0 + $1 }
    case .product(let factors):
      let quotient = factors.firstIndex { $0.divisor != nil } ?? factors.count
      let above = try combine(factors[..<quotient], variables, precision) { $0 * $1 }
      guard above.isFinite, quotient < factors.count else { return above }
      return above
        / (try combine(factors[quotient...].compactMap(\.divisor), variables, precision) { $0 * $1 })
    case .power(let base, let exponent):
      let value = try base.evaluate(variables: variables, precision: precision)
      guard value.isFinite else { return value }
      if let power = exponent.rationalValue {
        return power == Rational(1, 2) ? S.sqrt(value) : S.pow(value, power)
      }
      let power = try exponent.evaluate(variables: variables, precision: precision)
      return power.isFinite ? S.exp(power * S.log(value)) : power
    case .function(let function, let argument):
      let value = try argument.evaluate(variables: variables, precision: precision)
      return value.isFinite ? function.value(value, precision: precision) : value
    }
  }

  /// The parts' values, folded from the left; 1 for none, and a value that is not finite as soon as one is found:
  /// what follows could hide it.
  private func combine<S: RealScalar>(
    _ parts: some Sequence<Expression>, _ variables: [String: S], _ precision: Int, _ operation: (S, S) -> S
  ) throws(UnknownVariable) -> S {
    var result: S?
    for part in parts {
      let value = try part.evaluate(variables: variables, precision: precision)
      guard value.isFinite else { return value }
      result = result.map { operation($0, value) } ?? value
    }
    return result ?? S(1, precision: precision)
  }
}

extension Function {
  func value<S: RealScalar>(_ x: S, precision: Int) -> S {
    switch self {
    case .exp: S.exp(x)
    case .log: S.log(x)
    case .log1p: S.log(onePlus: x)
    case .expm1: S.expMinusOne(x)
    case .logistic: S.logistic(x)
    case .softplus: S.softplus(x)
    case .tanh: S.tanh(x)
    case .sqrt: S.sqrt(x)
    // The two terms have opposite signs: nothing cancels near zero.
    case .sinh: (S.expMinusOne(x) - S.expMinusOne(-x)) / S(2, precision: precision)
    case .cosh: (S.exp(x) + S.exp(-x)) / S(2, precision: precision)
    }
  }
}
