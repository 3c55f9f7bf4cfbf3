import Multiprecision

/// Common divisors and factors, by FLINT, on polynomials whose exponents are not negative.
extension Polynomial {
  /// Beyond these FLINT is not asked: it could take too long.
  private static let factoringLimits = (terms: 400, degree: Rational(1000))

  /// The atoms in it, and the number that makes each atom's exponents whole.
  private static func scales(_ polynomials: [Polynomial]) -> [Int: Rational]? {
    var scales: [Int: Integer] = [:]
    for polynomial in polynomials {
      guard polynomial.terms.count <= factoringLimits.terms else { return nil }
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
        power.exponent * Rational(scale) <= factoringLimits.degree
      else { return nil }
    }
    return scales.mapValues { Rational($0) }
  }

  private func factoring(_ atoms: [Int], _ scales: [Int: Rational]) -> FactoringPolynomial {
    FactoringPolynomial(
      variableCount: atoms.count,
      terms: terms.map { monomial, coefficient in
        let exponents = atoms.map { atom in
          UInt(Int(exactly: (monomial[atom] * (scales[atom] ?? 1)).numerator) ?? 0)
        }
        return (exponents, coefficient)
      })
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
    guard let parts = left.factoring(atoms, scales).cofactors(with: right.factoring(atoms, scales)) else {
      return (left, right)
    }
    return (Polynomial(parts.left, atoms, scales), Polynomial(parts.right, atoms, scales))
  }

  /// The constant and the irreducible factors with exponents, each with leading coefficient 1; the polynomial
  /// itself as its only factor if it is too large.
  ///
  /// - Precondition: not zero.
  func factored() -> (constant: Rational, factors: [(base: Polynomial, exponent: Int)]) {
    if let constant { return (constant, []) }
    var parts: (constant: Rational, factors: [(base: Polynomial, exponent: Int)]) = (1, [(self, 1)])
    if terms.count > 1, let scales = Self.scales([self]) {
      let atoms = scales.keys.sorted()
      if let found = factoring(atoms, scales).factored() {
        parts = (found.constant, found.factors.map { (Polynomial($0.terms, atoms, scales), $0.exponent) })
      }
    }
    var constant = parts.constant
    let factors = parts.factors.map { base, exponent in
      guard let lead = base.leading?.coefficient, let unit = try? lead.power(exponent) else {
        return (base, exponent)
      }
      constant *= unit
      return (base: base.scaled(by: 1 / lead), exponent: exponent)
    }
    return (constant, factors)
  }
}
