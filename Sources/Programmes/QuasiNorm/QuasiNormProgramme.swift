import Multiprecision

/// Minimise Σ|β_i|^{2/L} subject to A β ≥ b and E β = f, for depth L ≥ 3: a quasi-norm, not convex.
///
/// Flows of depth L lead to its stationary points (Karush, Kuhn and Tucker), which need not be minima. With p = 2/L
/// and F the support of β, β is stationary if it is feasible and there are α ≥ 0 and μ with
/// p sign(β_i)|β_i|^{p-1} = (Aᵀα + Eᵀμ)_i on F and α_n = 0 wherever a_n·β > b_n. Nothing is asked off the support,
/// where |β_i|^p is steeper than any multiplier.
///
/// **Source**: docs/theory, T5.
public struct QuasiNormProgramme: Sendable, Hashable {
  public let constraints: LinearConstraints
  /// L.
  public let depth: Int

  /// - Throws: `notDefined` for a depth below 3: at 2 the objective is ‖β‖₁.
  public init(depth: Int, subjectTo constraints: LinearConstraints) throws(ProgrammeError) {
    guard depth >= 3 else { throw .notDefined("the quasi-norm has depth 3 or more, not \(depth)") }
    self.depth = depth
    self.constraints = constraints
  }

  /// p = 2/L.
  public var exponent: Rational { Rational(2, depth) }

  public enum Verdict: Sendable, Hashable {
    case stationary(QuasiNormStationarity)
    case notStationary(QuasiNormDescent)
    /// The point does not fulfil the constraints.
    case infeasible(CertificateFailure)
    /// A ratio |β_i/β_j| is not the L-th power of a rational: `enclosure` may decide.
    case irrational
  }

  /// Decides exactly whether a rational point is stationary, if the ratios of its entries are L-th powers.
  ///
  /// Then |β_i| = ρ r_i^L with rational r_i, and the gradient on the support is p ρ^{p-1} times the rational vector
  /// with the entries sign(β_i) r_i^{2-L}. That it is a combination of active rows with α ≥ 0, or that a direction
  /// descends, is a linear programme.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public func verdict(at point: [Rational]) throws(ProgrammeError) -> Verdict {
    do { try constraints.requireFeasible(point) } catch { return .infeasible(error) }
    let support = point.indices.filter { !point[$0].isZero }
    let scale = support.first.map { point[$0].magnitude } ?? 1
    var roots: [Rational] = []
    for coordinate in support {
      guard let root = (point[coordinate].magnitude / scale).exactRoot(depth) else { return .irrational }
      roots.append(root)
    }
    let candidate = QuasiNormPoint(programme: self, point: point, scale: scale, roots: roots)
    let active = constraints.activeRows(at: point)
    let local = try LinearProgramme(
      minimising: candidate.gradient,
      subjectTo: LinearConstraints(
        inequalities: constraints.inequalities.selectingRows(active).selectingColumns(support),
        bounds: .zeros(active.count), equalities: constraints.equalities.selectingColumns(support),
        values: .zeros(constraints.values.count)))
    switch try local.solve() {
    case .optimal(let found):
      var inequalities = [Rational].zeros(constraints.bounds.count)
      for (row, value) in zip(active, found.dual.inequalities) { inequalities[row] = value }
      let multipliers = Multipliers(inequalities: inequalities, equalities: found.dual.equalities)
      return .stationary(
        try QuasiNormStationarity(candidate: candidate, multipliers: multipliers).checked())
    case .unbounded(let found):
      return .notStationary(
        try QuasiNormDescent(candidate: candidate, direction: candidate.embedding(found.ray)).checked())
    case .infeasible: throw .notCertified(CertificateFailure("the direction zero is feasible"))
    }
  }
}
