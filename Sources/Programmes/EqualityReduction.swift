import Multiprecision

/// The constraints with equalities that do not depend on each other.
struct EqualityReduction {
  let constraints: LinearConstraints
  /// Indices of independent equalities; the others follow from them.
  let rows: [Int]

  enum Result {
    case reduced(EqualityReduction)
    /// The equalities contradict each other.
    case inconsistent(Multipliers)
  }

  /// Each equality is a combination of the independent ones: e_j = Σ_i R_ij e_i; so must f_j be.
  static func reduce(_ constraints: LinearConstraints) -> Result {
    let (rows, factor) = constraints.equalities.transposed().independentColumns()
    let values = rows.map { constraints.values[$0] }
    for (row, value) in constraints.values.enumerated() {
      let combination = rows.isEmpty ? [] : factor.column(row)
      let gap = value - dot(combination, values)
      if gap.isZero { continue }
      var multipliers = [Rational].zeros(constraints.values.count)
      for (i, independent) in rows.enumerated() { multipliers[independent] = -combination[i] }
      multipliers[row] += 1
      let sign = Rational(gap.signum())
      return .inconsistent(
        Multipliers(inequalities: .zeros(constraints.bounds.count), equalities: multipliers.scaled(by: sign)))
    }
    return .reduced(EqualityReduction(constraints: constraints, rows: rows))
  }

  /// G: the independent equalities, then all inequalities.
  var matrix: Matrix<Rational> {
    constraints.equalities.selectingRows(rows).stacked(over: constraints.inequalities)
  }

  var bounds: [Rational] { rows.map { constraints.values[$0] } + constraints.bounds }

  /// Multipliers of rows of G, as multipliers of the constraints.
  func multipliers(_ entries: [(row: Int, value: Rational)]) -> Multipliers {
    var inequalities = [Rational].zeros(constraints.bounds.count)
    var equalities = [Rational].zeros(constraints.values.count)
    for (row, value) in entries {
      if row < rows.count {
        equalities[rows[row]] += value
      } else {
        inequalities[row - rows.count] += value
      }
    }
    return Multipliers(inequalities: inequalities, equalities: equalities)
  }
}
