import Multiprecision

/// All β with the least ‖β‖₁, as the optimal face of a linear programme in the coordinates with |g_i| = 1.
///
/// g_i β_i = |β_i| for every solution β, so β_i = 0 where |g_i| < 1, and g_i β_i ≥ 0 elsewhere; there ‖β‖₁ = g·β is
/// linear. The solutions are those of: minimise g_F·β_F subject to A_F β_F ≥ b, E_F β_F = f, g_i β_i ≥ 0.
public struct LeastAbsoluteFace: Certificate, Hashable {
  /// One solution, with the multipliers that g belongs to.
  public let optimum: LeastAbsoluteCertificate
  /// The solutions in the coordinates F.
  public let face: OptimalFace

  /// F: the coordinates with |g_i| = 1; all others are zero in every solution.
  public var coordinates: [Int] { Self.coordinates(optimum) }

  /// Whether β is the only solution.
  public var isUnique: Bool { face.isUnique }

  /// The dimension of the set of solutions.
  public var dimension: Int { face.dimension }

  /// A solution with as many coordinates different from zero, and as many slack inequalities, as any.
  public var point: [Rational] {
    var point = [Rational].zeros(optimum.point.count)
    for (coordinate, value) in zip(coordinates, face.point) { point[coordinate] = value }
    return point
  }

  public func check() throws(CertificateFailure) {
    try optimum.check()
    try face.check()
    let programme: LinearProgramme
    do { programme = try Self.programme(optimum) } catch { throw CertificateFailure("\(error)") }
    try CertificateFailure.require(
      face.optimum.programme == programme, "the face belongs to another programme")
  }

  fileprivate static func coordinates(_ optimum: LeastAbsoluteCertificate) -> [Int] {
    signs(optimum).map(\.coordinate)
  }

  /// The coordinates with g_i = ±1, and g_i.
  private static func signs(_ optimum: LeastAbsoluteCertificate) -> [(coordinate: Int, sign: Rational)] {
    optimum.correlations.enumerated().filter { $0.element.magnitude == 1 }.map { ($0.offset, $0.element) }
  }

  fileprivate static func programme(_ optimum: LeastAbsoluteCertificate) throws(ProgrammeError)
    -> LinearProgramme
  {
    let constraints = optimum.constraints
    let found = signs(optimum)
    let (coordinates, signs) = (found.map(\.coordinate), found.map(\.sign))
    let signRows = Matrix<Rational>(rows: signs.count, columns: signs.count) { $0 == $1 ? signs[$0] : 0 }
    return try LinearProgramme(
      minimising: signs,
      subjectTo: LinearConstraints(
        inequalities: constraints.inequalities.selectingColumns(coordinates).stacked(over: signRows),
        bounds: constraints.bounds + .zeros(signs.count),
        equalities: constraints.equalities.selectingColumns(coordinates), values: constraints.values))
  }
}

extension LeastAbsoluteFace {
  init(_ optimum: LeastAbsoluteCertificate) throws(ProgrammeError) {
    let programme = try Self.programme(optimum)
    let multipliers = Multipliers(
      inequalities: optimum.multipliers.inequalities + .zeros(programme.cost.count),
      equalities: optimum.multipliers.equalities)
    self.optimum = optimum
    let point = Self.coordinates(optimum).map { optimum.point[$0] }
    face = try OptimalityCertificate(programme: programme, primal: point, dual: multipliers).face()
    _ = try checked()
  }
}

extension LeastAbsoluteCertificate {
  /// The set of all solutions.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func face() throws(ProgrammeError) -> LeastAbsoluteFace { try LeastAbsoluteFace(checked()) }
}
