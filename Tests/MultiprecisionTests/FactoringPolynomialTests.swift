import Multiprecision
import Testing

/// 2(x + y)²(x - 1) and 3(x + y)(x + 2), expanded.
private let left: [FactoringPolynomial.Term] = [
  ([3, 0], 2), ([2, 1], 4), ([1, 2], 2), ([2, 0], -2), ([1, 1], -4), ([0, 2], -2),
]
private let right: [FactoringPolynomial.Term] = [([2, 0], 3), ([1, 1], 3), ([1, 0], 6), ([0, 1], 6)]

private func values(_ terms: [FactoringPolynomial.Term]) -> [[UInt]: Rational] {
  Dictionary(uniqueKeysWithValues: terms.map { ($0.exponents, $0.coefficient) })
}

@Test func cofactorsHaveTheRatioOfThePolynomials() throws {
  let a = FactoringPolynomial(variableCount: 2, terms: left)
  let b = FactoringPolynomial(variableCount: 2, terms: right)
  let parts = try #require(a.cofactors(with: b))
  // (x + y)(x - 1) against x + 2, in the ratio 2 : 3.
  let (above, below) = (values(parts.left), values(parts.right))
  let unit = try #require(below[[1, 0]]) / 3
  #expect(below == [[1, 0]: unit * 3, [0, 0]: unit * 6])
  #expect(above == [[2, 0]: unit * 2, [1, 1]: unit * 2, [1, 0]: unit * -2, [0, 1]: unit * -2])
}

@Test(arguments: [true, false])
func factorsMultiplyBackAndKeepTheirExponents(_ isComplete: Bool) throws {
  let polynomial = FactoringPolynomial(variableCount: 2, terms: left)
  let found = try #require(polynomial.factored(isComplete: isComplete))
  #expect(found.factors.map(\.exponent).sorted() == [1, 2])
  let double = try #require(found.factors.first { $0.exponent == 2 })
  let lead = try #require(values(double.terms)[[1, 0]])
  #expect(values(double.terms) == [[1, 0]: lead, [0, 1]: lead])
  let single = try #require(found.factors.first { $0.exponent == 1 })
  #expect(found.constant * lead * lead * (try #require(values(single.terms)[[1, 0]])) == 2)
}

@Test func likeTermsAreGathered() {
  let sum = FactoringPolynomial(
    variableCount: 1, terms: [([1], Rational(1, 2)), ([0], 3), ([1], Rational(1, 2)), ([2], 0)])
  #expect(values(sum.terms) == [[1]: 1, [0]: 3])
}
