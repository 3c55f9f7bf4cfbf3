import Multiprecision

/// Proves that β has the least ‖β‖₁ with A β ≥ b and E β = f: β is feasible, g = Aᵀλ + Eᵀμ has |g_i| ≤ 1, λ ≥ 0, and
/// b·λ + f·μ = ‖β‖₁.
///
/// For any feasible β' then ‖β'‖₁ ≥ g·β' ≥ b·λ + f·μ = ‖β‖₁. So g_i = sign β_i on the support of β.
public struct LeastAbsoluteCertificate: Certificate, Hashable {
  public let constraints: LinearConstraints
  /// β.
  public let point: [Rational]
  /// (λ, μ); with equalities only ν = μ, and g = Xᵀν.
  public let multipliers: Multipliers

  public init(constraints: LinearConstraints, point: [Rational], multipliers: Multipliers) {
    self.constraints = constraints
    self.point = point
    self.multipliers = multipliers
  }

  /// ‖β‖₁; with b = 1 the ℓ1 margin is its inverse.
  public var value: Rational { point.map(\.magnitude).reduce(0, +) }

  /// g = Aᵀλ + Eᵀμ.
  public var correlations: [Rational] { constraints.combination(multipliers) }

  /// The coordinates with β_i ≠ 0.
  public var support: [Int] { point.indices.filter { !point[$0].isZero } }

  /// The inequalities that hold with equality at β.
  public var activeRows: [Int] { constraints.activeRows(at: point) }

  /// max |g_i| over the coordinates with β_i = 0, for these multipliers; 0 if there are none.
  public var largestCorrelationOffSupport: Rational {
    zip(point, correlations).filter { $0.0.isZero }.map(\.1.magnitude).max() ?? 0
  }

  public func check() throws(CertificateFailure) {
    try constraints.requireFeasible(point)
    try multipliers.requireNonnegative(for: constraints)
    for (coordinate, correlation) in correlations.enumerated() {
      try CertificateFailure.require(
        correlation.magnitude <= 1, "the correlation of coordinate \(coordinate) is \(correlation)")
    }
    let bound = constraints.bound(multipliers)
    try CertificateFailure.require(bound == value, "the dual's value \(bound) is not the norm, \(value)")
  }
}
