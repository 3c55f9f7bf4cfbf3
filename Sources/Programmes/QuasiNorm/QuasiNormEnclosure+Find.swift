import Multiprecision

extension QuasiNormProgramme {
  /// Encloses the stationary point near an approximate one, and proves it.
  ///
  /// Newton's method from the point, in `precision` bits; then boxes of growing size around where it ends, until one
  /// passes the check.
  ///
  /// **Assumptions**: the active rows and equalities are independent on the support, and α > 0 on the active rows.
  ///
  /// - Throws: `shape`; `notDefined` when no box is proved, with the condition that failed.
  public func enclosure(
    near point: [Rational], support: [Int], active: [Int], precision: Int
  ) throws(ProgrammeError) -> QuasiNormEnclosure {
    let d = constraints.dimension
    guard point.count == d, support.allSatisfy({ (0..<d).contains($0) && !point[$0].isZero }),
      active.allSatisfy({ constraints.bounds.indices.contains($0) })
    else {
      throw .shape(
        "a point of \(point.count) entries in dimension \(d), support \(support), active \(active)")
    }
    guard case .reduced(let reduction) = EqualityReduction.reduce(constraints) else {
      throw .notDefined("the equalities contradict each other")
    }
    let system = QuasiNormSystem(self, reduction, support: support, active: active)
    guard let middle = system.newtonLimit(from: support.map { point[$0] }, precision: precision) else {
      throw .notDefined("Newton's method does not converge from this point")
    }
    var reason = ""
    for slackBits in stride(from: 8, through: precision / 2, by: 8) {
      let box = middle.map { value in
        let size = value.magnitude + Ball(Rational(1, 1 << 30), precision: precision)
        return value.addingError(size.scaled(byPowerOfTwo: slackBits - precision))
      }
      let candidate = QuasiNormEnclosure(programme: self, support: support, active: active, box: box)
      do {
        try candidate.check()
        return candidate
      } catch {
        reason = error.condition
      }
    }
    throw .notDefined("no box was proved to contain a stationary point: \(reason)")
  }
}

extension QuasiNormSystem {
  /// The limit of Newton's method, with multipliers y from (G Gᵀ) y = G·slopes to start with.
  func newtonLimit(from start: [Rational], precision: Int) -> [Ball]? {
    let point = start.map { Ball(Ball($0, precision: precision).midpoint, precision: precision) }
    let matrix = BallMatrix(rows, precision: precision)
    let slopes = column(point.map { slope($0, precision: precision) }, precision)
    guard let multipliers = try? matrix.gram().solve(matrix * slopes) else { return nil }
    var unknowns = point + multipliers.matrix.elements.map { Ball($0.midpoint, precision: precision) }
    // Convergence doubles the digits each time; a start far off needs some steps before that.
    for _ in 0..<100 {
      guard let next = newtonStep(unknowns, precision: precision), next.allSatisfy(\.isFinite) else {
        return nil
      }
      let change = zip(next, unknowns).map { ($0 - $1).log10UpperMagnitude - $0.log10UpperMagnitude }.max()
      let signsHold = zip(next, unknowns).prefix(rows.columns).allSatisfy { $0.isNegative == $1.isNegative }
      guard signsHold else { return nil }
      unknowns = next
      if change ?? -.infinity < -0.25 * Double(precision) { break }
    }
    return newtonStep(unknowns, precision: precision)
  }
}
