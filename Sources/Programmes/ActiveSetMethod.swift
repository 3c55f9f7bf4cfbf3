import Multiprecision

/// The dual active-set method for min ½|w|² subject to G w ≥ h, with equality in the first rows (Goldfarb and
/// Idnani 1983).
///
/// w always is the shortest point for the active rows alone, held with equality: w = G_Aᵀ y, y ≥ 0 on inequalities.
/// A violated row q is added along z = g_q - G_Aᵀ r, r = (G_A G_Aᵀ)⁻¹ G_A g_q; active rows whose multiplier
/// would fall below zero leave first.
///
/// **Termination**: each added row makes |w| larger, and w is determined by the active rows, so in exact arithmetic
/// no active set recurs. In `Double` a limit of steps stands in.
struct ActiveSetMethod<Scalar: SimplexScalar> {
  let rows: Matrix<Scalar>
  let bounds: [Scalar]
  let equalityCount: Int
  let stepLimit: Int
  /// Independent rows, the equalities first.
  private(set) var active: [Int]
  /// y, by position among the active rows.
  private(set) var multipliers: [Scalar] = []
  /// w.
  private(set) var point: [Scalar] = []

  enum Stop {
    case optimal
    /// `row` is violated, and equals Σ r_j g_j over the active rows with r_j ≤ 0 on inequalities.
    case infeasible(row: Int, combination: [Scalar])
    /// A limit of steps or a singular Gram matrix, in `Double`.
    case abandoned
  }

  /// Starts from the given active rows as far as they allow, else from the equalities; nil when these depend on
  /// each other.
  init?(
    rows: Matrix<Scalar>, bounds: [Scalar], equalityCount: Int, active: [Int]? = nil, stepLimit: Int = .max
  ) {
    self.rows = rows
    self.bounds = bounds
    self.equalityCount = equalityCount
    self.stepLimit = stepLimit
    self.active = Array(0..<equalityCount)
    if let active, start(from: active) { return }
    self.active = Array(0..<equalityCount)
    guard recompute() else { return nil }
  }

  /// Drops rows with negative multipliers, the most negative one each time.
  private mutating func start(from rows: [Int]) -> Bool {
    active = rows
    while recompute() {
      let inequalities = active.indices.filter { active[$0] >= equalityCount }
      guard let worst = inequalities.min(by: { multipliers[$0] < multipliers[$1] }),
        multipliers[worst].decidedSign < 0
      else { return true }
      active.remove(at: worst)
    }
    return false
  }

  mutating func run() -> Stop {
    var steps = 0
    while true {
      let slacks = zip((rows * Matrix(column: point)).elements, bounds).map { $0 - $1 }
      let violated = (equalityCount..<rows.rows).filter { slacks[$0].decidedSign < 0 }
      guard let entering = violated.min(by: { slacks[$0] < slacks[$1] }) else { return .optimal }
      if let stop = add(entering, slack: slacks[entering]) { return stop }
      steps += 1
      if steps >= stepLimit || active.count > rows.columns { return .abandoned }
    }
  }

  /// Adds a violated row; nil when that is done.
  private mutating func add(_ row: Int, slack start: Scalar) -> Stop? {
    let vector = rows.row(row)
    var slack = start
    while true {
      guard let r = projection(of: vector) else { return .abandoned }
      let z = zip(vector, transposedTimes(r)).map { $0 - $1 }
      let curvature = Self.dot(z, vector)
      let candidates = active.indices.filter { active[$0] >= equalityCount && r[$0].decidedSign > 0 }
      let blocking = candidates.min { multipliers[$0] / r[$0] < multipliers[$1] / r[$1] }
      if curvature.decidedSign > 0 {
        let full = (Scalar.zero - slack) / curvature
        if blocking.map({ full <= multipliers[$0] / r[$0] }) ?? true {
          active.append(row)
          return recompute() ? nil : .abandoned
        }
      }
      guard let blocking else { return .infeasible(row: row, combination: r) }
      let step = multipliers[blocking] / r[blocking]
      multipliers = zip(multipliers, r).map { $0 - step * $1 }
      if curvature.decidedSign > 0 { slack = slack + step * curvature }
      active.remove(at: blocking)
      multipliers.remove(at: blocking)
    }
  }

  /// w and y from the active rows: G_A G_Aᵀ y = h_A.
  private mutating func recompute() -> Bool {
    guard let y = solveGram(active.map { bounds[$0] }) else { return false }
    multipliers = y
    point = transposedTimes(y)
    return true
  }

  /// r with G_A G_Aᵀ r = G_A v.
  private func projection(of vector: [Scalar]) -> [Scalar]? {
    solveGram(active.map { Self.dot(rows.row($0), vector) })
  }

  private func solveGram(_ right: [Scalar]) -> [Scalar]? {
    let matrix = Matrix<Scalar>(rows: active.count, columns: rows.columns) { rows[active[$0], $1] }
    return Scalar.solution(matrix * matrix.transposed(), Matrix(column: right))?.elements
  }

  /// G_Aᵀ y.
  private func transposedTimes(_ y: [Scalar]) -> [Scalar] {
    (0..<rows.columns).map { column in
      zip(active, y).reduce(Scalar.zero) { $0 + rows[$1.0, column] * $1.1 }
    }
  }

  private static func dot(_ left: [Scalar], _ right: [Scalar]) -> Scalar {
    zip(left, right).reduce(Scalar.zero) { $0 + $1.0 * $1.1 }
  }
}
