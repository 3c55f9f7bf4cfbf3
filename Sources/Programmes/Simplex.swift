import Multiprecision

/// The simplex method on vertices of {x : G x ≥ h, with equality in the first `equalityCount` rows}.
///
/// A basis is d rows of G that are independent, the equalities among them; its point x solves G_B x = h_B, its
/// multipliers y solve G_Bᵀ y = c. The dual method keeps y ≥ 0 (on inequalities) and mends violated rows; the
/// primal method keeps x feasible and lowers the cost.
///
/// **Termination**: the rule is the largest violation; from a step that does not change the value until one that
/// does, it is the least index (Bland 1977), for which no basis recurs. So in exact arithmetic each value is seen
/// for finitely many steps, values are monotone, and bases are finitely many. In `Double` a limit of steps stands
/// in.
///
/// **Shapes**: G has d columns and rank d; its first rows, the equalities, are independent.
struct Simplex<Scalar: SimplexScalar> {
  let rows: Matrix<Scalar>
  let bounds: [Scalar]
  let equalityCount: Int
  let stepLimit: Int
  /// d indices of rows.
  private(set) var basis: [Int]
  private(set) var steps = 0

  /// Nil when there is no basis to start from. A given basis is not used unless it is one.
  init?(
    rows: Matrix<Scalar>, bounds: [Scalar], equalityCount: Int, basis: [Int]? = nil, stepLimit: Int = .max
  ) {
    let size = rows.columns
    self.rows = rows
    self.bounds = bounds
    self.equalityCount = equalityCount
    self.stepLimit = stepLimit
    let unit = Matrix(rows: size, columns: 1, repeating: Scalar.zero)
    if let basis, Scalar.solution(Self.select(rows, basis), unit) != nil {
      self.basis = basis
    } else {
      guard let start = Scalar.independentRows(rows, fixed: equalityCount, count: size) else { return nil }
      self.basis = start
    }
  }

  enum Stop {
    /// The basis is optimal.
    case optimal
    /// `row` is violated, and equals Σ w_j g_j over the basis with w_j ≤ 0 on inequalities.
    case infeasible(row: Int, combination: [Scalar])
    /// From the basis's point, which is feasible, the cost falls for ever.
    case unbounded(ray: [Scalar])
    /// A limit of steps or a singular basis, in `Double`.
    case abandoned
  }

  /// Minimises the cost from the present basis, whatever it is.
  mutating func minimise(_ cost: [Scalar]) -> Stop {
    guard let x = point(), let y = combination(giving: cost) else { return .abandoned }
    if slacks(at: x).contains(where: { $0.decidedSign < 0 }) {
      if inequalityPositions.allSatisfy({ y[$0].decidedSign >= 0 }) {
        return restoreFeasibility(keeping: cost)
      }
      let stop = findFeasiblePoint()
      guard case .optimal = stop else { return stop }
    }
    return descend(cost)
  }

  /// The dual method from the present basis, for the cost in which all its multipliers are 1.
  mutating func findFeasiblePoint() -> Stop {
    var cost = [Scalar](repeating: .zero, count: rows.columns)
    for position in inequalityPositions {
      cost = zip(cost, rows.row(basis[position])).map { $0 + $1 }
    }
    return restoreFeasibility(keeping: cost)
  }

  private mutating func restoreFeasibility(keeping cost: [Scalar]) -> Stop {
    var usesLeastIndex = false
    while true {
      guard let x = point(), let y = combination(giving: cost) else { return .abandoned }
      guard let entering = violatedRow(slacks(at: x), leastIndex: usesLeastIndex) else { return .optimal }
      guard let w = combination(giving: rows.row(entering)) else { return .abandoned }
      let candidates = inequalityPositions.filter { w[$0].decidedSign > 0 }
      guard let leaving = leastRatio(candidates, index: { basis[$0] }, ratio: { y[$0] / w[$0] }) else {
        return .infeasible(row: entering, combination: w)
      }
      usesLeastIndex = y[leaving].decidedSign <= 0
      guard exchange(leaving, for: entering) else { return .abandoned }
    }
  }

  private mutating func descend(_ cost: [Scalar]) -> Stop {
    var usesLeastIndex = false
    while true {
      guard let x = point(), let y = combination(giving: cost) else { return .abandoned }
      guard let leaving = negativePosition(y, leastIndex: usesLeastIndex) else { return .optimal }
      guard let ray = direction(along: leaving) else { return .abandoned }
      let (slacks, rates) = (slacks(at: x), rates(along: ray))
      let members = Set(basis)
      let candidates = (equalityCount..<rows.rows).filter {
        !members.contains($0) && rates[$0].decidedSign < 0
      }
      guard let entering = leastRatio(candidates, index: { $0 }, ratio: { slacks[$0] / -rates[$0] }) else {
        return .unbounded(ray: ray)
      }
      usesLeastIndex = slacks[entering].decidedSign <= 0
      guard exchange(leaving, for: entering) else { return .abandoned }
    }
  }

  private mutating func exchange(_ position: Int, for row: Int) -> Bool {
    basis[position] = row
    steps += 1
    return steps < stepLimit
  }
}

/// What a basis determines.
extension Simplex {
  /// The x with G_B x = h_B.
  func point() -> [Scalar]? {
    Scalar.solution(Self.select(rows, basis), Matrix(column: basis.map { bounds[$0] }))?.elements
  }

  /// The y with G_Bᵀ y = `vector`, by position in the basis.
  func combination(giving vector: [Scalar]) -> [Scalar]? {
    Scalar.solution(Self.select(rows, basis).transposed(), Matrix(column: vector))?.elements
  }

  /// The p with G_B p = the unit vector of a position.
  private func direction(along position: Int) -> [Scalar]? {
    let unit = Matrix(rows: basis.count, columns: 1) { row, _ in row == position ? Scalar.one : .zero }
    return Scalar.solution(Self.select(rows, basis), unit)?.elements
  }

  private func rates(along direction: [Scalar]) -> [Scalar] { (rows * Matrix(column: direction)).elements }

  private func slacks(at point: [Scalar]) -> [Scalar] { zip(rates(along: point), bounds).map { $0 - $1 } }

  private var inequalityPositions: [Int] { basis.indices.filter { basis[$0] >= equalityCount } }

  private static func select(_ rows: Matrix<Scalar>, _ indices: [Int]) -> Matrix<Scalar> {
    Matrix(rows: indices.count, columns: rows.columns) { rows[indices[$0], $1] }
  }
}

/// The choices of a step; ties go to the least row.
extension Simplex {
  private func violatedRow(_ slacks: [Scalar], leastIndex: Bool) -> Int? {
    let violated = (equalityCount..<rows.rows).filter { slacks[$0].decidedSign < 0 }
    return leastIndex ? violated.first : violated.min { slacks[$0] < slacks[$1] }
  }

  private func negativePosition(_ y: [Scalar], leastIndex: Bool) -> Int? {
    let negative = inequalityPositions.filter { y[$0].decidedSign < 0 }
    return negative.min { leastIndex ? basis[$0] < basis[$1] : (y[$0], basis[$0]) < (y[$1], basis[$1]) }
  }

  private func leastRatio(_ candidates: [Int], index: (Int) -> Int, ratio: (Int) -> Scalar) -> Int? {
    candidates.map { (ratio($0), index($0), $0) }.min { ($0.0, $0.1) < ($1.0, $1.1) }?.2
  }
}
