import Multiprecision

extension LinearProgramme {
  /// Solves the programme exactly and checks the certificate of the outcome.
  ///
  /// A basis is guessed in `Double`, then the exact simplex method goes on from it: mostly for no steps at all,
  /// and for as many as it takes where the guess is wrong.
  ///
  /// **Complexity**: a step of the exact method costs two or three exact solves of size d and a product with A.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public func solve() throws(ProgrammeError) -> Outcome { try solveWithBasis().outcome }

  /// The outcome and, for an optimum, the inequalities of the basis it was found at.
  func solveWithBasis() throws(ProgrammeError) -> (outcome: Outcome, basis: [Int]) {
    let run: SimplexRun
    switch try SimplexRun.run(constraints, cost: cost) {
    case .infeasible(let certificate): return (.infeasible(certificate), [])
    case .stopped(let result): run = result
    }
    if let ray = run.ray {
      return (
        .unbounded(try UnboundednessCertificate(programme: self, point: run.point, ray: ray).checked()), []
      )
    }
    let certificate = OptimalityCertificate(programme: self, primal: run.point, dual: run.multipliers)
    return (.optimal(try certificate.checked()), run.basis)
  }
}

extension LinearConstraints {
  public enum Feasibility: Sendable, Hashable {
    /// A point that fulfils the constraints (`isFeasible` checks it).
    case feasible([Rational])
    case infeasible(InfeasibilityCertificate)
  }

  /// A feasible point, or the proof that there is none.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public func feasibility() throws(ProgrammeError) -> Feasibility {
    switch try SimplexRun.run(self, cost: nil) {
    case .infeasible(let certificate): return .infeasible(certificate)
    case .stopped(let run):
      do { try requireFeasible(run.point) } catch { throw .notCertified(error) }
      return .feasible(run.point)
    }
  }
}
