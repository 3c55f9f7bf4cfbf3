import CFLINT

extension BallMatrix {
  /// A rank that every matrix within the balls has at least.
  ///
  /// Elimination with complete pivoting, as long as some entry excludes zero; the pivot is the entry with the
  /// greatest lower bound. O(n^3) operations.
  public func certifiedRankLowerBound() -> Int {
    var rest = matrix
    var (openRows, openColumns) = (Array(0..<rows), Array(0..<columns))
    var rank = 0
    while let (i, j) = Self.bestPivot(of: rest, openRows, openColumns) {
      rank += 1
      openRows.removeAll { $0 == i }
      openColumns.removeAll { $0 == j }
      for row in openRows {
        let factor = rest[row, j] / rest[i, j]
        for column in openColumns { rest[row, column].subtractProduct(factor, rest[i, column]) }
      }
    }
    return rank
  }

  /// Whether every matrix within the balls has the rank min(rows, columns).
  public func certifiesFullRank() -> Bool { certifiedRankLowerBound() == min(rows, columns) }

  /// The place of the entry that is farthest from zero, if one excludes zero.
  private static func bestPivot(of matrix: Matrix<Ball>, _ rows: [Int], _ columns: [Int]) -> (Int, Int)? {
    var best: (Int, Int)?
    var bestBound = -Double.infinity
    for i in rows {
      for j in columns where matrix[i, j].isFinite && matrix[i, j].isNonzero {
        let bound = matrix[i, j].log10LowerMagnitude
        if best == nil || bound > bestBound { (best, bestBound) = ((i, j), bound) }
      }
    }
    return best
  }

  /// Whether the matrix is exact and has less than full rank.
  var isCertainlyRankDeficient: Bool {
    let entries = matrix.elements.compactMap(\.exactValue)
    guard entries.count == rows * columns else { return false }
    return Matrix(rows: rows, columns: columns, elements: entries).rank() < min(rows, columns)
  }
}

extension Ball {
  /// The one number in an exact ball; nil for other balls and for binary exponents beyond ±2^16.
  var exactValue: Rational? {
    withPointer { ball in
      let limit = 1 << 16
      guard isExact && isFinite else { return nil }
      let isModerate =
        arf_cmpabs_2exp_si(arb_mid_ptr(ball), limit) < 0 && arf_cmpabs_2exp_si(arb_mid_ptr(ball), -limit) > 0
      guard isModerate || isZero else { return nil }
      var fraction = fmpq()
      fmpq_init(&fraction)
      defer { fmpq_clear(&fraction) }
      arf_get_fmpq(&fraction, arb_mid_ptr(ball))
      return Rational { fmpq_get_mpq($0, &fraction) }
    }
  }
}
