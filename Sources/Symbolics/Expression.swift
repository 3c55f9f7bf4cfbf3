import Multiprecision

/// A formula: exact rational numbers, named variables, +, -, *, /, ^, π and the functions of `Function`.
///
/// An expression is kept as it was written, up to what changes no value at any point: sums and products are
/// flat lists, 0 leaves a sum, the rational factors of a product stand multiplied in front of it, then its
/// numerators, then its divisors. Equality is equality of that form; `isZero()` decides equality of functions.
///
/// The functions that walk an expression recurse along its nesting, which the parser limits.
public struct Expression: Sendable, Hashable {
  /// What an expression is made of. The initialisers and operators keep these rules:
  /// - `sum`: at least two terms, none a sum or the literal 0;
  /// - `product`: at least two factors, none a product; a literal only in front, and it is not 1; reciprocals,
  ///   that is powers with a negative literal exponent, behind all other factors, and reciprocals of reciprocals
  ///   behind those;
  /// - `power`: the exponent is not the literal 1; a nonzero literal to the power -1 is a literal.
  indirect enum Form: Sendable, Hashable {
    case literal(Rational)
    case variable(String)
    case pi
    case sum([Expression])
    case product([Expression])
    case power(Expression, Expression)
    case function(Function, Expression)
  }

  let form: Form

  init(_ form: Form) { self.form = form }

  public init(_ value: Rational) { form = .literal(value) }

  /// A variable: `t`, `mu0`; indexed ones are written `m[i]`, `x[1,2]`, without spaces.
  public static func variable(_ name: String) -> Expression { Expression(.variable(name)) }

  public static let pi = Expression(.pi)

  public static func apply(_ function: Function, _ argument: Expression) -> Expression {
    Expression(.function(function, argument))
  }

  /// The names of the variables in it.
  public var freeVariables: Set<String> {
    switch form {
    case .literal, .pi: []
    case .variable(let name): [name]
    case .sum(let parts), .product(let parts): parts.reduce(into: []) { $0.formUnion($1.freeVariables) }
    case .power(let base, let exponent): base.freeVariables.union(exponent.freeVariables)
    case .function(_, let argument): argument.freeVariables
    }
  }

  /// The name, if the expression is a variable.
  public var variableName: String? {
    if case .variable(let name) = form { name } else { nil }
  }

  /// The expression with variables replaced, all at once.
  public func substituting(_ values: [String: Expression]) -> Expression {
    switch form {
    case .literal, .pi: self
    case .variable(let name): values[name] ?? self
    case .sum(let terms): .sum(terms.map { $0.substituting(values) })
    case .product(let factors): .product(factors.map { $0.substituting(values) })
    case .power(let base, let exponent): base.substituting(values).power(exponent.substituting(values))
    case .function(let function, let argument): .apply(function, argument.substituting(values))
    }
  }
}

extension Expression: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(Rational(value)) }
}
