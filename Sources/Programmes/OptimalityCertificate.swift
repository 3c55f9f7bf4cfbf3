import Multiprecision

/// Proves that x minimises c·x: x is feasible, (λ, μ) is feasible for the dual, and both have the same value.
///
/// For any feasible x' then c·x' = λ·(A x') + μ·(E x') ≥ b·λ + f·μ = c·x.
public struct OptimalityCertificate: Certificate, Hashable {
  public let programme: LinearProgramme
  /// x.
  public let primal: [Rational]
  /// (λ, μ).
  public let dual: Multipliers

  public init(programme: LinearProgramme, primal: [Rational], dual: Multipliers) {
    self.programme = programme
    self.primal = primal
    self.dual = dual
  }

  /// c·x.
  public var value: Rational { dot(programme.cost, primal) }

  /// The inequalities that hold with equality at x.
  public var activeRows: [Int] { programme.constraints.activeRows(at: primal) }

  public func check() throws(CertificateFailure) {
    let constraints = programme.constraints
    try constraints.requireFeasible(primal)
    try dual.requireNonnegative(for: constraints)
    for (column, (found, cost)) in zip(constraints.combination(dual), programme.cost).enumerated() {
      try CertificateFailure.require(
        found == cost, "the multipliers give \(found) for cost \(column), \(cost)")
    }
    let bound = constraints.bound(dual)
    try CertificateFailure.require(bound == value, "the dual's value \(bound) is not the primal's, \(value)")
  }
}

/// Proves that no x has A x ≥ b and E x = f (Farkas): λ ≥ 0, Aᵀλ + Eᵀμ = 0 and b·λ + f·μ > 0.
public struct InfeasibilityCertificate: Certificate, Hashable {
  public let constraints: LinearConstraints
  /// (λ, μ).
  public let multipliers: Multipliers

  public init(constraints: LinearConstraints, multipliers: Multipliers) {
    self.constraints = constraints
    self.multipliers = multipliers
  }

  public func check() throws(CertificateFailure) {
    try multipliers.requireNonnegative(for: constraints)
    for (column, found) in constraints.combination(multipliers).enumerated() {
      try CertificateFailure.require(
        found.isZero, "the multipliers give \(found) in column \(column), not zero")
    }
    let bound = constraints.bound(multipliers)
    try CertificateFailure.require(bound.signum() > 0, "the multipliers bound zero by \(bound) from below")
  }
}

/// Proves that c·x has no lower bound: x is feasible, and A r ≥ 0, E r = 0, c·r < 0.
public struct UnboundednessCertificate: Certificate, Hashable {
  public let programme: LinearProgramme
  /// x.
  public let point: [Rational]
  /// r.
  public let ray: [Rational]

  public init(programme: LinearProgramme, point: [Rational], ray: [Rational]) {
    self.programme = programme
    self.point = point
    self.ray = ray
  }

  public func check() throws(CertificateFailure) {
    let constraints = programme.constraints
    try constraints.requireFeasible(point)
    try constraints.requireRecession(ray)
    let descent = dot(programme.cost, ray)
    try CertificateFailure.require(descent.signum() < 0, "the cost along the ray is \(descent)")
  }
}

extension LinearConstraints {
  /// Checks A r ≥ 0 and E r = 0.
  func requireRecession(_ ray: [Rational]) throws(CertificateFailure) {
    try CertificateFailure.require(
      ray.count == dimension, "a ray of \(ray.count) entries in dimension \(dimension)")
    for (row, rate) in inequalities.times(ray).enumerated() {
      try CertificateFailure.require(rate.signum() >= 0, "inequality \(row) falls by \(-rate) along the ray")
    }
    for (row, rate) in equalities.times(ray).enumerated() {
      try CertificateFailure.require(rate.isZero, "equality \(row) changes by \(rate) along the ray")
    }
  }
}
