import Multiprecision

/// The maximum-margin solution argmin |w| subject to Z w ≥ 1 in double precision: gradient flow's limit direction
/// for the linear model.
///
/// Its dual is the complementarity problem a ≥ 0, g = G a - 1 ≥ 0, a·g = 0 with G = Z Zᵀ, solved by block principal
/// pivoting (Júdice and Pires 1994): all infeasible indices change sides at once while that reduces their number,
/// else the last of them alone, which ends for every positive definite G.
public struct MaximumMargin: Sendable {
  /// w.
  public let weights: [Double]
  /// By how much the constraints and the signs of the multipliers are violated at most: rounding only.
  public let violation: Double

  private static let patience = 3
  private static let iterations = 10_000
  private static let tolerance = 1e-12

  /// - Throws: `LinearAlgebraError.singular` for rows that are dependent; `undecided` where pivoting does not end.
  public init(_ margins: DoubleRows) throws(LinearAlgebraError) {
    let gram = margins.gram()
    let count = margins.count
    var isActive = [Bool](repeating: true, count: count)
    var (fewest, chances) = (count + 1, Self.patience)
    for _ in 0..<Self.iterations {
      let active = isActive.indices.filter { isActive[$0] }
      let solved = try gram.restricted(to: active).solve([Double](repeating: 1, count: active.count))
      var multipliers = [Double](repeating: 0, count: count)
      for (index, value) in zip(active, solved) { multipliers[index] = value }
      let weights = margins.transposedTimes(multipliers)
      let slacks = margins.times(weights).map { $0 - 1 }
      let infeasible = isActive.indices.filter {
        (isActive[$0] ? multipliers[$0] : slacks[$0]) < -Self.tolerance
      }
      guard let last = infeasible.last else {
        self.weights = weights
        violation = zip(multipliers, slacks).reduce(0) { max($0, -$1.0, -$1.1) }
        return
      }
      if infeasible.count < fewest {
        (fewest, chances) = (infeasible.count, Self.patience)
      } else {
        chances -= 1
      }
      for index in chances > 0 ? infeasible : [last] { isActive[index].toggle() }
    }
    throw .undecided
  }
}
