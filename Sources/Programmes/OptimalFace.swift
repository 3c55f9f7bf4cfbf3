import Multiprecision

/// All solutions of a linear programme: a point in the relative interior of the optimal face and multipliers in
/// the relative interior of the dual one.
///
/// The pair is strictly complementary (Goldman and Tucker 1956): each inequality either has λ > 0, then it is
/// active on the whole face, or is slack at the point. So the affine hull of the face is the point plus
/// {v : a_i·v = 0 for the rows with λ_i > 0, E v = 0}, and the solution is unique exactly when that is {0}.
public struct OptimalFace: Certificate, Hashable {
  /// The strictly complementary pair.
  public let optimum: OptimalityCertificate

  /// A point of the face that lies on no inequality other than those of `activeRows`.
  public var point: [Rational] { optimum.primal }

  /// The inequalities that are active on the whole face; all others are slack at `point`.
  public var activeRows: [Int] { optimum.dual.support }

  /// A basis of the directions of the face's affine hull, one a column; no columns for a unique solution.
  public var directions: Matrix<Rational> {
    optimum.programme.constraints.activeMatrix(activeRows).nullspaceBasis()
  }

  /// The dimension of the face; 0 for a unique solution.
  public var dimension: Int {
    point.count - optimum.programme.constraints.activeMatrix(activeRows).rank()
  }

  public var isUnique: Bool { dimension == 0 }

  public func check() throws(CertificateFailure) {
    try optimum.check()
    let slacks = optimum.programme.constraints.slacks(at: point)
    for (row, (slack, multiplier)) in zip(slacks, optimum.dual.inequalities).enumerated() {
      try CertificateFailure.require(
        slack.isZero != multiplier.isZero, "inequality \(row) has slack \(slack) and multiplier \(multiplier)"
      )
    }
  }
}

extension LinearConstraints {
  /// The equalities, then the inequalities of these indices.
  func activeMatrix(_ rows: [Int]) -> Matrix<Rational> {
    equalities.stacked(over: inequalities.selectingRows(rows))
  }
}

extension OptimalityCertificate {
  /// Whether every inequality that is active at x has λ > 0.
  public var isStrictlyComplementary: Bool { activeRows == dual.support }

  /// Whether x is the only solution.
  ///
  /// It is where the rows with λ > 0 and the equalities have rank d; otherwise the optimal face decides.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func isUnique() throws(ProgrammeError) -> Bool {
    if programme.constraints.activeMatrix(dual.support).rank() == primal.count {
      _ = try checked()
      return true
    }
    return try face().isUnique
  }

  /// The optimal face, with its own certificate.
  ///
  /// The rows that are active with λ = 0 span, with the rows of positive λ as equalities, the cone of directions
  /// that stay on the face; its split tells which of them leave zero, and gives multipliers to the others.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func face() throws(ProgrammeError) -> OptimalFace {
    _ = try checked()
    let constraints = programme.constraints
    let support = dual.support
    let strict = Set(support)
    let weak = activeRows.filter { !strict.contains($0) }
    if weak.isEmpty { return try OptimalFace(optimum: self).checked() }
    let split = try ConeSplit.find(
      rows: constraints.inequalities.selectingRows(weak),
      subspace: constraints.inequalities.selectingRows(support).stacked(over: constraints.equalities))
    let slacks = constraints.slacks(at: primal)
    let rates = constraints.inequalities.times(split.direction)
    let step = Self.safeStep(zip(slacks, rates).filter { $0.0.signum() > 0 })

    var inequalities = [Rational].zeros(constraints.bounds.count)
    for (row, value) in zip(weak, split.multipliers.inequalities) { inequalities[row] = value }
    for (row, value) in zip(support, split.multipliers.equalities) { inequalities[row] = value }
    let change = Multipliers(
      inequalities: inequalities, equalities: Array(split.multipliers.equalities.dropFirst(support.count)))
    let dualStep = Self.safeStep(support.map { (dual.inequalities[$0], inequalities[$0]) })
    let pair = OptimalityCertificate(
      programme: programme, primal: primal.plus(split.direction.scaled(by: step)),
      dual: dual.adding(change, times: dualStep))
    return try OptimalFace(optimum: pair).checked()
  }

  /// A t in (0, 1] with value + t·rate > 0 for all pairs of a positive value and its rate.
  private static func safeStep(_ pairs: [(value: Rational, rate: Rational)]) -> Rational {
    pairs.filter { $0.rate.signum() < 0 }.map { $0.value / (-2 * $0.rate) }.min().map { min($0, 1) } ?? 1
  }
}
