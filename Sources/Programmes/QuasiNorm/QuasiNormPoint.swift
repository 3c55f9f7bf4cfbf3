import Multiprecision

/// A rational point with its support in the form |β_i| = ρ r_i^L, in which the quasi-norm's gradient is rational up
/// to the factor p ρ^{p-1}.
public struct QuasiNormPoint: Sendable, Hashable {
  public let programme: QuasiNormProgramme
  /// β.
  public let point: [Rational]
  /// ρ > 0.
  public let scale: Rational
  /// r_i > 0, one for each coordinate of the support.
  public let roots: [Rational]

  /// F: the coordinates with β_i ≠ 0.
  public var support: [Int] { point.indices.filter { !point[$0].isZero } }

  /// sign(β_i) r_i^{2-L} on the support: the gradient over p ρ^{p-1}.
  var gradient: [Rational] {
    zip(support, roots).map { coordinate, root in
      let size = (0..<(programme.depth - 2)).reduce(Rational(1)) { power, _ in power / root }
      return point[coordinate].signum() < 0 ? -size : size
    }
  }

  /// The vector that has these entries on the support and zeros elsewhere.
  func embedding(_ entries: [Rational]) -> [Rational] {
    var vector = [Rational].zeros(point.count)
    for (coordinate, value) in zip(support, entries) { vector[coordinate] = value }
    return vector
  }

  /// p ρ^{p-1}.
  public func gradientScale(precision: Int) -> Ball {
    let p = programme.exponent
    return Ball(p, precision: precision) * Ball.pow(Ball(scale, precision: precision), p - 1)
  }

  /// Checks feasibility and |β_i| = ρ r_i^L.
  func check() throws(CertificateFailure) {
    try programme.constraints.requireFeasible(point)
    try CertificateFailure.require(
      scale.signum() > 0 && roots.count == support.count, "\(roots.count) roots at scale \(scale)")
    for (coordinate, root) in zip(support, roots) {
      try CertificateFailure.require(root.signum() > 0, "the root of coordinate \(coordinate) is \(root)")
      let power = (0..<programme.depth).reduce(scale) { value, _ in value * root }
      try CertificateFailure.require(
        power == point[coordinate].magnitude, "coordinate \(coordinate) is not of size \(power)")
    }
  }
}

/// Proves that β is a stationary point: multipliers (α, μ), all over p ρ^{p-1}, with α ≥ 0, complementary, that give
/// the gradient on the support.
public struct QuasiNormStationarity: Certificate, Hashable {
  public let candidate: QuasiNormPoint
  /// (α, μ) over p ρ^{p-1}.
  public let multipliers: Multipliers

  public func check() throws(CertificateFailure) {
    try candidate.check()
    let constraints = candidate.programme.constraints
    try multipliers.requireNonnegative(for: constraints)
    let slacks = constraints.slacks(at: candidate.point)
    for (row, (slack, multiplier)) in zip(slacks, multipliers.inequalities).enumerated() {
      try CertificateFailure.require(
        slack.isZero || multiplier.isZero, "row \(row) has slack \(slack) and multiplier \(multiplier)")
    }
    let combination = constraints.combination(multipliers)
    for (coordinate, slope) in zip(candidate.support, candidate.gradient) {
      try CertificateFailure.require(
        combination[coordinate] == slope,
        "the multipliers give \(combination[coordinate]) for coordinate \(coordinate), \(slope)")
    }
  }
}

/// Proves that β is feasible but not stationary: v is supported where β is, keeps the active rows and the equalities,
/// and the quasi-norm falls along it at first order.
public struct QuasiNormDescent: Certificate, Hashable {
  public let candidate: QuasiNormPoint
  /// v.
  public let direction: [Rational]

  public func check() throws(CertificateFailure) {
    try candidate.check()
    try candidate.requireKeepsConstraints(direction)
    let slope = dot(candidate.embedding(candidate.gradient), direction)
    try CertificateFailure.require(slope.signum() < 0, "the slope along the direction is \(slope)")
  }
}

extension QuasiNormPoint {
  /// Checks that β + εv is feasible for small ε > 0 and has the support of β: v_i = 0 off the support, a_n·v ≥ 0 on
  /// active rows, E v = 0.
  func requireKeepsConstraints(_ direction: [Rational]) throws(CertificateFailure) {
    try CertificateFailure.require(
      direction.count == point.count, "a direction of \(direction.count) entries in dimension \(point.count)")
    for (value, change) in zip(point, direction) where value.isZero {
      try CertificateFailure.require(change.isZero, "the direction leaves the support")
    }
    let constraints = programme.constraints
    let rates = constraints.inequalities.times(direction)
    for row in constraints.activeRows(at: point) {
      try CertificateFailure.require(rates[row].signum() >= 0, "active row \(row) falls by \(-rates[row])")
    }
    for (row, rate) in constraints.equalities.times(direction).enumerated() {
      try CertificateFailure.require(rate.isZero, "equality \(row) changes by \(rate)")
    }
  }
}
