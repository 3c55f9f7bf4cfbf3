import Multiprecision

/// Brings expressions to the form of a quotient of polynomials in atoms.
///
/// Every step is an identity between real numbers wherever the expression is defined and the arguments of its
/// roots (powers with a fractional exponent) are positive; from logarithms and roots in the expression it follows
/// what may be supposed not negative.
final class Normaliser {
  var atoms = AtomTable()
  /// Polynomials with whole coefficients without a common divisor that the expression supposes not negative.
  var nonnegative: Set<Polynomial> = []

  /// The canonical form. Repeated until nothing more is learnt about signs, so that an early logarithm profits
  /// from a late one.
  func normalise(_ expression: Expression) throws(SimplificationError) -> RationalFunction {
    var result = try value(of: expression)
    for _ in 0..<4 {
      let known = nonnegative.count
      result = try value(of: expression)
      if nonnegative.count == known { break }
    }
    return result
  }

  private func value(of expression: Expression) throws(SimplificationError) -> RationalFunction {
    switch expression.form {
    case .literal(let value): return RationalFunction(value)
    case .variable(let name): return atom(.variable(name))
    case .pi: return atom(.pi)
    case .sum(let terms):
      var sum = RationalFunction.zero
      for term in terms { sum = try add(sum, value(of: term)) }
      return sum
    case .product(let factors):
      var product = RationalFunction(1)
      for factor in factors { product = try multiply(product, value(of: factor)) }
      return product
    case .power(let base, let exponent):
      let base = try value(of: base)
      if let number = exponent.rationalValue { return try power(base, number) }
      let exponent = try value(of: exponent)
      if let number = exponent.constant { return try power(base, number) }
      return try exponential(multiply(exponent, logarithm(base)))
    case .function(let function, let argument):
      return try apply(function, to: value(of: argument))
    }
  }

  private func apply(
    _ function: Function, to x: RationalFunction
  ) throws(SimplificationError) -> RationalFunction {
    let one = RationalFunction(1)
    switch function {
    case .exp: return try exponential(x)
    case .expm1: return try add(exponential(x), RationalFunction(-1))
    case .log: return try logarithm(x)
    case .log1p: return try logarithm(add(one, x))
    case .softplus: return try logarithm(add(one, exponential(x)))
    case .logistic:
      let e = try exponential(x)
      return try divide(e, add(one, e))
    case .tanh:
      let e = try exponential(add(x, x))
      return try divide(add(e, RationalFunction(-1)), add(e, one))
    case .sinh, .cosh:
      let (e, inverse) = (try exponential(x), try exponential(multiply(RationalFunction(-1), x)))
      let sign = RationalFunction(function == .sinh ? -1 : 1)
      return try multiply(RationalFunction(Rational(1, 2)), add(e, multiply(sign, inverse)))
    case .sqrt: return try power(x, Rational(1, 2))
    }
  }

  func atom(_ atom: Atom) -> RationalFunction { RationalFunction(Monomial(atoms.number(of: atom))) }
}

/// Arithmetic.
extension Normaliser {
  func add(
    _ a: RationalFunction, _ b: RationalFunction
  ) throws(SimplificationError) -> RationalFunction {
    if a.denominator == b.denominator {
      return try quotient(a.numerator.adding(b.numerator), a.denominator)
    }
    let numerator = try a.numerator.multiplied(by: b.denominator)
      .adding(b.numerator.multiplied(by: a.denominator))
    return try quotient(numerator, a.denominator.multiplied(by: b.denominator))
  }

  func multiply(
    _ a: RationalFunction, _ b: RationalFunction
  ) throws(SimplificationError) -> RationalFunction {
    try quotient(
      a.numerator.multiplied(by: b.numerator), a.denominator.multiplied(by: b.denominator))
  }

  func divide(
    _ a: RationalFunction, _ b: RationalFunction
  ) throws(SimplificationError) -> RationalFunction {
    try quotient(
      a.numerator.multiplied(by: b.denominator), a.denominator.multiplied(by: b.numerator))
  }

  /// The power with any rational exponent.
  func power(
    _ base: RationalFunction, _ exponent: Rational
  ) throws(SimplificationError) -> RationalFunction {
    if base.isZero {
      if exponent.signum() < 0 { throw .undefined("division by zero") }
      return RationalFunction(exponent.isZero ? 1 : 0)
    }
    guard exponent.isInteger else {
      return try exponential(multiply(RationalFunction(exponent), logarithm(base)))
    }
    guard let count = Int(exactly: exponent.numerator), count > -Int.max else { throw .tooLarge }
    let (above, below) = count < 0 ? (base.denominator, base.numerator) : (base.numerator, base.denominator)
    return try quotient(above.power(abs(count)), below.power(abs(count)))
  }

  /// The quotient in lowest terms, without a root for a factor of the denominator: 1/√u is √u/u.
  private func quotient(
    _ numerator: Polynomial, _ denominator: Polynomial
  ) throws(SimplificationError) -> RationalFunction {
    let quotient = try RationalFunction(reducingRoots(numerator), reducingRoots(denominator))
    for power in quotient.denominator.commonMonomial.powers {
      guard case .root(let base) = atoms[power.atom] else { continue }
      let complement = Monomial(power.atom, 1 - power.exponent)
      let below = quotient.denominator.multiplied(by: Monomial(power.atom, -power.exponent))
      return try self.quotient(quotient.numerator.multiplied(by: complement), below.multiplied(by: base))
    }
    return quotient
  }

  /// The polynomial with powers of roots below 1: u^(5/2) is u² times the root of u to the 1/2.
  private func reducingRoots(_ polynomial: Polynomial) throws(SimplificationError) -> Polynomial {
    var reduced = polynomial
    while let (monomial, root, base) = firstWholeRoot(reduced), let coefficient = reduced.terms[monomial] {
      let exponent = monomial[root]
      guard let whole = Int(exactly: exponent.floor()) else { throw .tooLarge }
      let rest = monomial.removing(root) * Monomial(root, exponent - Rational(whole))
      reduced = try reduced.adding(Polynomial(monomial, -coefficient))
        .adding(base.power(whole).multiplied(by: Polynomial(rest, coefficient)))
    }
    return reduced
  }

  private func firstWholeRoot(_ polynomial: Polynomial) -> (Monomial, Int, Polynomial)? {
    for monomial in polynomial.terms.keys {
      for power in monomial.powers where power.exponent >= 1 {
        if case .root(let base) = atoms[power.atom] { return (monomial, power.atom, base) }
      }
    }
    return nil
  }
}
