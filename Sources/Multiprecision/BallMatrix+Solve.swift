import CFLINT

/// Rigorous solving: what is returned holds for every matrix within the balls.
extension BallMatrix {
  /// The X with A X = B.
  ///
  /// - Throws: `notSquare`, `dimensionMismatch`; `singular` when A is exact and singular; `undecided` when A is
  ///   not certified to be invertible.
  public func solve(_ right: BallMatrix) throws(LinearAlgebraError) -> BallMatrix {
    guard shape.rows == shape.columns else { throw .notSquare(shape) }
    guard rows == right.rows else { throw .dimensionMismatch(shape, right.shape) }
    let precision = max(self.precision, right.precision)
    var isCertified = false
    let solution = BallMatrix(shape: right.shape, precision: precision) { x in
      withPointer { a in right.withPointer { isCertified = arb_mat_solve(x, a, $0, precision) != 0 } }
    }
    if !isCertified { throw isCertainlyRankDeficient ? .singular : .undecided }
    return solution
  }

  /// - Throws: as `solve`.
  public func inverse() throws(LinearAlgebraError) -> BallMatrix {
    try solve(.identity(rows, precision: precision))
  }

  /// - Throws: `notSquare`.
  public func determinant() throws(LinearAlgebraError) -> Ball {
    guard rows == columns else { throw .notSquare(shape) }
    return Ball(precision: precision) { result in withPointer { arb_mat_det(result, $0, precision) } }
  }

  /// P A = L U with partial pivoting: `rowOrder[i]` is the row of A that stands in row i of P A.
  ///
  /// - Throws: `notSquare`; `singular` or `undecided` when a pivot cannot be told from zero.
  public func lu() throws(LinearAlgebraError) -> (rowOrder: [Int], lower: BallMatrix, upper: BallMatrix) {
    guard rows == columns else { throw .notSquare(shape) }
    var order = Array(0..<rows)
    var isCertified = false
    let factors = BallMatrix(shape: shape, precision: precision) { result in
      withPointer { isCertified = arb_mat_lu(&order, result, $0, precision) != 0 }
    }
    if !isCertified { throw isCertainlyRankDeficient ? .singular : .undecided }
    let (zero, one) = (Ball(0, precision: precision), Ball(1, precision: precision))
    let lower = Matrix<Ball>(rows: rows, columns: rows) { $0 == $1 ? one : $0 > $1 ? factors[$0, $1] : zero }
    let upper = Matrix<Ball>(rows: rows, columns: rows) { $0 <= $1 ? factors[$0, $1] : zero }
    return (order, BallMatrix(lower, precision: precision), BallMatrix(upper, precision: precision))
  }

  /// The Moore-Penrose inverse of a matrix of full rank: Aᵀ (A Aᵀ)⁻¹ for a wide one, (Aᵀ A)⁻¹ Aᵀ for a tall one.
  ///
  /// - Throws: `singular` when A is exact and has less than full rank; `undecided` when full rank is not certified.
  public func moorePenroseInverse() throws(LinearAlgebraError) -> BallMatrix {
    let isWide = rows <= columns
    let transpose = transposed()
    do {
      // G = A Aᵀ is symmetric: Aᵀ G⁻¹ = (G⁻¹ A)ᵀ.
      return isWide ? try gram().solve(self).transposed() : try transpose.gram().solve(transpose)
    } catch {
      throw isCertainlyRankDeficient ? .singular : .undecided
    }
  }
}
