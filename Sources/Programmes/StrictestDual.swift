import Multiprecision

/// κ: the least max |g_i| over the coordinates with β_i = 0, among all multipliers that prove β optimal; with the
/// multipliers that attain it.
///
/// Where the dual solution is not unique this is the one that matters to a flow from small initial parameters: the
/// off-support coordinates of u² - v² end at the size of α^{2(1-|g_i|)}, and the dual variable of the flow tends to
/// the multipliers for which the largest of these is least. κ < 1 proves that every solution has its support within
/// that of β; κ = 1 where another solution has a larger one.
///
/// κ is the value of a linear programme in the multipliers of the active rows, those of the equalities, and t:
/// minimise t subject to g_i = sign β_i on the support, t ± g_i ≥ 0 off the support, λ ≥ 0, t ≥ 0. By complementary
/// slackness its feasible set, with t ≤ 1, is exactly the set of optimal multipliers, whichever solution β is.
///
/// **Source**: docs/theory, T5.
public struct StrictestDual: Certificate, Hashable {
  /// β with the multipliers that attain κ.
  public let optimum: LeastAbsoluteCertificate
  /// The proof that no multipliers have a smaller maximum.
  public let minimality: OptimalityCertificate

  /// κ; 0 if β has no zeros.
  public var kappa: Rational { optimum.largestCorrelationOffSupport }

  public func check() throws(CertificateFailure) {
    try optimum.check()
    try minimality.check()
    let programme: LinearProgramme
    do { programme = try Self.programme(optimum) } catch { throw CertificateFailure("\(error)") }
    try CertificateFailure.require(minimality.programme == programme, "the proof is about another programme")
    try CertificateFailure.require(
      minimality.value == kappa, "the multipliers have \(kappa), the least is \(minimality.value)")
  }

  fileprivate static func programme(_ optimum: LeastAbsoluteCertificate) throws(ProgrammeError)
    -> LinearProgramme
  {
    let active = optimum.activeRows
    let rows = optimum.constraints.inequalities.selectingRows(active).stacked(
      over: optimum.constraints.equalities)
    let support = optimum.support
    let zeros = optimum.point.indices.filter { optimum.point[$0].isZero }
    let unknowns = rows.rows + 1
    // Column j of `rows` gives g_j; the last unknown is t.
    func correlations(_ coordinates: [Int], sign: Rational, t: Rational) -> Matrix<Rational> {
      Matrix(rows: coordinates.count, columns: unknowns) {
        $1 < rows.rows ? sign * rows[$1, coordinates[$0]] : t
      }
    }
    let signs = Matrix<Rational>(rows: active.count, columns: unknowns) { $0 == $1 ? 1 : 0 }
    let last = Matrix<Rational>(rows: 1, columns: unknowns) { $1 == rows.rows ? 1 : 0 }
    let inequalities = correlations(zeros, sign: -1, t: 1).stacked(over: correlations(zeros, sign: 1, t: 1))
      .stacked(over: signs).stacked(over: last)
    return try LinearProgramme(
      minimising: last.row(0),
      subjectTo: LinearConstraints(
        inequalities: inequalities, bounds: .zeros(inequalities.rows),
        equalities: correlations(support, sign: 1, t: 0),
        values: support.map { Rational(optimum.point[$0].signum()) }))
  }
}

extension StrictestDual {
  init(_ certificate: LeastAbsoluteCertificate) throws(ProgrammeError) {
    let programme = try Self.programme(certificate)
    guard case .optimal(let minimality) = try programme.solve() else {
      throw .notCertified(CertificateFailure("the multipliers of a valid certificate are feasible"))
    }
    let constraints = certificate.constraints
    let active = certificate.activeRows
    var inequalities = [Rational].zeros(constraints.bounds.count)
    for (row, value) in zip(active, minimality.primal) { inequalities[row] = value }
    let equalities = minimality.primal[active.count..<(active.count + constraints.values.count)]
    optimum = LeastAbsoluteCertificate(
      constraints: constraints, point: certificate.point,
      multipliers: Multipliers(inequalities: inequalities, equalities: Array(equalities)))
    self.minimality = minimality
    _ = try checked()
  }
}

extension LeastAbsoluteCertificate {
  /// The multipliers with the least max |g_i| off the support, and that number, κ.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func strictestDual() throws(ProgrammeError) -> StrictestDual { try StrictestDual(checked()) }
}
