import Multiprecision

/// Powers of two for the rows and columns of a square matrix that make its largest entries about 1: R A C.
///
/// Exact. Whether a matrix is singular does not depend on the units of its rows and columns, and neither do pivots after
/// this.
struct MatrixScaling {
  /// The exponents of R and of C.
  let rows: [Int], columns: [Int]

  /// Rows are scaled first, then columns; a row or column of zeros is left as it is.
  init(of matrix: UnsafeMutablePointer<arb_mat_struct>, size: Int) {
    func exponent(_ row: Int, _ column: Int) -> Int? {
      let entry = midpoint(arb_mat_entry_ptr(matrix, row, column))
      guard arf_is_zero(entry) == 0, arf_is_finite(entry) != 0 else { return nil }
      let bound = arf_abs_bound_lt_2exp_si(entry)
      return bound.magnitude < 1 << 40 ? bound : nil
    }
    let indices = 0..<size
    let rows = indices.map { row in -(indices.compactMap { exponent(row, $0) }.max() ?? 0) }
    columns = indices.map { column in
      -(indices.compactMap { row in exponent(row, column).map { $0 + rows[row] } }.max() ?? 0)
    }
    self.rows = rows
  }

  /// R A C in place of A.
  func apply(to matrix: UnsafeMutablePointer<arb_mat_struct>) { scale(matrix, rows, columns) }

  /// A⁻¹ = C X R in place of X = (R A C)⁻¹.
  func unscale(inverse: UnsafeMutablePointer<arb_mat_struct>) { scale(inverse, columns, rows) }

  private func scale(_ matrix: UnsafeMutablePointer<arb_mat_struct>, _ left: [Int], _ right: [Int]) {
    for (row, a) in left.enumerated() {
      for (column, b) in right.enumerated() {
        let entry = arb_mat_entry_ptr(matrix, row, column)
        arb_mul_2exp_si(entry, entry, a + b)
      }
    }
  }
}
