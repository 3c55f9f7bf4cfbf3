import Multiprecision

extension ConeSplit {
  /// Finds the split and checks it.
  ///
  /// While C v ≥ 1 on the rows not known to be zero, C v = 0 on the others and D v = 0 has no solution, its Farkas
  /// multipliers prove more rows to be zero; so are all rows in the span of the zero rows and D, whose rank
  /// grows each time. At most d + 1 linear programmes.
  ///
  /// **Shapes**: C has d columns; D has d columns and may have no rows.
  ///
  /// - Throws: `shape`; `notCertified`, for a defect of this code.
  public static func find(
    rows: Matrix<Rational>, subspace: Matrix<Rational>
  ) throws(ProgrammeError) -> ConeSplit {
    var zero: [Int] = []
    var weights = Multipliers(inequalities: .zeros(rows.rows), equalities: .zeros(subspace.rows))
    while true {
      let members = Set(zero)
      let rest = (0..<rows.rows).filter { !members.contains($0) }
      let constraints = try LinearConstraints(
        inequalities: rows.selectingRows(rest), bounds: Array(repeating: 1, count: rest.count),
        equalities: rows.selectingRows(zero).stacked(over: subspace),
        values: .zeros(zero.count + subspace.rows))
      switch try constraints.feasibility() {
      case .feasible(let direction):
        return try ConeSplit(rows: rows, subspace: subspace, direction: direction, multipliers: weights)
          .checked()
      case .infeasible(let certificate):
        let found = certificate.multipliers
        var inequalities = [Rational].zeros(rows.rows)
        for (row, value) in zip(rest, found.inequalities) { inequalities[row] = value }
        for (row, value) in zip(zero, found.equalities) { inequalities[row] = value }
        let relation = Multipliers(
          inequalities: inequalities, equalities: Array(found.equalities.dropFirst(zero.count)))
        weights = absorb(relation, into: weights)
        weights = absorb(spannedRows(rows, subspace, zero: weights.support), into: weights)
        zero = weights.support
      }
    }
  }

  /// A positive multiple of the relation plus a multiple of the weights, large enough that all weights of rows in
  /// either are at least 1. New rows have positive multipliers in the relation.
  private static func absorb(_ relation: Multipliers, into weights: Multipliers) -> Multipliers {
    let fresh = relation.inequalities.indices.filter {
      weights.inequalities[$0].isZero && !relation.inequalities[$0].isZero
    }
    guard let least = fresh.map({ relation.inequalities[$0] }).min(), least.signum() > 0 else {
      return weights
    }
    let scaled = Multipliers(
      inequalities: relation.inequalities.map { $0 / least },
      equalities: relation.equalities.map { $0 / least })
    var factor: Rational = 1
    for row in weights.support {
      factor = max(factor, (1 - scaled.inequalities[row]) / weights.inequalities[row])
    }
    return scaled.adding(weights, times: factor)
  }

  /// The sum of the relations c_n - Σ ρ_i c_i - Σ σ_j d_j = 0 of all rows n in the span of the zero rows and D.
  private static func spannedRows(
    _ rows: Matrix<Rational>, _ subspace: Matrix<Rational>, zero: [Int]
  ) -> Multipliers {
    let members = Set(zero)
    let rest = (0..<rows.rows).filter { !members.contains($0) }
    let spanning = rows.selectingRows(zero).stacked(over: subspace)
    let (basis, factor) = spanning.stacked(over: rows.selectingRows(rest)).transposed().independentColumns()
    let rank = basis.filter { $0 < spanning.rows }.count
    var inequalities = [Rational].zeros(rows.rows)
    var equalities = [Rational].zeros(subspace.rows)
    for (i, row) in rest.enumerated() {
      let combination = factor.column(spanning.rows + i)
      guard combination.dropFirst(rank).allSatisfy(\.isZero) else { continue }
      inequalities[row] += 1
      for (place, value) in zip(basis, combination.prefix(rank)) {
        if place < zero.count {
          inequalities[zero[place]] -= value
        } else {
          equalities[place - zero.count] -= value
        }
      }
    }
    return Multipliers(inequalities: inequalities, equalities: equalities)
  }
}
