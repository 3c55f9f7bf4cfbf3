import Multiprecision

/// Arithmetic on power series of matrices, one coefficient at a time.
///
/// The operations' recurrences are written once against this protocol; an engine supplies the storage and the
/// kernels. Every recurrence uses the Euler operator k·x_k in place of the derivative, so an engine may keep
/// the coefficient of order k multiplied by the k-th power of the step.
///
/// A coefficient is computed once, in increasing order, and then committed: after `commit(x, k)` it may be
/// read by other recurrences. A constant series has its head (the coefficient of order 0) only.
public protocol SeriesArithmetic: AnyObject {
  associatedtype Series
  associatedtype Convolution
  associatedtype Product
  associatedtype Factorization
  associatedtype Multiplier
  associatedtype Scattering

  /// The bits that coefficients of order k are computed with.
  func precision(ofOrder k: Int) -> Int

  func series(_ shape: Shape, isConstant: Bool) -> Series
  func isConstant(_ series: Series) -> Bool
  /// Coefficients of this series will be asked for once the expansion is done.
  func keepCoefficients(of series: Series)

  /// Plans the entrywise Cauchy product Σ a_j ∘ b_{k-j} over j from `aStart` to k - `bStart`.
  func convolution(_ a: Series, from aStart: Int, _ b: Series, from bStart: Int) -> Convolution
  /// Plans the Cauchy product of matrices Σ A_j B_{k-j} over j from `aStart` to k, with transposes.
  func product(
    _ a: Series, _ aShape: Shape, isTransposed: Bool, from aStart: Int,
    _ b: Series, _ bShape: Shape, isTransposed bIsTransposed: Bool
  ) -> Product
  /// Plans linear solves with the head of a square matrix series.
  func factorization(of matrix: Series, size: Int) -> Factorization
  /// Plans multiplication by a rational.
  func multiplier(_ factor: Rational) -> Multiplier
  /// Plans the addition of entry e of one series to entry map[e] of another, which has `count`.
  func scattering(_ map: [Int], into count: Int) -> Scattering

  /// Tells that the bounds of a result's errors need those of a series that its recurrence computes on the way.
  func note(_ auxiliary: Series, for output: Series)

  /// Before the heads of the state are set.
  func beginExpansion()
  /// After all coefficients of order k; throws where they are beyond the engine's range.
  func endOrder(_ k: Int) throws(SeriesError)

  func setHead(_ output: Series, to value: Matrix<Rational>)
  /// out_0 = function(a_0), entry by entry.
  func applyToHead(_ function: ElementaryFunction, _ output: Series, _ a: Series) throws(SeriesError)

  func setZero(_ output: Series, _ k: Int)
  /// out_k = a_k
  func assign(_ output: Series, _ k: Int, _ a: Series)
  /// out_k += a_k
  func add(_ output: Series, _ k: Int, _ a: Series)
  /// out_k -= a_k
  func subtract(_ output: Series, _ k: Int, _ a: Series)
  func negate(_ output: Series, _ k: Int)
  /// out_k = factor · a_k
  func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Int)
  func multiply(_ output: Series, _ k: Int, _ a: Series, by factor: Multiplier)
  /// out_k = a_k ∘ head_0
  func multiply(_ output: Series, _ k: Int, _ a: Series, byHeadOf head: Series)
  /// out_k[e] = a_k[map[e]]
  func gather(_ output: Series, _ k: Int, from a: Series, at map: [Int])
  /// out_k[map[e]] += a_k[e]
  func scatter(_ output: Series, _ k: Int, adding a: Series, at scattering: Scattering)

  /// out_k = the planned sum, divided by `divisor` > 0
  func evaluate(_ convolution: Convolution, _ output: Series, _ k: Int, dividedBy divisor: Int)
  func evaluate(_ product: Product, _ output: Series, _ k: Int)
  /// Factors the head; throws where it is singular to working precision.
  func factor(_ factorization: Factorization) throws(SeriesError)
  /// out_k = (head)⁻¹ right_k
  func solve(_ factorization: Factorization, _ output: Series, _ k: Int, _ right: Series)

  /// out_{k+1} = a_k / (k + 1)
  func integrate(_ output: Series, _ k: Int, _ a: Series)

  func commit(_ series: Series, _ k: Int)

  func setHead(_ output: Series, to value: Matrix<BigFloat>)
  /// log2 of the largest magnitude among the entries of the k-th coefficient; -∞ for zero.
  func log2Magnitude(_ series: Series, _ k: Int) -> Double
  /// log2 of the error that rounding is estimated to leave in the k-th coefficient; -∞ for none.
  func log2Rounding(_ series: Series, _ k: Int) -> Double
  /// Σ x_k t^k up to `order` at an offset t from the point of expansion, or Σ k x_k t^k.
  func sum(_ series: Series, order: Int, at offset: BigFloat, isDifferentiated: Bool) -> Matrix<BigFloat>
  /// The coefficients of orders 0 to `order`.
  func coefficients(of series: Series, order: Int) -> [Matrix<BigFloat>]
}

extension SeriesArithmetic {
  /// The sum of the series up to `order` at each of the given offsets from the point of expansion.
  public func values(of series: Series, order: Int, at offsets: [BigFloat]) -> [Matrix<BigFloat>] {
    offsets.map { sum(series, order: order, at: $0, isDifferentiated: false) }
  }

  /// Σ k x_k t^k up to `order` at an offset t: t times the derivative of the series there.
  public func changes(of series: Series, order: Int, at offset: BigFloat) -> Matrix<BigFloat> {
    sum(series, order: order, at: offset, isDifferentiated: true)
  }

  /// out_k = the planned sum
  func evaluate(_ convolution: Convolution, _ output: Series, _ k: Int) {
    evaluate(convolution, output, k, dividedBy: 1)
  }
}

/// The functions that a series engine must know at the head; all higher coefficients follow by recurrences.
public enum ElementaryFunction: Sendable, Equatable {
  case exp, log, logistic, softplus, tanh, sqrt, reciprocal
  case power(Rational)
}

/// Where a vector field has no power series: a typed reason without a place; the integrator adds the time.
public enum SeriesError: Error, Sendable, Equatable, CustomStringConvertible {
  case singularMatrix(size: Int)
  case outsideDomain(ElementaryFunction)
  /// The function is defined there, but the value cannot be computed.
  case beyondRange(ElementaryFunction)
  case variableWithoutState(String)
  /// Numbers are too large or too small for the engine, or sums too long; another engine serves.
  case outOfRange

  public var description: String {
    switch self {
    case .singularMatrix(let size): "a \(size)×\(size) matrix is singular to working precision"
    case .outsideDomain(let function): "\(function) outside its domain"
    case .beyondRange(let function): "\(function) of a number beyond the range of the arithmetic"
    case .variableWithoutState(let name):
      "the vector field depends on \(name), which is not part of the state"
    case .outOfRange: "coefficients are out of range"
    }
  }
}
