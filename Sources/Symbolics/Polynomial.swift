import Multiprecision

/// A sum of monomials with rational coefficients.
struct Polynomial: Hashable, Sendable {
  /// Without zeros.
  private(set) var terms: [Monomial: Rational]

  /// Terms that a polynomial may have, products of terms that a multiplication may take, and bits that a
  /// coefficient may have.
  static let limits = (terms: 5_000, products: 200_000, bits: 1 << 16)

  static let zero = Polynomial(terms: [:])
  static let one = Polynomial(.one)

  /// - Parameter terms: without zeros.
  init(terms: [Monomial: Rational]) { self.terms = terms }

  init(_ monomial: Monomial, _ coefficient: Rational = 1) {
    terms = coefficient.isZero ? [:] : [monomial: coefficient]
  }

  init(_ constant: Rational) { self.init(.one, constant) }

  var isZero: Bool { terms.isEmpty }

  /// The value, if it is a constant.
  var constant: Rational? { isZero ? 0 : terms.count == 1 ? terms[.one] : nil }

  /// The greatest monomial; nil for zero.
  var leading: (monomial: Monomial, coefficient: Rational)? {
    terms.max { Monomial.precedes($0.key, $1.key) }.map { ($0.key, $0.value) }
  }

  /// The greatest monomial that divides every term; its exponents are negative where a term's are.
  var commonMonomial: Monomial {
    guard let first = terms.first else { return .one }
    return terms.reduce(first.key) { .minimum($0, $1.key) }
  }

  /// The positive number by which the polynomial has whole coefficients without a common divisor; 1 for zero.
  var content: Rational {
    var (divisor, multiple) = (Integer(0), Integer(1))
    for coefficient in terms.values {
      divisor = divisor.greatestCommonDivisor(coefficient.numerator)
      let denominator = coefficient.denominator
      let common = Rational(multiple.greatestCommonDivisor(denominator))
      multiple = (Rational(multiple * denominator) / common).numerator
    }
    return divisor.isZero ? 1 : Rational(divisor) / Rational(multiple)
  }

  func scaled(by factor: Rational) -> Polynomial {
    factor.isZero ? .zero : Polynomial(terms: terms.mapValues { $0 * factor })
  }

  func multiplied(by monomial: Monomial) -> Polynomial {
    if monomial.isOne { return self }
    return Polynomial(terms: Dictionary(uniqueKeysWithValues: terms.map { ($0.key * monomial, $0.value) }))
  }

  static prefix func - (value: Polynomial) -> Polynomial { value.scaled(by: -1) }

  private mutating func add(_ monomial: Monomial, _ coefficient: Rational) {
    let sum = (terms[monomial] ?? 0) + coefficient
    terms[monomial] = sum.isZero ? nil : sum
  }

  func adding(_ other: Polynomial) throws(SimplificationError) -> Polynomial {
    var sum = self
    for (monomial, coefficient) in other.terms { sum.add(monomial, coefficient) }
    try sum.checkSize()
    return sum
  }

  func multiplied(by other: Polynomial) throws(SimplificationError) -> Polynomial {
    guard terms.count * other.terms.count <= Self.limits.products else { throw .tooLarge }
    var product = Polynomial.zero
    for (left, a) in terms {
      for (right, b) in other.terms { product.add(left * right, a * b) }
    }
    try product.checkSize()
    return product
  }

  /// - Parameter exponent: not negative.
  func power(_ exponent: Int) throws(SimplificationError) -> Polynomial {
    if terms.count > 1, exponent > Self.limits.terms { throw .tooLarge }
    var result = Polynomial.one
    var square = self
    var remaining = exponent
    while remaining > 0 {
      if remaining & 1 == 1 { result = try result.multiplied(by: square) }
      remaining >>= 1
      if remaining > 0 { square = try square.multiplied(by: square) }
    }
    return result
  }

  private func checkSize() throws(SimplificationError) {
    guard terms.count <= Self.limits.terms,
      terms.values.allSatisfy({ $0.numerator.bitWidth + $0.denominator.bitWidth <= Self.limits.bits })
    else { throw .tooLarge }
  }
}
