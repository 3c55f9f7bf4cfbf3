import Multiprecision

extension LinearConstraints {
  public enum EnclosedOutcome: Sendable {
    case optimal(EnclosedOptimum)
    case infeasible(InfeasibilityCertificate)
    case unbounded(EnclosedRay)
    /// The balls are too wide, or the cost is on the boundary between two vertices; with the condition that failed.
    case undecided(String)

    public var optimum: EnclosedOptimum? {
      if case .optimal(let certificate) = self { certificate } else { nil }
    }
  }

  /// Minimises a cost known in balls: x is found exactly for a cost in their middle, and then proved for all.
  ///
  /// - Throws: `shape`; `notCertified`, for a defect of this code.
  public func minimise(_ cost: EnclosedCost) throws(ProgrammeError) -> EnclosedOutcome {
    guard cost.rows.columns == dimension else {
      throw .shape("a cost in \(cost.rows.columns) unknowns for constraints in \(dimension)")
    }
    var reason = "a weight of the cost is not finite"
    // A short cost is faster; only where two vertices nearly tie all digits are needed.
    for precision in Set([min(128, cost.precision), cost.precision]).sorted() {
      guard let middle = cost.midpoint(precision: precision) else { break }
      let programme = try LinearProgramme(minimising: middle, subjectTo: self)
      let (outcome, basis) = try programme.solveWithBasis()
      do {
        switch outcome {
        case .infeasible(let certificate): return .infeasible(certificate)
        case .unbounded(let found):
          let ray = EnclosedRay(constraints: self, cost: cost, point: found.point, ray: found.ray)
          try ray.check()
          return .unbounded(ray)
        case .optimal(let found):
          guard let optimum = enclosedOptimum(cost, point: found.primal, basis: basis) else {
            throw CertificateFailure("the cost is not a combination of the active rows")
          }
          try optimum.check()
          return .optimal(optimum)
        }
      } catch {
        reason = "\(error)"
      }
    }
    return .undecided(reason)
  }

  /// T and U from G_Bᵀ Y = Wᵀ, with the basis's rows and independent equalities in G_B; nil without solution.
  func enclosedOptimum(_ cost: EnclosedCost, point: [Rational], basis: [Int]) -> EnclosedOptimum? {
    let equalityRows = equalities.transposed().independentColumns().columns
    let rows = equalities.selectingRows(equalityRows).stacked(over: inequalities.selectingRows(basis))
    let solution: Matrix<Rational>
    if rows.isSquare {
      guard let square = Rational.solution(rows.transposed(), cost.rows.transposed()) else { return nil }
      solution = square
    } else {
      let (columns, factor) = rows.stacked(over: cost.rows).transposed().independentColumns()
      guard columns == Array(0..<rows.rows) else { return nil }
      solution = factor.selectingColumns(Array(rows.rows..<factor.columns))
    }
    let count = cost.weights.count
    var equalityTransfer = Matrix<Rational>(rows: values.count, columns: count, repeating: 0)
    for (place, row) in equalityRows.enumerated() {
      for column in 0..<count { equalityTransfer[row, column] = solution[place, column] }
    }
    return EnclosedOptimum(
      constraints: self, cost: cost, point: point, basis: basis,
      transfer: solution.selectingRows(Array(equalityRows.count..<solution.rows)),
      equalityTransfer: equalityTransfer)
  }
}
