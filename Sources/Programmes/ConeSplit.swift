import Multiprecision

/// The exact split of the rows of a cone {v : C v ≥ 0, D v = 0} into those that can be positive and those that
/// are zero on all of it.
///
/// By Motzkin's theorem of the alternative exactly one of the two holds for each row c_n: some v of the cone has
/// c_n·v > 0; or there is α ≥ 0 with α_n > 0 and Cᵀα + Dᵀμ = 0 for some μ. Sums of such v, and sums of such
/// (α, μ), serve all rows at once. The certificate has one v with c_n·v ≥ 1 on the first kind and 0 on the second,
/// and one α with α_n = 0 on the first kind and α_n ≥ 1 on the second. Any v' of the cone then has
/// Σ α_n c_n·v' = -μ·D v' = 0, so c_n·v' = 0 on the second kind.
public struct ConeSplit: Certificate, Hashable {
  /// C.
  public let rows: Matrix<Rational>
  /// D.
  public let subspace: Matrix<Rational>
  /// v.
  public let direction: [Rational]
  /// (α, μ).
  public let multipliers: Multipliers

  /// The rows that are zero on the whole cone.
  public var zeroRows: [Int] { multipliers.support }

  /// The rows that are positive in the cone's relative interior.
  public var positiveRows: [Int] {
    multipliers.inequalities.indices.filter { multipliers.inequalities[$0].isZero }
  }

  public func check() throws(CertificateFailure) {
    let cone = try constraints()
    try multipliers.requireNonnegative(for: cone)
    try cone.requireRecession(direction)
    for (row, (value, weight)) in zip(rows.times(direction), multipliers.inequalities).enumerated() {
      try CertificateFailure.require(
        weight.isZero ? value >= 1 : value.isZero && weight >= 1,
        "row \(row) is \(value) with multiplier \(weight)")
    }
    for (column, found) in cone.combination(multipliers).enumerated() {
      try CertificateFailure.require(
        found.isZero, "the multipliers give \(found) in column \(column), not zero")
    }
  }

  private func constraints() throws(CertificateFailure) -> LinearConstraints {
    do {
      return try LinearConstraints(
        inequalities: rows, bounds: .zeros(rows.rows), equalities: subspace, values: .zeros(subspace.rows))
    } catch {
      throw CertificateFailure("\(error)")
    }
  }
}
