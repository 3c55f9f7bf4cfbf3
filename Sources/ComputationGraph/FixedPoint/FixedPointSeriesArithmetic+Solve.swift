import CSeriesKernels
import Multiprecision

/// Linear solves in series: products with the inverse of the head.
extension FixedPointSeriesArithmetic {
  /// The inverse of the head of a matrix series, by Arb's LU factors.
  public final class Factorization {
    let matrix: FixedPointSeries
    let size: Int
    /// The inverse, by rows.
    let inverse: FixedPointSeries
    let rows: FixedPointLines
    var isFactored = false
    /// The entries of the stored inverse C, to one part in 2^48, and bounds of those of 1 - A_0 C in `ErrorUnits`, by rows;
    /// empty unless errors are tracked.
    fileprivate(set) var inverseValues: [Double] = [], residuals: [Double] = []
    private let capacity: Int
    /// What right-hand sides are published to, by columns, one order at a time.
    private var rightHandSides: [ObjectIdentifier: (FixedPointLines, Product)] = [:]

    init(matrix: FixedPointSeries, size: Int, capacity: Int) {
      self.matrix = matrix
      self.size = size
      self.capacity = capacity
      inverse = FixedPointSeries(shape: Shape(size, size), isConstant: true, orders: 1, capacity: capacity)
      rows = inverse.lines(.rows)
      rows.addForward()
    }

    func product(with right: FixedPointSeries) -> (columns: FixedPointLines, product: Product) {
      let key = ObjectIdentifier(right)
      if let present = rightHandSides[key] { return present }
      let lines = FixedPointLines(
        right.shape.rows == 1 ? .entries : .columns, shape: right.shape, orders: 1, capacity: capacity)
      lines.addBackward()
      let columns = right.shape.columns
      let entries = 0..<right.shape.count
      let product = Product(
        rows, entries.map { $0 / columns }, isConstant: true, from: 0,
        lines, entries.map { $0 % columns }, isConstant: true, from: 0, isSquare: false)
      rightHandSides[key] = (lines, product)
      return (lines, product)
    }
  }

  /// - Throws: `singularMatrix` where a pivot of the matrix, with rows and columns scaled alike, is below 2^(-precision/2)
  ///   of the largest: beyond that the solution has less than half of the working precision left.
  public func factor(_ factorization: Factorization) throws(SeriesError) {
    if factorization.matrix.isConstant, factorization.isFactored { return }
    let size = factorization.size
    let factors = BallMatrixScratch(size)
    for row in 0..<size {
      for column in 0..<size {
        converter.read(
          factorization.matrix.lane(row * size + column, 0), digits: digitCounts[0],
          into: midpoint(factors.entry(row, column)))
      }
    }
    guard let inverse = factors.inverse(precision: precision, extra: 52 * digitCounts[0] - precision + 20)
    else {
      throw .singularMatrix(size: size)
    }
    for row in 0..<size {
      for column in 0..<size {
        let lane = factorization.inverse.lane(row * size + column, 0)
        if !converter.write(midpoint(inverse.entry(row, column)), to: lane, digits: digitCounts[0]) {
          isOutOfRange = true
        }
      }
    }
    if tracksErrors { recordInverse(of: factorization) }
    factorization.rows.forget()
    let isInRange = factorization.rows.publish(
      factorization.inverse.slot(0), blockStride: factorization.inverse.blockStride, 0,
      digits: digitCounts[0], kernels)
    if !isInRange { isOutOfRange = true }
    factorization.isFactored = true
  }

  public func solve(_ factorization: Factorization, _ output: Series, _ k: Int, _ right: Series) {
    let (columns, product) = factorization.product(with: right)
    columns.forget()
    if !columns.publish(right.slot(k), blockStride: right.blockStride, 0, digits: digitCounts[k], kernels) {
      isOutOfRange = true
    }
    let out = output
    for block in 0..<out.blocks {
      kernels.cauchy(
        out.slot(k) + block * out.blockStride, product.left(8 * block), product.right(8 * block), 0, 0, 0,
        digits(k), Int64(min(8, out.shape.count - 8 * block)))
    }
    recordSolution(output, k, factorization, right, product)
  }

  /// How well the stored inverse inverts the stored head, in balls.
  private func recordInverse(of factorization: Factorization) {
    let size = factorization.size
    let (matrix, inverse) = (BallMatrixScratch(size), BallMatrixScratch(size))
    for row in 0..<size {
      for column in 0..<size {
        let entry = row * size + column
        for (series, target) in [(factorization.matrix, matrix), (factorization.inverse, inverse)] {
          converter.read(
            series.lane(entry, 0), digits: digitCounts[0], into: midpoint(target.entry(row, column)))
        }
      }
    }
    factorization.inverseValues = inverse.doubles
    factorization.residuals =
      matrix.residual(ofInverse: inverse, precision: 52 * digitCounts[0] + 10)
      .magnitudes(timesPowerOfTwo: errorUnits.bits)
  }
}
