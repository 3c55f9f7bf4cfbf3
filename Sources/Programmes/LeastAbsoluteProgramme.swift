import Multiprecision

/// Minimise ‖β‖₁ subject to A β ≥ b and E β = f, all data exact.
///
/// With E = X and f = y it is basis pursuit; with A = Z and b = 1 the direction of the largest ℓ1 margin. The dual
/// is: maximise b·λ + f·μ subject to |Aᵀλ + Eᵀμ| ≤ 1 entrywise and λ ≥ 0.
///
/// **Source**: docs/theory, T3 (b′) and T5.
public struct LeastAbsoluteProgramme: Sendable, Hashable {
  public let constraints: LinearConstraints

  public init(subjectTo constraints: LinearConstraints) { self.constraints = constraints }

  public enum Outcome: Sendable, Hashable {
    case optimal(LeastAbsoluteCertificate)
    case infeasible(InfeasibilityCertificate)

    public var optimum: LeastAbsoluteCertificate? {
      if case .optimal(let certificate) = self { certificate } else { nil }
    }
  }

  /// Solves the programme exactly and checks the certificate of the outcome.
  ///
  /// As the linear programme with fewer unknowns: the dual with one for each row, or the primal with β = p - q,
  /// p, q ≥ 0.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public func solve() throws(ProgrammeError) -> Outcome {
    let rowCount = constraints.bounds.count + constraints.values.count
    return try rowCount <= 2 * constraints.dimension ? solveDual() : solvePrimal()
  }

  /// Minimise -(b·λ + f·μ) subject to 1 - g ≥ 0, 1 + g ≥ 0, λ ≥ 0 with g = Aᵀλ + Eᵀμ: the multipliers of the first
  /// two blocks are β's positive and negative parts, and a ray is a Farkas certificate.
  func solveDual() throws(ProgrammeError) -> Outcome {
    let (d, m, k) = (constraints.dimension, constraints.bounds.count, constraints.values.count)
    let correlations = constraints.inequalities.stacked(over: constraints.equalities).transposed()
    let signs = Matrix<Rational>(rows: m, columns: m + k) { $0 == $1 ? 1 : 0 }
    let programme = try LinearProgramme(
      minimising: constraints.bounds.negated() + constraints.values.negated(),
      subjectTo: LinearConstraints(
        (-correlations).stacked(over: correlations).stacked(over: signs),
        atLeast: Array(repeating: -1, count: 2 * d) + .zeros(m)))
    func multipliers(_ vector: [Rational]) -> Multipliers {
      Multipliers(inequalities: Array(vector.prefix(m)), equalities: Array(vector.suffix(k)))
    }
    switch try programme.solve() {
    case .optimal(let found):
      let parts = found.dual.inequalities
      let point = Array(parts.prefix(d)).minus(Array(parts[d..<(2 * d)]))
      return try optimal(point, multipliers(found.primal))
    case .unbounded(let found):
      let certificate = InfeasibilityCertificate(
        constraints: constraints, multipliers: multipliers(found.ray))
      return .infeasible(try certificate.checked())
    case .infeasible: throw .notCertified(CertificateFailure("λ = 0, μ = 0 is feasible for the dual"))
    }
  }

  /// Minimise Σ p + Σ q subject to A (p - q) ≥ b, E (p - q) = f, p ≥ 0, q ≥ 0.
  func solvePrimal() throws(ProgrammeError) -> Outcome {
    let (d, m) = (constraints.dimension, constraints.bounds.count)
    func split(_ matrix: Matrix<Rational>) -> Matrix<Rational> {
      Matrix(rows: matrix.rows, columns: 2 * d) { $1 < d ? matrix[$0, $1] : -matrix[$0, $1 - d] }
    }
    let programme = try LinearProgramme(
      minimising: Array(repeating: 1, count: 2 * d),
      subjectTo: LinearConstraints(
        inequalities: split(constraints.inequalities).stacked(over: .identity(2 * d)),
        bounds: constraints.bounds + .zeros(2 * d), equalities: split(constraints.equalities),
        values: constraints.values))
    func multipliers(_ found: Multipliers) -> Multipliers {
      Multipliers(inequalities: Array(found.inequalities.prefix(m)), equalities: found.equalities)
    }
    switch try programme.solve() {
    case .optimal(let found):
      let point = Array(found.primal.prefix(d)).minus(Array(found.primal.suffix(d)))
      return try optimal(point, multipliers(found.dual))
    case .infeasible(let found):
      let certificate = InfeasibilityCertificate(
        constraints: constraints, multipliers: multipliers(found.multipliers))
      return .infeasible(try certificate.checked())
    case .unbounded: throw .notCertified(CertificateFailure("a sum of absolute values is not unbounded"))
    }
  }

  private func optimal(_ point: [Rational], _ multipliers: Multipliers) throws(ProgrammeError) -> Outcome {
    .optimal(
      try LeastAbsoluteCertificate(constraints: constraints, point: point, multipliers: multipliers).checked()
    )
  }
}
