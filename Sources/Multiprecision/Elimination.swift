/// Solves A X = B by Gaussian elimination with partial pivoting, for floating-point numbers.
///
/// Backward stable in practice; `isUnusable` tells a pivot that cannot be divided by. O(n^3) operations.
///
/// - Throws: `notSquare`, `dimensionMismatch`, `singular`.
func solveByElimination<Scalar: RealScalar & Comparable>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, isUnusable: (Scalar) -> Bool
) throws(LinearAlgebraError) -> Matrix<Scalar> {
  guard a.isSquare else { throw .notSquare(a.shape) }
  guard a.rows == b.rows else { throw .dimensionMismatch(a.shape, b.shape) }
  let size = a.rows
  var (left, right) = (a, b)
  for k in 0..<size {
    let sizes = (k..<size).map { left[$0, k] < .zero ? -left[$0, k] : left[$0, k] }
    let pivot = k + (sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0)
    if isUnusable(left[pivot, k]) { throw .singular }
    left.swapRows(k, pivot)
    right.swapRows(k, pivot)
    for i in (k + 1)..<size {
      let factor = left[i, k] / left[k, k]
      for j in k..<size { left[i, j] = left[i, j] - factor * left[k, j] }
      for j in 0..<right.columns { right[i, j] = right[i, j] - factor * right[k, j] }
    }
  }
  for k in (0..<size).reversed() {
    for j in 0..<right.columns {
      var rest = right[k, j]
      for i in (k + 1)..<size { rest = rest - left[k, i] * right[i, j] }
      right[k, j] = rest / left[k, k]
    }
  }
  return right
}
