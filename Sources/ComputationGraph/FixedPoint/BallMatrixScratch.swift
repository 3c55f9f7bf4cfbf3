import Multiprecision

/// A square matrix of Arb's midpoints.
final class BallMatrixScratch {
  fileprivate let size: Int
  fileprivate let matrix: UnsafeMutablePointer<arb_mat_struct>

  init(_ size: Int) {
    self.size = size
    matrix = .allocate(capacity: 1)
    arb_mat_init(matrix, size, size)
  }

  deinit {
    arb_mat_clear(matrix)
    matrix.deallocate()
  }

  func entry(_ row: Int, _ column: Int) -> UnsafeMutablePointer<arb_struct> {
    arb_mat_entry_ptr(matrix, row, column)
  }

  /// The inverse by LU factors, which replace the matrix; nil where the pivots, of the matrix with rows and columns scaled
  /// alike, spread over more than half of `precision`. It is computed with `extra` bits more, and as many again as the
  /// pivots spread over.
  func inverse(precision: Int, extra: Int) -> BallMatrixScratch? {
    let scaling = MatrixScaling(of: matrix, size: size)
    scaling.apply(to: matrix)
    let pivots = UnsafeMutablePointer<Int>.allocate(capacity: max(size, 1))
    defer { pivots.deallocate() }
    pivots.initialize(repeating: 0, count: max(size, 1))
    let working = precision + extra + precision / 2
    guard arb_mat_approx_lu(pivots, matrix, matrix, working) != 0 else { return nil }
    let spread = pivotSpread(matrix, size: size)
    guard spread < Double(precision) / 2 else { return nil }
    let result = BallMatrixScratch(size)
    arb_mat_one(result.matrix)
    arb_mat_approx_solve_lu_precomp(
      result.matrix, pivots, matrix, result.matrix,
      precision + extra + Int(clamping: max(spread, 0).rounded(.up)))
    scaling.unscale(inverse: result.matrix)
    return result
  }
}

extension BallMatrixScratch {
  /// Bounds of the entries' magnitudes times 2^exponent, by rows.
  func magnitudes(timesPowerOfTwo exponent: Int) -> [Double] {
    var magnitude = mag_struct()
    mag_init(&magnitude)
    defer { mag_clear(&magnitude) }
    return (0..<size * size).map { entry in
      arb_get_mag(&magnitude, self.entry(entry / size, entry % size))
      withUnsafeMutablePointer(to: &magnitude) { mag_mul_2exp_si($0, $0, exponent) }
      return mag_get_d(&magnitude)
    }
  }

  /// The midpoints, by rows.
  var doubles: [Double] {
    (0..<size * size).map { arf_get_d(midpoint(entry($0 / size, $0 % size)), fisherflow_round_down) }
  }

  /// 1 - A C in balls.
  func residual(ofInverse inverse: BallMatrixScratch, precision: Int) -> BallMatrixScratch {
    let (result, one) = (BallMatrixScratch(size), BallMatrixScratch(size))
    arb_mat_one(one.matrix)
    arb_mat_mul(result.matrix, matrix, inverse.matrix, precision)
    arb_mat_sub(result.matrix, one.matrix, result.matrix, precision)
    return result
  }
}

/// log2 of the ratio of the largest to the smallest pivot of LU factors.
func pivotSpread(_ factors: UnsafeMutablePointer<arb_mat_struct>, size: Int) -> Double {
  var (smallest, largest) = (Double.infinity, -Double.infinity)
  for row in 0..<size {
    let pivot = midpoint(arb_mat_entry_ptr(factors, row, row))
    guard arf_is_zero(pivot) == 0, arf_is_finite(pivot) != 0 else { return .infinity }
    var magnitude = mag_struct()
    mag_init(&magnitude)
    arf_get_mag(&magnitude, pivot)
    let size = mag_get_d_log2_approx(&magnitude)
    mag_clear(&magnitude)
    (smallest, largest) = (min(smallest, size), max(largest, size))
  }
  return largest - smallest
}
