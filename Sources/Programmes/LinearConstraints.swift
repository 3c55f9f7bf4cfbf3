import Multiprecision

/// A x ≥ b and E x = f, with exact data and free x.
///
/// **Shapes**: A is m×d, b has m entries, E is k×d, f has k entries; m and k may be 0. Rows may repeat, depend on
/// each other or be zero.
public struct LinearConstraints: Sendable, Hashable {
  /// A.
  public let inequalities: Matrix<Rational>
  /// b.
  public let bounds: [Rational]
  /// E.
  public let equalities: Matrix<Rational>
  /// f.
  public let values: [Rational]

  /// The number of unknowns, d.
  public var dimension: Int { inequalities.columns }

  /// - Throws: `shape`.
  public init(
    inequalities: Matrix<Rational>, bounds: [Rational], equalities: Matrix<Rational>, values: [Rational]
  ) throws(ProgrammeError) {
    guard inequalities.columns == equalities.columns else {
      throw .shape("inequalities in \(inequalities.columns) unknowns, equalities in \(equalities.columns)")
    }
    guard inequalities.rows == bounds.count, equalities.rows == values.count else {
      throw .shape(
        "\(inequalities.rows) inequalities with \(bounds.count) bounds, "
          + "\(equalities.rows) equalities with \(values.count) values")
    }
    self.inequalities = inequalities
    self.bounds = bounds
    self.equalities = equalities
    self.values = values
  }

  /// A x ≥ b.
  ///
  /// - Throws: `shape`.
  public init(_ inequalities: Matrix<Rational>, atLeast bounds: [Rational]) throws(ProgrammeError) {
    try self.init(
      inequalities: inequalities, bounds: bounds, equalities: .empty(columns: inequalities.columns),
      values: [])
  }

  /// E x = f.
  ///
  /// - Throws: `shape`.
  public init(_ equalities: Matrix<Rational>, equalTo values: [Rational]) throws(ProgrammeError) {
    try self.init(
      inequalities: .empty(columns: equalities.columns), bounds: [], equalities: equalities, values: values)
  }

  /// A x - b.
  ///
  /// - Precondition: `point` has d entries.
  public func slacks(at point: [Rational]) -> [Rational] {
    precondition(point.count == dimension, "a point of \(point.count) entries in dimension \(dimension)")
    return inequalities.times(point).minus(bounds)
  }

  /// E x - f.
  ///
  /// - Precondition: `point` has d entries.
  public func residuals(at point: [Rational]) -> [Rational] {
    precondition(point.count == dimension, "a point of \(point.count) entries in dimension \(dimension)")
    return equalities.times(point).minus(values)
  }

  /// The inequalities that hold with equality.
  ///
  /// - Precondition: `point` has d entries.
  public func activeRows(at point: [Rational]) -> [Int] {
    slacks(at: point).enumerated().filter { $0.element.isZero }.map(\.offset)
  }

  public func isFeasible(_ point: [Rational]) -> Bool { (try? requireFeasible(point)) != nil }

  func requireFeasible(_ point: [Rational]) throws(CertificateFailure) {
    try CertificateFailure.require(
      point.count == dimension, "a point of \(point.count) entries in dimension \(dimension)")
    for (row, slack) in slacks(at: point).enumerated() {
      try CertificateFailure.require(slack.signum() >= 0, "inequality \(row) is violated by \(-slack)")
    }
    for (row, residual) in residuals(at: point).enumerated() {
      try CertificateFailure.require(residual.isZero, "equality \(row) is off by \(residual)")
    }
  }
}

/// λ for the inequalities and μ for the equalities.
public struct Multipliers: Sendable, Hashable {
  /// λ; a certificate demands λ ≥ 0.
  public let inequalities: [Rational]
  /// μ, of any sign.
  public let equalities: [Rational]

  public init(inequalities: [Rational], equalities: [Rational]) {
    self.inequalities = inequalities
    self.equalities = equalities
  }

  /// The inequalities with λ > 0.
  public var support: [Int] { inequalities.indices.filter { !inequalities[$0].isZero } }

  func adding(_ other: Multipliers, times factor: Rational) -> Multipliers {
    Multipliers(
      inequalities: inequalities.plus(other.inequalities.scaled(by: factor)),
      equalities: equalities.plus(other.equalities.scaled(by: factor)))
  }

  /// Checks the shapes and λ ≥ 0.
  func requireNonnegative(for constraints: LinearConstraints) throws(CertificateFailure) {
    try CertificateFailure.require(
      inequalities.count == constraints.bounds.count && equalities.count == constraints.values.count,
      "\(inequalities.count) + \(equalities.count) multipliers for \(constraints.bounds.count) + "
        + "\(constraints.values.count) rows")
    for (row, value) in inequalities.enumerated() {
      try CertificateFailure.require(value.signum() >= 0, "multiplier \(row) is \(value), below zero")
    }
  }
}

extension LinearConstraints {
  /// Aᵀ λ + Eᵀ μ.
  func combination(_ multipliers: Multipliers) -> [Rational] {
    inequalities.transposedTimes(multipliers.inequalities)
      .plus(equalities.transposedTimes(multipliers.equalities))
  }

  /// b·λ + f·μ: what (Aᵀλ + Eᵀμ)·x is at least, on the feasible set.
  func bound(_ multipliers: Multipliers) -> Rational {
    dot(bounds, multipliers.inequalities) + dot(values, multipliers.equalities)
  }
}
