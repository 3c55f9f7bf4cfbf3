import Multiprecision

/// Second-order statements at a stationary point.
///
/// Along a direction v on the support, φ(ε) = Σ|β_i + εv_i|^p has φ''(0) = p(p-1) Σ|β_i|^{p-2} v_i², which is negative
/// for v ≠ 0: within its orthant the quasi-norm is strictly concave. So where φ'(0) = 0 the point is a strict
/// *maximum* along v.
extension QuasiNormStationarity {
  /// φ''(0) along a tangent direction: v on the support, with v·a_n = 0 on all active rows and E v = 0, for which
  /// φ'(0) = 0.
  ///
  /// - Throws: `notDefined` for a direction that is zero or not tangent.
  public func secondDerivative(along direction: [Rational], precision: Int) throws(ProgrammeError) -> Ball {
    do {
      try candidate.requireKeepsConstraints(direction)
      try candidate.requireKeepsConstraints(direction.negated())
    } catch {
      throw .notDefined("\(error)")
    }
    guard direction.contains(where: { !$0.isZero }) else { throw .notDefined("the direction is zero") }
    let p = candidate.programme.exponent
    var sum = Ball(0, precision: precision)
    for (value, change) in zip(candidate.point, direction) where !change.isZero {
      sum +=
        Ball.pow(Ball(value.magnitude, precision: precision), p - 2)
        * Ball(change * change, precision: precision)
    }
    return Ball(p * (p - 1), precision: precision) * sum
  }

  /// A basis of the tangent directions, one a column.
  public var tangentDirections: Matrix<Rational> {
    let constraints = candidate.programme.constraints
    let support = candidate.support
    let basis = constraints.activeMatrix(constraints.activeRows(at: candidate.point))
      .selectingColumns(support).nullspaceBasis()
    return Matrix(rows: candidate.point.count, columns: basis.columns) { row, column in
      support.firstIndex(of: row).map { basis[$0, column] } ?? 0
    }
  }

  public enum Nature: Sendable, Hashable {
    /// No other feasible point near by has as small a quasi-norm.
    case strictLocalMinimum
    /// The quasi-norm falls along this direction, which keeps the constraints: at second order, with slope zero.
    case notMinimum(decreasingAlong: [Rational])
  }

  /// Decides whether the point is a local minimum.
  ///
  /// The critical cone is {v on the support: E v = 0, a_n·v = 0 where α_n > 0, a_n·v ≥ 0 on the other active rows}.
  /// Along any v ≠ 0 in it the slope is zero and the curvature negative: not a minimum. If it is {0}, the quasi-norm
  /// grows at first order within the support, and off the support |v_i|^p outgrows every term of first order: a
  /// strict minimum.
  ///
  /// - Throws: `notCertified`, when this certificate is not valid.
  public func nature() throws(ProgrammeError) -> Nature {
    _ = try checked()
    let tangent = tangentDirections
    if tangent.columns > 0 { return .notMinimum(decreasingAlong: tangent.column(0)) }
    let constraints = candidate.programme.constraints
    let strict = Set(multipliers.support)
    let weak = constraints.activeRows(at: candidate.point).filter { !strict.contains($0) }
    let split = try ConeSplit.find(
      rows: constraints.inequalities.selectingRows(weak).selectingColumns(candidate.support),
      subspace: constraints.activeMatrix(multipliers.support).selectingColumns(candidate.support))
    if split.positiveRows.isEmpty { return .strictLocalMinimum }
    let direction = candidate.embedding(split.direction)
    do { try candidate.requireKeepsConstraints(direction) } catch { throw .notCertified(error) }
    return .notMinimum(decreasingAlong: direction)
  }
}
