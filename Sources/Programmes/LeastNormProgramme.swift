import Multiprecision

/// Minimise ½|w|² subject to A w ≥ b and E w = f, all data exact; w is rational.
///
/// With A = Z and b = 1 the solution is the direction of the largest ℓ2 margin; with E = Z and f = 1 it is Z⁺1. The
/// objective is strictly convex: a solution is unique, and it exists when there is a feasible point.
///
/// **Source**: docs/theory, T2 and T5.
public struct LeastNormProgramme: Sendable, Hashable {
  public let constraints: LinearConstraints

  public init(subjectTo constraints: LinearConstraints) { self.constraints = constraints }

  public enum Outcome: Sendable, Hashable {
    case optimal(LeastNormCertificate)
    case infeasible(InfeasibilityCertificate)

    public var optimum: LeastNormCertificate? {
      if case .optimal(let certificate) = self { certificate } else { nil }
    }
  }

  /// Solves the programme exactly and checks the certificate of the outcome.
  ///
  /// The dual active-set method of Goldfarb and Idnani (1983) guesses the active rows in `Double` and then runs in
  /// exact arithmetic from the guess.
  ///
  /// - Throws: `notCertified`, for a defect of this code.
  public func solve() throws(ProgrammeError) -> Outcome {
    let reduction: EqualityReduction
    switch EqualityReduction.reduce(constraints) {
    case .inconsistent(let multipliers):
      let certificate = InfeasibilityCertificate(constraints: constraints, multipliers: multipliers)
      return .infeasible(try certificate.checked())
    case .reduced(let result): reduction = result
    }
    let (rows, bounds, count) = (reduction.matrix, reduction.bounds, reduction.rows.count)
    let guess = ActiveSetGuess.find(rows: rows, bounds: bounds, equalityCount: count)
    guard
      var method = ActiveSetMethod<Rational>(rows: rows, bounds: bounds, equalityCount: count, active: guess)
    else { throw .notCertified(CertificateFailure("independent equalities have no solution")) }
    switch method.run() {
    case .optimal:
      let multipliers = reduction.multipliers(zip(method.active, method.multipliers).map { ($0, $1) })
      let certificate = LeastNormCertificate(
        constraints: constraints, point: method.point, multipliers: multipliers)
      return .optimal(try certificate.checked())
    case .infeasible(let row, let combination):
      let entries: [(Int, Rational)] = [(row, 1)] + zip(method.active, combination).map { ($0, -$1) }
      let certificate = InfeasibilityCertificate(
        constraints: constraints, multipliers: reduction.multipliers(entries))
      return .infeasible(try certificate.checked())
    case .abandoned:
      throw .notCertified(CertificateFailure("the exact active-set method stopped early"))
    }
  }
}
