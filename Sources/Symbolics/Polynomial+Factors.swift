import Multiprecision

/// Common divisors and factors, by FLINT, on polynomials whose exponents are not negative.
extension Polynomial {
  /// Beyond these FLINT is not asked: it could take too long.
  private static let divisorLimits = (terms: 400, degree: Rational(1000))
  /// Up to these (the degree is the total one) factors are irreducible, beyond them only free of squares: the
  /// search for factors can take exponential time.
  private static let completeLimits = (terms: 100, degree: UInt(16))

  /// The atoms in it, and the number that makes each atom's exponents whole.
  private static func scales(_ polynomials: [Polynomial]) -> [Int: Rational]? {
    var scales: [Int: Integer] = [:]
    for polynomial in polynomials {
      guard polynomial.terms.count <= divisorLimits.terms else { return nil }
      for power in polynomial.terms.keys.flatMap(\.powers) {
        let (old, new) = (scales[power.atom] ?? 1, power.exponent.denominator)
        guard let cofactor = try? new.quotientAndRemainder(dividingBy: old.greatestCommonDivisor(new)) else {
          return nil
        }
        scales[power.atom] = old * cofactor.quotient
      }
    }
    for power in polynomials.flatMap({ $0.terms.keys.flatMap(\.powers) }) {
      guard let scale = scales[power.atom], power.exponent.signum() > 0,
        power.exponent * Rational(scale) <= divisorLimits.degree
      else { return nil }
    }
    return scales.mapValues { Rational($0) }
  }

  private func factoring(_ atoms: [Int], _ scales: [Int: Rational]) -> [FactoringPolynomial.Term] {
    terms.map { monomial, coefficient in
      let exponents = atoms.map { atom in
        UInt(Int(exactly: (monomial[atom] * (scales[atom] ?? 1)).numerator) ?? 0)
      }
      return (exponents, coefficient)
    }
  }

  private init(_ terms: [FactoringPolynomial.Term], _ atoms: [Int], _ scales: [Int: Rational]) {
    self.init(
      terms: Dictionary(
        uniqueKeysWithValues: terms.map { term in
          let powers = zip(atoms, term.exponents).map { Monomial($0, Rational(Int($1)) / (scales[$0] ?? 1)) }
          return (powers.reduce(.one, *), term.coefficient)
        }))
  }

  /// The two polynomials divided by their greatest common divisor, or as they are if they are too large for it.
  static func reduced(_ left: Polynomial, _ right: Polynomial) -> (Polynomial, Polynomial) {
    guard left.terms.count > 1, right.terms.count > 1, let scales = scales([left, right]) else {
      return (left, right)
    }
    let atoms = scales.keys.sorted()
    let working = [left, right].map {
      FactoringPolynomial(variableCount: atoms.count, terms: $0.factoring(atoms, scales))
    }
    guard let parts = working[0].cofactors(with: working[1]) else { return (left, right) }
    return (Polynomial(parts.left, atoms, scales), Polynomial(parts.right, atoms, scales))
  }

  /// The constant and the factors with exponents, irreducible if the polynomial is small, each with
  /// whole coefficients that have no common divisor; the polynomial itself as its only factor if it is too large.
  ///
  /// - Precondition: not zero.
  func factored() throws(SimplificationError) -> Factors {
    if let constant { return Factors(constant: constant, list: []) }
    guard terms.count > 1, let scales = Self.scales([self]) else {
      return try Factors(constant: 1, list: []).multiplied(by: self, 1)
    }
    let atoms = scales.keys.sorted()
    let terms = factoring(atoms, scales)
    let degree = terms.map { $0.exponents.reduce(0, +) }.max() ?? 0
    let isComplete = terms.count <= Self.completeLimits.terms && degree <= Self.completeLimits.degree
    let working = FactoringPolynomial(variableCount: atoms.count, terms: terms)
    guard let found = working.factored(isComplete: isComplete) else {
      return try Factors(constant: 1, list: []).multiplied(by: self, 1)
    }
    var result = Factors(constant: found.constant, list: [])
    let isSplit = found.factors.count > 1 || found.factors.contains { $0.exponent > 1 }
    for (terms, exponent) in found.factors {
      let base = Polynomial(terms, atoms, scales)
      // What is smaller may be small enough to be taken apart completely.
      let parts = isComplete || !isSplit ? nil : try base.factored()
      for (part, inner) in parts?.list ?? [(base, 1)] {
        result = try result.multiplied(by: part, exponent * inner)
      }
      if let parts { result = try result.multiplied(by: Polynomial(parts.constant), exponent) }
    }
    return result
  }

  /// A constant times powers of polynomials with whole coefficients that have no common divisor.
  struct Factors {
    var constant: Rational
    var list: [(base: Polynomial, exponent: Int)]

    fileprivate func multiplied(by base: Polynomial, _ exponent: Int) throws(SimplificationError) -> Factors {
      let content = base.constant ?? base.content
      var result = self
      do {
        result.constant *= try content.power(exponent)
      } catch {
        throw .tooLarge
      }
      if base.constant == nil { result.list.append((base.scaled(by: 1 / content), exponent)) }
      return result
    }
  }
}
