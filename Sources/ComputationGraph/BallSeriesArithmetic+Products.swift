import Multiprecision

/// Cauchy products: one dot product for each entry.
extension BallSeriesArithmetic {
  public final class Convolution {
    let a: BallSeries, b: BallSeries
    let aStart: Int, bStart: Int

    init(_ a: BallSeries, _ aStart: Int, _ b: BallSeries, _ bStart: Int) {
      (self.a, self.aStart, self.b, self.bStart) = (a, aStart, b, bStart)
    }
  }

  public final class Product {
    let a: BallSeries, b: BallSeries
    let aLayout: BallSeries.Layout, bLayout: BallSeries.Layout
    let aStart: Int
    let rows: Int, inner: Int, columns: Int

    init(
      _ a: BallSeries, _ aLayout: BallSeries.Layout, _ aStart: Int, _ b: BallSeries, _ bLayout: BallSeries.Layout,
      rows: Int, inner: Int, columns: Int
    ) {
      (self.a, self.aLayout, self.aStart, self.b, self.bLayout) = (a, aLayout, aStart, b, bLayout)
      (self.rows, self.inner, self.columns) = (rows, inner, columns)
    }
  }

  public func convolution(_ a: Series, from aStart: Int, _ b: Series, from bStart: Int) -> Convolution {
    Convolution(a.coefficients, aStart, b.coefficients, bStart)
  }

  public func evaluate(_ convolution: Convolution, _ output: Series, _ k: Int) {
    let (a, b, c) = (convolution.a, convolution.b, output.coefficients)
    // A constant factor leaves the one term in which its order is 0.
    var first = convolution.aStart
    var last = k - convolution.bStart
    if a.isConstant { last = min(last, 0) }
    if b.isConstant { first = max(first, k) }
    guard first <= last else { return setZero(output, k) }
    let isSquare = a === b && convolution.aStart == convolution.bStart && !a.isConstant
    for entry in 0..<c.shape.count {
      let result = c.coefficient(entry, k)
      if isSquare {
        square(result, a, entry, first, k)
      } else {
        arb_approx_dot(
          result, nil, 0, a.coefficient(entry, first), 1, b.coefficient(entry, k - first), -1,
          last - first + 1, bits(k))
      }
    }
  }

  /// Σ a_j a_{k-j} by symmetry: twice the terms with j < k - j, and the middle one.
  private func square(
    _ result: UnsafeMutablePointer<arb_struct>, _ a: BallSeries, _ entry: Int, _ first: Int, _ k: Int
  ) {
    let pairs = max(0, (k + 1) / 2 - first)
    arb_approx_dot(
      result, nil, 0, a.coefficient(entry, first), 1, a.coefficient(entry, k - first), -1, pairs, bits(k))
    arf_mul_2exp_si(midpoint(result), midpoint(result), 1)
    if k.isMultiple(of: 2), k / 2 >= first {
      let middle = a.coefficient(entry, k / 2)
      arb_approx_dot(result, result, 0, middle, 1, middle, 1, 1, bits(k))
    }
  }

  public func product(
    _ a: Series, _ aShape: Shape, isTransposed: Bool, from aStart: Int,
    _ b: Series, _ bShape: Shape, isTransposed bIsTransposed: Bool
  ) -> Product {
    let aLayout = BallSeries.Layout(byColumn: isTransposed, reversed: false)
    let bLayout = BallSeries.Layout(byColumn: !bIsTransposed, reversed: true)
    // Layouts exist from the plan on, so that every committed coefficient reaches them.
    _ = a.coefficients.lines(aLayout)
    _ = b.coefficients.lines(bLayout)
    let left = isTransposed ? aShape.transposed : aShape
    let right = bIsTransposed ? bShape.transposed : bShape
    return Product(
      a.coefficients, aLayout, aStart, b.coefficients, bLayout, rows: left.rows, inner: left.columns,
      columns: right.columns)
  }

  /// Entry (i, l) is Σ_j Σ_m A_j[i, m] B_{k-j}[m, l]: with A's rows by (order, m) and B's columns by
  /// (order, m backwards), one dot product that runs forwards in A and backwards in B.
  public func evaluate(_ product: Product, _ output: Series, _ k: Int) {
    let (a, b, c) = (product.a, product.b, output.coefficients)
    var first = product.aStart
    var last = k
    if a.isConstant { last = min(last, 0) }
    if b.isConstant { first = max(first, k) }
    guard first <= last else { return setZero(output, k) }
    let inner = product.inner
    let length = (last - first + 1) * inner
    let (aLines, bLines) = (a.lines(product.aLayout), b.lines(product.bLayout))
    let (aStride, bStride) = (a.lineLength(product.aLayout), b.lineLength(product.bLayout))
    let bEnd = (k - first + 1) * inner - 1
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        arb_approx_dot(
          c.coefficient(row * product.columns + column, k), nil, 0,
          aLines + (row * aStride + first * inner), 1, bLines + (column * bStride + bEnd), -1, length, bits(k))
      }
    }
  }
}
