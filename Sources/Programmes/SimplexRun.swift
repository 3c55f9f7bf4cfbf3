import Multiprecision

/// What the exact simplex method found, in the terms of the constraints it was given.
struct SimplexRun {
  /// A feasible point: a vertex, up to directions that the constraints do not see.
  let point: [Rational]
  /// A direction along which the cost falls for ever, if there is one.
  let ray: [Rational]?
  /// The multipliers of an optimum; zero otherwise.
  let multipliers: Multipliers
  /// The inequalities of the last basis.
  let basis: [Int]

  enum Result {
    case stopped(SimplexRun)
    case infeasible(InfeasibilityCertificate)
  }

  /// - Throws: `notCertified`, for a defect of this code.
  static func run(_ constraints: LinearConstraints, cost: [Rational]?) throws(ProgrammeError) -> Result {
    let reduction: EqualityReduction
    switch EqualityReduction.reduce(constraints) {
    case .inconsistent(let multipliers):
      let certificate = InfeasibilityCertificate(constraints: constraints, multipliers: multipliers)
      return .infeasible(try certificate.checked())
    case .reduced(let result): reduction = result
    }
    let start = SimplexStart(reduction, cost: cost)
    var ray = start.escape
    guard var simplex = start.simplex else { throw lost }
    let stop = start.run(&simplex)
    switch stop {
    case .abandoned: throw lost
    case .infeasible(let row, let combination):
      let entries: [(Int, Rational)] = [(row, 1)] + zip(simplex.basis, combination).map { ($0, -$1) }
      let certificate = InfeasibilityCertificate(
        constraints: constraints, multipliers: reduction.multipliers(entries))
      return .infeasible(try certificate.checked())
    case .unbounded(let direction): ray = start.lift(direction)
    case .optimal: break
    }
    var entries: [(Int, Rational)] = []
    if let cost = start.cost, ray == nil {
      guard let y = simplex.combination(giving: cost) else { throw lost }
      entries = zip(simplex.basis, y).map { ($0, $1) }
    }
    guard let point = simplex.point() else { throw lost }
    let basis = simplex.basis.filter { $0 >= reduction.rows.count }.map { $0 - reduction.rows.count }
    return .stopped(
      SimplexRun(
        point: start.lift(point), ray: ray, multipliers: reduction.multipliers(entries), basis: basis.sorted()
      ))
  }

  /// A reduced programme has full column rank, so there is a basis; steps keep it one.
  private static var lost: ProgrammeError {
    .notCertified(CertificateFailure("the exact simplex method has no basis"))
  }
}
