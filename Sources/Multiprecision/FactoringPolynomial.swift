import CFLINT
import CThreadCaches

/// A polynomial in several variables with rational coefficients, as FLINT works on it: the working copy of a
/// computation of common divisors and factors.
package final class FactoringPolynomial {
  package typealias Term = (exponents: [UInt], coefficient: Rational)

  private let variableCount: Int
  private let context: UnsafeMutablePointer<fmpq_mpoly_ctx_struct>
  private let polynomial: UnsafeMutablePointer<fmpq_mpoly_struct>

  /// Zero.
  private init(variableCount: Int) {
    fisherflow_attach_thread()
    self.variableCount = variableCount
    context = .allocate(capacity: 1)
    polynomial = .allocate(capacity: 1)
    fmpq_mpoly_ctx_init(context, variableCount, ORD_LEX)
    fmpq_mpoly_init(polynomial, context)
  }

  /// The sum of terms, each with one exponent for each of the variables.
  package convenience init(variableCount: Int, terms: [Term]) {
    self.init(variableCount: variableCount)
    for term in terms {
      precondition(term.exponents.count == variableCount, "one exponent for each variable")
      withFraction(term.coefficient) { coefficient in
        term.exponents.withUnsafeBufferPointer {
          fmpq_mpoly_push_term_fmpq_ui(polynomial, coefficient, $0.baseAddress, context)
        }
      }
    }
    fmpq_mpoly_sort_terms(polynomial, context)
    fmpq_mpoly_combine_like_terms(polynomial, context)
  }

  deinit {
    fmpq_mpoly_clear(polynomial, context)
    fmpq_mpoly_ctx_clear(context)
    polynomial.deallocate()
    context.deallocate()
  }

  package var terms: [Term] { Self.terms(of: polynomial, context, variableCount) }

  private static func terms(
    of polynomial: UnsafePointer<fmpq_mpoly_struct>, _ context: UnsafePointer<fmpq_mpoly_ctx_struct>,
    _ count: Int
  ) -> [Term] {
    (0..<fmpq_mpoly_length(polynomial, context)).map { index in
      var exponents = [UInt](repeating: 0, count: count)
      exponents.withUnsafeMutableBufferPointer {
        fmpq_mpoly_get_term_exp_ui($0.baseAddress, polynomial, index, context)
      }
      var coefficient = fmpq()
      fmpq_init(&coefficient)
      defer { fmpq_clear(&coefficient) }
      fmpq_mpoly_get_term_coeff_fmpq(&coefficient, polynomial, index, context)
      return (exponents, Rational { fmpq_get_mpq($0, &coefficient) })
    }
  }

  /// The quotients of the two polynomials by their greatest common divisor; nil if FLINT gives up.
  package func cofactors(with other: FactoringPolynomial) -> (left: [Term], right: [Term])? {
    precondition(variableCount == other.variableCount, "polynomials in the same variables")
    let divisor = FactoringPolynomial(variableCount: variableCount)
    let left = FactoringPolynomial(variableCount: variableCount)
    let right = FactoringPolynomial(variableCount: variableCount)
    let isDone = fmpq_mpoly_gcd_cofactors(
      divisor.polynomial, left.polynomial, right.polynomial, polynomial, other.polynomial, context)
    return isDone == 0 ? nil : (left.terms, right.terms)
  }

  /// The factors with their exponents, and the constant before them; nil if FLINT gives up.
  ///
  /// - Parameter isComplete: the factors are irreducible, which can take very long for large degrees; otherwise
  ///   they are only free of squares.
  package func factored(isComplete: Bool) -> (constant: Rational, factors: [(terms: [Term], exponent: Int)])?
  {
    var factors = fmpq_mpoly_factor_struct()
    fmpq_mpoly_factor_init(&factors, context)
    defer { fmpq_mpoly_factor_clear(&factors, context) }
    let isDone =
      isComplete
      ? fmpq_mpoly_factor(&factors, polynomial, context)
      : fmpq_mpoly_factor_squarefree(&factors, polynomial, context)
    guard isDone != 0 else { return nil }
    let constant = Rational { fmpq_get_mpq($0, &factors.constant) }
    let list = (0..<factors.num).map { index in
      (
        terms: Self.terms(of: factors.poly + index, context, variableCount),
        exponent: fmpz_get_si(factors.exp + index)
      )
    }
    return (constant, list)
  }
}
