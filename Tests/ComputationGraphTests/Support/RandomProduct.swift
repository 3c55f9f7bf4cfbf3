import CSeriesKernels
import Multiprecision
import Testing

@testable import ComputationGraph

/// A Cauchy product of two series in fixed point whose coefficients are random, order by order.
final class RandomProduct {
  /// Which product.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var shape = Shape(3, 1)
    var isSquare = false
    var starts = (0, 0)
    /// A Bᵀ, with matrices of that shape.
    var isMatrixProduct = false

    static let all = [
      Kind(testDescription: "a ∘ b"),
      Kind(testDescription: "a ∘ b from a's first order on", starts: (1, 0)),
      Kind(testDescription: "a ∘ a from the first orders on", isSquare: true, starts: (1, 1)),
      Kind(testDescription: "a ∘ a of nine entries", shape: Shape(3, 3), isSquare: true),
      Kind(testDescription: "A Bᵀ", shape: Shape(2, 3), isMatrixProduct: true),
      Kind(
        testDescription: "A Bᵀ from A's first order on", shape: Shape(2, 2), starts: (1, 0),
        isMatrixProduct: true),
    ]
  }

  let kind: Kind
  let arithmetic: FixedPointSeriesArithmetic
  let output: FixedPointSeries
  private let a: FixedPointSeries, b: FixedPointSeries
  private let sum: (_ k: Int) -> Void
  /// The coefficients so far, exactly, by order and entry.
  private var left: [[BigFloat]] = [], right: [[BigFloat]] = []
  private let ball = BallBuffer(count: 1)
  private let exactPrecision: Int

  init(_ kind: Kind, _ arithmetic: FixedPointSeriesArithmetic) {
    (self.kind, self.arithmetic) = (kind, arithmetic)
    // Products of two coefficients and their exponents fit.
    exactPrecision = 2 * 52 * arithmetic.digitCounts[0] + 1000
    let shape = kind.shape
    let a = arithmetic.series(shape, isConstant: false)
    let b = kind.isSquare ? a : arithmetic.series(shape, isConstant: false)
    (self.a, self.b) = (a, b)
    let output = arithmetic.series(
      kind.isMatrixProduct ? Shape(shape.rows, shape.rows) : shape, isConstant: false)
    self.output = output
    if kind.isMatrixProduct {
      let product = arithmetic.product(
        a, shape, isTransposed: false, from: kind.starts.0, b, shape, isTransposed: true)
      sum = { arithmetic.evaluate(product, output, $0) }
    } else {
      let convolution = arithmetic.convolution(a, from: kind.starts.0, b, from: kind.starts.1)
      sum = { arithmetic.evaluate(convolution, output, $0, dividedBy: 1) }
    }
  }

  func begin() {
    arithmetic.beginExpansion()
    (left, right) = ([], [])
  }

  /// Draws the factors' coefficients of order k, a tenth of them zero, and computes the product's.
  ///
  /// - Parameter exponent: that of the entries.
  func advance(_ k: Int, exponent: Int, _ generator: inout SplitMix64) {
    left.append(draw(a, k, exponent, &generator))
    right.append(kind.isSquare ? left[k] : draw(b, k, exponent, &generator))
    arithmetic.commit(a, k)
    arithmetic.commit(b, k)
    sum(k)
  }

  private func draw(
    _ series: FixedPointSeries, _ k: Int, _ exponent: Int, _ generator: inout SplitMix64
  ) -> [BigFloat] {
    let digits = arithmetic.digitCounts[k]
    return (0..<series.shape.count).map { entry in
      let lane = series.lane(entry, k)
      let isZero = generator.next() % 10 == 0
      lane[0] = isZero ? fixedPointNoExponent : Int64(exponent)
      let pattern = KernelNumbers.Pattern.allCases.randomElement(using: &generator) ?? .random
      for q in 0..<digits { lane[8 * (q + 1)] = isZero ? 0 : Int64(pattern.digit(q, &generator)) }
      // Normalised, of either sign.
      if !isZero { lane[8] = lane[8] & (1 << 50 - 1) | 1 << 50 }
      if !isZero, Bool.random(using: &generator) { lane[8] = -lane[8] }
      return value(of: series, entry, k)
    }
  }

  func value(of series: FixedPointSeries, _ entry: Int, _ k: Int) -> BigFloat {
    arithmetic.converter.read(
      series.lane(entry, k), digits: arithmetic.digitCounts[k], into: midpoint(ball.base))
    return BigFloat(midpointOf: ball.base, precision: exactPrecision)
  }

  /// The exact sum of the products of an entry.
  func exact(_ entry: Int, _ k: Int) -> BigFloat {
    let (shape, zero) = (kind.shape, BigFloat(0, precision: exactPrecision))
    guard k - kind.starts.1 >= kind.starts.0 else { return zero }
    let pairs =
      kind.isMatrixProduct
      ? (0..<shape.columns).map {
        (entry / shape.rows * shape.columns + $0, entry % shape.rows * shape.columns + $0)
      } : [(entry, entry)]
    return (kind.starts.0...k - kind.starts.1).reduce(zero) { sum, j in
      pairs.reduce(sum) { $0 + left[j][$1.0] * right[k - j][$1.1] }
    }
  }

  /// The words of the product's coefficient of order k.
  func words(_ k: Int) -> [Int64] {
    (0..<output.shape.count).flatMap { entry in
      (0...arithmetic.digitCounts[k]).map { output.lane(entry, k)[8 * $0] }
    }
  }
}
