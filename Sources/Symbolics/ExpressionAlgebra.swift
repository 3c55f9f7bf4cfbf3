import Multiprecision

/// Something that expressions can be rebuilt in: the nodes of a computation graph, say.
public protocol ExpressionAlgebra {
  associatedtype Value

  func literal(_ value: Rational) throws -> Value
  /// An indexed variable's name is as in `Expression.variable`: `m[i,2]`.
  func variable(_ name: String) throws -> Value
  func pi() throws -> Value
  func sum(_ left: Value, _ right: Value) throws -> Value
  func product(_ left: Value, _ right: Value) throws -> Value
  /// The power of a literal exponent, `-1` for a reciprocal.
  func power(_ base: Value, _ exponent: Rational) throws -> Value
  func apply(_ function: Function, _ argument: Value) throws -> Value
  /// A power whose exponent is no number, where it is not to be exp(exponent log(base)): by default it always is.
  func power(_ base: Value, _ exponent: Expression) throws -> Value?
}

extension ExpressionAlgebra {
  public func power(_ base: Value, _ exponent: Expression) throws -> Value? { nil }
}

extension Expression {
  /// The expression rebuilt in `algebra`; a power whose exponent is no number is exp(exponent log(base)), or what the
  /// algebra makes of it.
  ///
  /// - Throws: what the algebra throws.
  public func value<Algebra: ExpressionAlgebra>(in algebra: Algebra) throws -> Algebra.Value {
    func combine(
      _ parts: [Expression], _ operation: (Algebra.Value, Algebra.Value) throws -> Algebra.Value
    ) throws -> Algebra.Value {
      // Sums and products have at least two parts.
      try parts.dropFirst().reduce(parts[0].value(in: algebra)) {
        try operation($0, $1.value(in: algebra))
      }
    }
    switch form {
    case .literal(let value): return try algebra.literal(value)
    case .variable(let name): return try algebra.variable(name)
    case .pi: return try algebra.pi()
    case .sum(let terms): return try combine(terms, algebra.sum)
    case .product(let factors): return try combine(factors, algebra.product)
    case .power(let base, let exponent):
      let value = try base.value(in: algebra)
      if let power = exponent.rationalValue { return try algebra.power(value, power) }
      if let power = try algebra.power(value, exponent) { return power }
      return try algebra.apply(
        .exp, algebra.product(exponent.value(in: algebra), algebra.apply(.log, value)))
    case .function(let function, let argument):
      return try algebra.apply(function, argument.value(in: algebra))
    }
  }
}
