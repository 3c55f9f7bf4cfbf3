import Multiprecision

/// A quotient of polynomials in lowest terms: the denominator has leading coefficient 1, no exponent is
/// negative, and no monomial divides both.
struct RationalFunction: Hashable, Sendable {
  let numerator: Polynomial
  let denominator: Polynomial

  static let zero = RationalFunction(Polynomial.zero)

  init(_ polynomial: Polynomial) { (numerator, denominator) = (polynomial, .one) }

  init(_ constant: Rational) { self.init(Polynomial(constant)) }

  /// Any monomial, also with negative exponents.
  init(_ monomial: Monomial) { self.init(reducing: Polynomial(monomial), .one) }

  /// The quotient in lowest terms.
  init(_ numerator: Polynomial, _ denominator: Polynomial) throws(SimplificationError) {
    if denominator.isZero { throw .undefined("division by zero") }
    self.init(reducing: numerator, denominator)
  }

  /// - Parameter denominator: not zero.
  private init(reducing numerator: Polynomial, _ denominator: Polynomial) {
    // Without monomial factors and negative exponents the quotient is a monomial times a quotient for FLINT.
    let (above, below) = (numerator.commonMonomial, denominator.commonMonomial)
    let (top, bottom) = Polynomial.reduced(
      numerator.multiplied(by: above.inverted()), denominator.multiplied(by: below.inverted()))
    let monomial = numerator.isZero ? .one : above * below.inverted()
    let positive = Monomial.minimum(monomial.inverted(), .one).inverted()
    let unit = 1 / (bottom.leading?.coefficient ?? 1)
    self.numerator = top.multiplied(by: positive).scaled(by: unit)
    self.denominator =
      numerator.isZero ? .one : bottom.multiplied(by: positive * monomial.inverted()).scaled(by: unit)
  }

  var isZero: Bool { numerator.isZero }

  /// The atom, if it is one.
  var singleAtom: Int? {
    guard denominator == .one, numerator.terms.count == 1, let term = numerator.terms.first, term.value == 1
    else {
      return nil
    }
    return term.key.singleAtom
  }

  /// The value, if it is a constant.
  var constant: Rational? { denominator == .one ? numerator.constant : nil }
}
