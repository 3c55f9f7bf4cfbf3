import Multiprecision

/// A simplex method ready to run: columns reduced until G has full column rank, and a basis guessed.
///
/// With G = G_P R, P independent columns, only x̂ = R x matters to the constraints: G x = G_P x̂, and x_P = x̂
/// with zeros elsewhere is one such x. A cost that is not a combination of R's rows falls for ever along a v with
/// G v = 0, if there is a feasible point at all.
struct SimplexStart {
  let rows: Matrix<Rational>
  /// The cost in x̂; nil where only a feasible point is wanted.
  let cost: [Rational]?
  /// A v with G v = 0 and c·v < 0, if there is one.
  let escape: [Rational]?
  let simplex: Simplex<Rational>?
  private let columns: [Int]
  private let dimension: Int

  init(_ reduction: EqualityReduction, cost fullCost: [Rational]?) {
    let (matrix, bounds, equalityCount) = (reduction.matrix, reduction.bounds, reduction.rows.count)
    dimension = matrix.columns
    // Where the guess is a basis, all columns are independent and need no elimination.
    if let guess = BasisGuess.find(
      rows: matrix, bounds: bounds, equalityCount: equalityCount, cost: fullCost),
      matrix.selectingRows(guess).rank() == dimension
    {
      (rows, cost, escape, columns) = (matrix, fullCost, nil, Array(0..<dimension))
      simplex = Simplex(rows: matrix, bounds: bounds, equalityCount: equalityCount, basis: guess)
      return
    }
    let (columns, factor) = matrix.independentColumns()
    let reduced = matrix.selectingColumns(columns)
    let escape = fullCost.flatMap { Self.escape($0, columns, factor) }
    let cost = escape == nil ? fullCost.map { cost in columns.map { cost[$0] } } : nil
    let guess = BasisGuess.find(rows: reduced, bounds: bounds, equalityCount: equalityCount, cost: cost)
    (rows, self.cost, self.escape, self.columns) = (reduced, cost, escape, columns)
    simplex = Simplex(rows: reduced, bounds: bounds, equalityCount: equalityCount, basis: guess)
  }

  /// With c - Rᵀc_P ≠ 0 in column j: v = ∓(e_j - Σ_i R_ij e_{P_i}).
  private static func escape(
    _ cost: [Rational], _ columns: [Int], _ factor: Matrix<Rational>
  ) -> [Rational]? {
    let rest = cost.minus(factor.transposedTimes(columns.map { cost[$0] }))
    guard let column = rest.firstIndex(where: { !$0.isZero }) else { return nil }
    var ray = [Rational].zeros(cost.count)
    for (i, pivot) in columns.enumerated() { ray[pivot] = -factor[i, column] }
    ray[column] = 1
    return ray.scaled(by: Rational(-rest[column].signum()))
  }

  /// Runs the method; for a feasible point only where there is no cost.
  func run(_ simplex: inout Simplex<Rational>) -> Simplex<Rational>.Stop {
    if let cost { simplex.minimise(cost) } else { simplex.findFeasiblePoint() }
  }

  /// The x (or direction) with a given x̂.
  func lift(_ reduced: [Rational]) -> [Rational] {
    var point = [Rational].zeros(dimension)
    for (column, value) in zip(columns, reduced) { point[column] = value }
    return point
  }
}
