import CFLINT

/// For symmetric matrices; only the lower triangle is read.
extension BallMatrix {
  /// The lower triangular L with A = L Lᵀ.
  ///
  /// - Throws: `notSquare`; `notPositiveDefinite` when no symmetric matrix within the balls is positive definite;
  ///   `undecided`.
  public func cholesky() throws(LinearAlgebraError) -> BallMatrix {
    guard rows == columns else { throw .notSquare(shape) }
    guard let factor = certifiedFactor else { throw firstPivotNotPositive() }
    return factor
  }

  /// Whether every symmetric matrix within the balls is positive definite.
  public var isCertifiedPositiveDefinite: Bool { rows == columns && certifiedFactor != nil }

  private var certifiedFactor: BallMatrix? {
    var isCertified = false
    let factor = BallMatrix(shape: shape, precision: precision) { result in
      withPointer { isCertified = arb_mat_cho(result, $0, precision) != 0 }
    }
    return isCertified ? factor : nil
  }

  /// Eliminates up to the first pivot that is not certainly positive, and tells whether it is certainly not.
  private func firstPivotNotPositive() -> LinearAlgebraError {
    var rest = matrix
    for k in 0..<rows {
      if rest[k, k].isNonpositive { return .notPositiveDefinite }
      if !rest[k, k].isPositive { return .undecided }
      for i in (k + 1)..<rows {
        let factor = rest[i, k] / rest[k, k]
        for j in (k + 1)...i { rest[i, j].subtractProduct(factor, rest[j, k]) }
      }
    }
    return .undecided
  }
}
