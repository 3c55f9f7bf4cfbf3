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

    /// The entry of the series that is (i, m) of the left factor.
    @inline(__always) func aEntry(_ i: Int, _ m: Int) -> Int {
      aLayout.byColumn ? m * a.shape.columns + i : i * a.shape.columns + m
    }

    /// The entry of the series that is (m, l) of the right factor.
    @inline(__always) func bEntry(_ m: Int, _ l: Int) -> Int {
      bLayout.byColumn ? m * b.shape.columns + l : l * b.shape.columns + m
    }

    init(
      _ a: BallSeries, _ aLayout: BallSeries.Layout, _ aStart: Int, _ b: BallSeries,
      _ bLayout: BallSeries.Layout,
      rows: Int, inner: Int, columns: Int
    ) {
      (self.a, self.aLayout, self.aStart, self.b, self.bLayout) = (a, aLayout, aStart, b, bLayout)
      (self.rows, self.inner, self.columns) = (rows, inner, columns)
    }
  }

  public func convolution(_ a: Series, from aStart: Int, _ b: Series, from bStart: Int) -> Convolution {
    Convolution(a.coefficients, aStart, b.coefficients, bStart)
  }

  public func evaluate(_ convolution: Convolution, _ output: Series, _ k: Int, dividedBy divisor: Int) {
    sum(convolution, output, k)
    if divisor != 1 { divide(output, k, by: divisor) }
  }

  private func sum(_ convolution: Convolution, _ output: Series, _ k: Int) {
    let (a, b, c) = (convolution.a, convolution.b, output.coefficients)
    guard let orders = factorOrders(a, convolution.aStart, b, convolution.bStart, k) else {
      return setZero(output, k)
    }
    let degree = orders.count - 1
    let isSquare = a === b && convolution.aStart == convolution.bStart && !a.isConstant
    let tiles = relaxedProduct(a, b, c, k, degree)
    for entry in 0..<c.shape.count {
      let result = c.coefficient(entry, k)
      let x = a.coefficient(entry, orders.lowerBound)
      let y = b.coefficient(entry, k - orders.upperBound)
      if let tiles {
        tiles.addTiles(into: result, order: k, degree: degree, x, y, isSquare: isSquare, bits: bits(k))
        tiles.addStrips(to: result, degree: degree, x, y, width: 1, isSquare: isSquare, bits: bits(k))
      } else if isSquare {
        square(result, x, degree, bits(k))
      } else {
        arb_approx_dot(result, nil, 0, x, 1, y + degree, -1, degree + 1, bits(k))
      }
    }
  }

  /// The orders j of the left factor in Σ a_j b_{k-j}: a constant factor leaves the one term in which its order
  /// is 0. Nil where the sum is empty.
  private func factorOrders(
    _ a: BallSeries, _ aStart: Int, _ b: BallSeries, _ bStart: Int, _ k: Int
  ) -> ClosedRange<Int>? {
    let first = b.isConstant ? max(aStart, k) : aStart
    let last = a.isConstant ? min(k - bStart, 0) : k - bStart
    return first <= last ? first...last : nil
  }

  /// The relaxed product where it is faster than one dot product. It keeps its sums in `c` above order k, so
  /// they are cleared when an expansion begins.
  private func relaxedProduct(
    _ a: BallSeries, _ b: BallSeries, _ c: BallSeries, _ k: Int, _ degree: Int
  ) -> RelaxedProduct? {
    guard precision >= RelaxedProduct.leastPrecision, !a.isConstant, !b.isConstant else { return nil }
    if degree == 0 {
      for entry in 0..<c.shape.count {
        for later in k..<c.stride { arf_zero(midpoint(c.coefficient(entry, later))) }
      }
    }
    return RelaxedProduct.applies(degree: degree) ? relaxed : nil
  }

  /// Σ x_j x_{n-j} by symmetry: twice the terms with j < n - j, and the middle one.
  private func square(
    _ result: UnsafeMutablePointer<arb_struct>, _ x: UnsafeMutablePointer<arb_struct>, _ n: Int, _ bits: Int
  ) {
    arb_approx_dot(result, nil, 0, x, 1, x + n, -1, (n + 1) / 2, bits)
    arf_mul_2exp_si(midpoint(result), midpoint(result), 1)
    if n.isMultiple(of: 2) { arb_approx_dot(result, result, 0, x + n / 2, 1, x + n / 2, 1, 1, bits) }
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
    guard let orders = factorOrders(a, product.aStart, b, 0, k) else { return setZero(output, k) }
    let (degree, inner) = (orders.count - 1, product.inner)
    let length = orders.count * inner
    let (aLines, bLines) = (a.lines(product.aLayout), b.lines(product.bLayout))
    let (aStride, bStride) = (a.lineLength(product.aLayout), b.lineLength(product.bLayout))
    let tiles = relaxedProduct(a, b, c, k, degree)
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        let result = c.coefficient(row * product.columns + column, k)
        let x = aLines + (row * aStride + orders.lowerBound * inner)
        let y = bLines + (column * bStride + (k - orders.upperBound) * inner)
        guard let tiles else {
          arb_approx_dot(result, nil, 0, x, 1, y + (length - 1), -1, length, bits(k))
          continue
        }
        for m in 0..<inner {
          tiles.addTiles(
            into: result, order: k, degree: degree, a.coefficient(product.aEntry(row, m), orders.lowerBound),
            b.coefficient(product.bEntry(m, column), 0), isSquare: false, bits: bits(k))
        }
        tiles.addStrips(to: result, degree: degree, x, y, width: inner, isSquare: false, bits: bits(k))
      }
    }
  }
}
