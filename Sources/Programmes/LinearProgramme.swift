import Multiprecision

/// Minimise c·x subject to A x ≥ b and E x = f, x free, all data exact.
///
/// The dual is: maximise b·λ + f·μ subject to Aᵀλ + Eᵀμ = c and λ ≥ 0.
public struct LinearProgramme: Sendable, Hashable {
  /// c.
  public let cost: [Rational]
  public let constraints: LinearConstraints

  /// - Throws: `shape`.
  public init(minimising cost: [Rational], subjectTo constraints: LinearConstraints) throws(ProgrammeError) {
    guard cost.count == constraints.dimension else {
      throw .shape("a cost of \(cost.count) entries in dimension \(constraints.dimension)")
    }
    self.cost = cost
    self.constraints = constraints
  }

  /// The three cases, of which exactly one holds for each programme; each with its proof.
  public enum Outcome: Sendable, Hashable {
    case optimal(OptimalityCertificate)
    case infeasible(InfeasibilityCertificate)
    case unbounded(UnboundednessCertificate)

    public var optimum: OptimalityCertificate? {
      if case .optimal(let certificate) = self { certificate } else { nil }
    }
  }
}
