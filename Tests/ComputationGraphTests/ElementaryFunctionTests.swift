import CFLINT
import Multiprecision
import Testing

@testable import ComputationGraph

/// What is said where a function of a number could not be computed.
@Suite struct ElementaryFunctionTests {
  private func failure(_ function: ElementaryFunction, at x: Rational) -> SeriesError {
    var argument = arb_struct()
    arb_init(&argument)
    defer { arb_clear(&argument) }
    Ball(x, precision: 64).withPointer { arb_set(&argument, $0) }
    return function.failure(at: &argument)
  }

  /// Functions that are defined everywhere have no domain to blame.
  @Test(arguments: [ElementaryFunction.exp, .logistic, .softplus, .tanh, .power(3)], [Rational(-2), 0, 2])
  func definedEverywhere(_ function: ElementaryFunction, _ x: Rational) {
    #expect(failure(function, at: x) == .beyondRange(function))
  }

  @Test(arguments: [ElementaryFunction.log, .sqrt, .power(Rational(1, 3))], [Rational(-2), 0, 2])
  func definedForPositiveNumbers(_ function: ElementaryFunction, _ x: Rational) {
    #expect(failure(function, at: x) == (x > 0 ? .beyondRange(function) : .outsideDomain(function)))
  }

  @Test(arguments: [ElementaryFunction.reciprocal, .power(-2)], [Rational(-2), 0, 2])
  func definedBesideZero(_ function: ElementaryFunction, _ x: Rational) {
    #expect(failure(function, at: x) == (x.isZero ? .outsideDomain(function) : .beyondRange(function)))
  }
}
