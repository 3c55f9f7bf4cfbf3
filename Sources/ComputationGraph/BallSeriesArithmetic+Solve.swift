import Multiprecision

/// Linear solves in series: the head is factored once at each point of expansion.
extension BallSeriesArithmetic {
  /// The LU factors of the head of a matrix series.
  public final class Factorization {
    let matrix: BallSeries
    let size: Int
    let factors: UnsafeMutablePointer<arb_mat_struct>
    let rightHandSide: UnsafeMutablePointer<arb_mat_struct>
    let pivots: UnsafeMutablePointer<Int>
    /// The factors are those of the matrix scaled by this.
    fileprivate var scaling: MatrixScaling?
    var isFactored = false

    init(matrix: BallSeries, size: Int) {
      self.matrix = matrix
      self.size = size
      factors = .allocate(capacity: 1)
      rightHandSide = .allocate(capacity: 1)
      pivots = .allocate(capacity: size)
      pivots.initialize(repeating: 0, count: size)
      arb_mat_init(factors, size, size)
      arb_mat_init(rightHandSide, size, 1)
    }

    deinit {
      arb_mat_clear(factors)
      arb_mat_clear(rightHandSide)
      factors.deallocate()
      rightHandSide.deallocate()
      pivots.deallocate()
    }
  }

  /// - Throws: `singularMatrix` where a pivot of the matrix, with rows and columns scaled alike, is below 2^(-precision/2)
  ///   of the largest: beyond that the solution has less than half of the working precision left.
  public func factor(_ factorization: Factorization) throws(SeriesError) {
    if factorization.matrix.isConstant, factorization.isFactored { return }
    let size = factorization.size
    for row in 0..<size {
      for column in 0..<size {
        arf_set(
          midpoint(arb_mat_entry_ptr(factorization.factors, row, column)),
          midpoint(factorization.matrix.coefficient(row * size + column, 0)))
      }
    }
    let scaling = MatrixScaling(of: factorization.factors, size: size)
    scaling.apply(to: factorization.factors)
    factorization.scaling = scaling
    let isRegular = arb_mat_approx_lu(
      factorization.pivots, factorization.factors, factorization.factors, precision)
    guard isRegular != 0, pivotSpread(factorization.factors, size: size) < Double(precision) / 2 else {
      throw .singularMatrix(size: size)
    }
    factorization.isFactored = true
  }

  public func solve(_ factorization: Factorization, _ output: Series, _ k: Int, _ rightHandSide: Series) {
    let (c, b) = (output.coefficients, rightHandSide.coefficients)
    let (right, scaling) = (factorization.rightHandSide, factorization.scaling)
    func scale(_ row: Int, by exponents: [Int]?) {
      let entry = arb_mat_entry_ptr(right, row, 0)
      if let exponents { arb_mul_2exp_si(entry, entry, exponents[row]) }
    }
    for column in 0..<c.shape.columns {
      for row in 0..<factorization.size {
        arf_set(
          midpoint(arb_mat_entry_ptr(right, row, 0)),
          midpoint(b.coefficient(row * c.shape.columns + column, k)))
        scale(row, by: scaling?.rows)
      }
      arb_mat_approx_solve_lu_precomp(right, factorization.pivots, factorization.factors, right, bits(k))
      for row in 0..<factorization.size {
        scale(row, by: scaling?.columns)
        arf_swap(
          midpoint(arb_mat_entry_ptr(right, row, 0)),
          midpoint(c.coefficient(row * c.shape.columns + column, k)))
      }
    }
  }
}
