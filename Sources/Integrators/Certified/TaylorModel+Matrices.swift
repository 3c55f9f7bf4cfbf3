import Multiprecision

extension TaylorModel {
  /// The matrix product, each entry as one sum.
  static func product(_ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>) -> Matrix<TaylorModel> {
    let (models, length, precision) = common(a, b)
    let (polynomials, missed) = BallPolynomial.approximateProduct(
      a.map(\.polynomial), b.map(\.polynomial), length: length, precision: precision)
    return Matrix(rows: a.rows, columns: b.columns) { row, column in
      let errors = (0..<a.columns).map { productError(a[row, $0], b[$0, column], length: length) }
      return TaylorModel(polynomials[row, column], error: missed[row, column] + sum(errors), length: models)
    }
  }

  /// The X with A X = B. With exact matrices of polynomials C ≈ A⁻¹ and X̂ ≈ A⁻¹ B, R = 1 - C A and Q = B - A X̂:
  /// X - X̂ = (1 - R)⁻¹ C Q if 1 - R is invertible. With norms taken entry by entry, v = |C| |Q| and all row sums of |R|
  /// at most g < 1, ‖X - X̂‖ ≤ v + |R| 1 · max v/(1 - g).
  ///
  /// C has few orders and few bits: it matters for the size of the bound only.
  ///
  /// - Throws: `undecided` where A_0 is not certainly invertible.
  static func solve(
    _ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>
  ) throws(LinearAlgebraError) -> Matrix<TaylorModel> {
    guard a.isSquare else { throw .notSquare(a.shape) }
    guard a.rows == b.rows else { throw .dimensionMismatch(a.shape, b.shape) }
    let (models, length, precision) = common(a, b)
    let (matrix, right) = (a.map(\.polynomial), b.map(\.polynomial))
    let unit = Matrix<Ball>.identity(a.rows, precision: precision)
    let inverse = try Ball.solve(a.map(\.head), unit)
    let solution = BallPolynomial.approximateSolution(
      matrix, right, inverse: inverse, length: length, precision: precision)
    let candidate = solution.map { TaylorModel($0, length: models) }
    let residual = zip(b.elements, product(a, candidate).elements).map { $0 - $1 }
    let (approximate, gain) = approximateInverse(
      of: a, inverse: inverse, length: length, precision: precision)
    let first =
      approximate.map { $0.norm() }
      * Matrix(rows: b.rows, columns: b.columns, elements: residual.map(\.norm))
    let sums = (0..<gain.rows).map { sum(gain.row($0)) }
    let room = sums.map { (1 - $0).ifPositive }.reduce(Ball(1, precision: boundPrecision)) {
      .lesserEnd($0, $1)
    }
    return Matrix(rows: b.rows, columns: b.columns) { row, column in
      let largest = first.column(column).reduce(noError) { .greater($0, $1) }
      return TaylorModel(
        solution[row, column], error: first[row, column] + sums[row] * (largest / room), length: models)
    }
  }

  /// Orders and bits of C at most.
  private static let inverseLength = 12
  private static let inversePrecision = 128

  /// C, and a bound of the norms of 1 - C A.
  private static func approximateInverse(
    of a: Matrix<TaylorModel>, inverse: Matrix<Ball>, length: Int, precision: Int
  ) -> (inverse: Matrix<BallPolynomial>, gain: Matrix<Ball>) {
    let length = min(length, inverseLength)
    let precision = min(precision, inversePrecision)
    let unit = Matrix<Ball>.identity(a.rows, precision: precision).map {
      BallPolynomial([$0], precision: precision)
    }
    let short = a.map { model in
      TaylorModel(
        model.polynomial.truncated(to: length, precision: precision),
        error: model.error + model.polynomial.norm(from: length), length: length)
    }
    let approximate = BallPolynomial.approximateSolution(
      short.map(\.polynomial), unit, inverse: inverse, length: length, precision: precision)
    let product = product(approximate.map { TaylorModel($0, length: length) }, short)
    let gain = Matrix<Ball>(rows: a.rows, columns: a.rows) { row, column in
      (TaylorModel(unit[row, column], length: nil) - product[row, column]).norm
    }
    return (approximate, gain)
  }

  /// The length and the precision of what matrices are combined to; the length is nil for constants.
  static func common(
    _ a: Matrix<TaylorModel>, _ b: Matrix<TaylorModel>
  ) -> (models: Int?, length: Int, precision: Int) {
    let entries = a.elements + b.elements
    let models = entries.lazy.compactMap(\.length).first
    return (models, models ?? 1, entries.map(\.polynomial.precision).max() ?? Precision.minimum)
  }

  private static func sum(_ bounds: [Ball]) -> Ball { bounds.reduce(noError, +) }
}
