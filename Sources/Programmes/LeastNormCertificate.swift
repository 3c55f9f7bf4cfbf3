import Multiprecision

/// Proves that w is the shortest vector with A w ≥ b and E w = f (Karush, Kuhn and Tucker): w is feasible,
/// w = Aᵀα + Eᵀμ, α ≥ 0, and α_n = 0 wherever a_n·w > b_n.
public struct LeastNormCertificate: Certificate, Hashable {
  public let constraints: LinearConstraints
  /// w.
  public let point: [Rational]
  /// (α, μ).
  public let multipliers: Multipliers

  public init(constraints: LinearConstraints, point: [Rational], multipliers: Multipliers) {
    self.constraints = constraints
    self.point = point
    self.multipliers = multipliers
  }

  /// |w|²; with b = 1 the margin of w/|w| is 1/|w|.
  public var squaredNorm: Rational { dot(point, point) }

  /// The inequalities that hold with equality at w.
  public var activeRows: [Int] { constraints.activeRows(at: point) }

  /// The inequalities with α > 0 in these multipliers.
  public var support: [Int] { multipliers.support }

  /// Whether the active rows and the equalities are independent, so that α and μ are unique.
  public var hasUniqueMultipliers: Bool {
    let active = constraints.activeMatrix(activeRows)
    return active.rank() == active.rows
  }

  /// Whether α > 0 on all active rows, with these multipliers.
  public var isStrictlyComplementary: Bool { activeRows == support }

  public func check() throws(CertificateFailure) {
    try constraints.requireFeasible(point)
    try multipliers.requireNonnegative(for: constraints)
    for (entry, (found, value)) in zip(constraints.combination(multipliers), point).enumerated() {
      try CertificateFailure.require(
        found == value, "the multipliers give \(found) for entry \(entry), \(value)")
    }
    for (row, (slack, multiplier)) in zip(constraints.slacks(at: point), multipliers.inequalities)
      .enumerated()
    {
      try CertificateFailure.require(
        slack.isZero || multiplier.isZero, "row \(row) has slack \(slack) and multiplier \(multiplier)")
    }
  }

  /// The same solution with multipliers that are positive on as many active rows as any multipliers are.
  ///
  /// The multipliers of w are the dual solutions of the linear programme that minimises w·x under the same
  /// constraints, whose optimal face gives them. Active rows that have α_n = 0 here have it in all multipliers: the
  /// support is degenerate there, whatever the choice of α.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func withLargestSupport() throws(ProgrammeError) -> LeastNormCertificate {
    if isStrictlyComplementary { return try checked() }
    let programme = try LinearProgramme(minimising: point, subjectTo: constraints)
    let face = try OptimalityCertificate(programme: programme, primal: point, dual: multipliers).face()
    return try LeastNormCertificate(
      constraints: constraints, point: point, multipliers: face.optimum.dual
    ).checked()
  }
}
