import Multiprecision

/// Proves, in balls, that a box contains exactly one stationary point with a given support and given active rows.
///
/// The unknowns are β on the support F, α on the active rows and μ on independent equalities; with the rows G of
/// both, restricted to F, they solve p sign(β_i)|β_i|^{p-1} = (Gᵀy)_i and G β_F = h. Krawczyk's operator
/// K(X) = m - C f(m) + (I - C f'(X))(X - m), with m the midpoint of the box X and C any matrix, maps X into its
/// interior: so f has exactly one zero in X. There β_i ≠ 0 on F, α > 0, and all other rows are slack: it is a
/// stationary point. Signs, and off the support zeros, are part of the statement.
public struct QuasiNormEnclosure: Certificate {
  public let programme: QuasiNormProgramme
  /// F.
  public let support: [Int]
  /// The active inequalities.
  public let active: [Int]
  /// β on F; then the multipliers of independent equalities and of the active rows.
  public let box: [Ball]

  /// β, with exact zeros off the support.
  public var point: [Ball] {
    let precision = box.first?.precision ?? Precision.minimum
    var point = Array(repeating: Ball(0, precision: precision), count: programme.constraints.dimension)
    for (coordinate, value) in zip(support, box) { point[coordinate] = value }
    return point
  }

  /// α on the active rows.
  public var multipliers: [Ball] { Array(box.suffix(active.count)) }

  /// Whether the point is a strict local minimum: with α > 0 on all active rows that is so exactly when these and
  /// the equalities leave no direction on the support. Otherwise it is a strict maximum along each of those.
  public var isStrictLocalMinimum: Bool {
    programme.constraints.activeMatrix(active).selectingColumns(support).rank() == support.count
  }

  public func check() throws(CertificateFailure) {
    let constraints = programme.constraints
    let d = constraints.dimension
    try CertificateFailure.require(
      Set(support).count == support.count && support.allSatisfy { (0..<d).contains($0) }
        && Set(active).count == active.count
        && active.allSatisfy { (0..<constraints.bounds.count).contains($0) },
      "support \(support) or active rows \(active) are not sets of indices")
    guard case .reduced(let reduction) = EqualityReduction.reduce(constraints) else {
      throw CertificateFailure("the equalities contradict each other")
    }
    let system = QuasiNormSystem(programme, reduction, support: support, active: active)
    try CertificateFailure.require(
      box.count == system.size, "a box of \(box.count) balls for \(system.size) unknowns")
    for (coordinate, value) in zip(support, box) {
      try CertificateFailure.require(value.isNonzero, "coordinate \(coordinate) may be zero: \(value)")
    }
    for (row, multiplier) in zip(active, multipliers) {
      try CertificateFailure.require(multiplier.isPositive, "the multiplier of row \(row) is \(multiplier)")
    }
    let members = Set(active)
    let precision = box.first?.precision ?? Precision.minimum
    for row in 0..<constraints.bounds.count where !members.contains(row) {
      let slack = zip(support, box).reduce(Ball(-constraints.bounds[row], precision: precision)) {
        sum, pair in
        sum + Ball(constraints.inequalities[row, pair.0], precision: precision) * pair.1
      }
      try CertificateFailure.require(slack.isPositive, "the slack of row \(row) is \(slack)")
    }
    guard let image = system.krawczyk(box) else {
      throw CertificateFailure("the derivative in the middle of the box is not invertible")
    }
    for (entry, (inner, outer)) in zip(image, box).enumerated() {
      try CertificateFailure.require(
        inner.isFinite && inner.isInsideInterior(of: outer),
        "Krawczyk's operator leaves the box at entry \(entry)")
    }
  }
}

extension Ball {
  /// Whether all of this ball lies strictly between the ends of the other one.
  ///
  /// With ends rounded outwards to the same precision, an inner end before the outer one is at most the number before
  /// it, which is strictly inside.
  fileprivate func isInsideInterior(of other: Ball) -> Bool {
    let precision = max(precision, other.precision)
    let (inner, outer) = (workingPrecision(precision), other.workingPrecision(precision))
    return inner.upperBound < outer.upperBound && inner.lowerBound > outer.lowerBound
  }
}
