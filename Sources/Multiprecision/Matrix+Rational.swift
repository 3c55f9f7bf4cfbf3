import CFLINT

/// Exact linear algebra, by FLINT.
extension Matrix where Scalar == Rational {
  /// The reduced row echelon form and its rank.
  public func rowReduced() -> (matrix: Matrix<Rational>, rank: Int) {
    let result = RationalMatrixStorage.make(rows: rows, columns: columns)
    let rank = result.withUnsafeMutablePointerToElements { reduced in
      RationalMatrixStorage.make(self).withUnsafeMutablePointerToElements { fmpq_mat_rref(reduced, $0) }
    }
    return (result.matrix, rank)
  }

  public func rank() -> Int { rowReduced().rank }

  /// - Throws: `notSquare`.
  public func determinant() throws(LinearAlgebraError) -> Rational {
    guard isSquare else { throw .notSquare(shape) }
    var value = fmpq()
    fmpq_init(&value)
    defer { fmpq_clear(&value) }
    RationalMatrixStorage.make(self).withUnsafeMutablePointerToElements { fmpq_mat_det(&value, $0) }
    return Rational { fmpq_get_mpq($0, &value) }
  }

  /// - Throws: `notSquare`, `singular`.
  public func inverse() throws(LinearAlgebraError) -> Matrix<Rational> {
    try solve(.identity(rows))
  }

  /// The X with A X = B.
  ///
  /// - Throws: `notSquare`, `dimensionMismatch`, `singular`.
  public func solve(_ right: Matrix<Rational>) throws(LinearAlgebraError) -> Matrix<Rational> {
    guard isSquare else { throw .notSquare(shape) }
    guard rows == right.rows else { throw .dimensionMismatch(shape, right.shape) }
    let result = RationalMatrixStorage.make(rows: rows, columns: right.columns)
    let isSolved = result.withUnsafeMutablePointerToElements { x in
      RationalMatrixStorage.make(self).withUnsafeMutablePointerToElements { a in
        RationalMatrixStorage.make(right).withUnsafeMutablePointerToElements { fmpq_mat_solve(x, a, $0) != 0 }
      }
    }
    if !isSolved { throw .singular }
    return result.matrix
  }

  /// Whether the matrix is symmetric and all its pivots without row exchanges are positive.
  public var isPositiveDefinite: Bool {
    guard isSquare, self == transposed() else { return false }
    var rest = self
    for k in 0..<rows {
      guard rest[k, k].signum() > 0 else { return false }
      for i in (k + 1)..<rows where !rest[i, k].isZero {
        let factor = rest[i, k] / rest[k, k]
        for j in k..<columns { rest[i, j] -= factor * rest[k, j] }
      }
    }
    return true
  }

  /// A basis of {x : A x = 0}, one vector a column.
  public func nullspaceBasis() -> Matrix<Rational> {
    let (reduced, rank) = rowReduced()
    let pivots = Self.pivotColumns(reduced, rank: rank)
    let free = (0..<columns).filter { !pivots.contains($0) }
    return Matrix(rows: columns, columns: free.count) { i, j in
      if let row = pivots.firstIndex(of: i) { return -reduced[row, free[j]] }
      return i == free[j] ? 1 : 0
    }
  }

  /// The Moore-Penrose inverse, exactly, for any rank.
  ///
  /// From the full-rank factorisation A = C R, C the pivot columns and R the nonzero rows of the reduced form:
  /// A⁺ = Rᵀ (R Rᵀ)⁻¹ (Cᵀ C)⁻¹ Cᵀ.
  public func moorePenroseInverse() -> Matrix<Rational> {
    let (reduced, rank) = rowReduced()
    let pivots = Self.pivotColumns(reduced, rank: rank)
    let c = Matrix(rows: rows, columns: rank) { self[$0, pivots[$1]] }
    let r = Matrix(rows: rank, columns: columns) { reduced[$0, $1] }
    let (ct, rt) = (c.transposed(), r.transposed())
    // Both Gram matrices are positive definite: their factors have full rank.
    guard let left = try? (ct * c).solve(ct), let right = try? (r * rt).solve(left) else {
      preconditionFailure("a Gram matrix of full rank has an inverse")
    }
    return rt * right
  }

  /// The columns of the leading ones of a reduced row echelon form.
  private static func pivotColumns(_ reduced: Matrix<Rational>, rank: Int) -> [Int] {
    (0..<rank).compactMap { row in reduced.row(row).firstIndex { !$0.isZero } }
  }
}
