import Multiprecision

/// By how much a step's polynomial misses the field at the rule's places of control, and what comes of that.
///
/// An error e of the solution has e' = J e + d with the defect d = F(u) - u'. d is 0 at the stages and largest about midway
/// between them, where its signs alternate. What it makes of the solution is found by the step's own linearised equations with
/// defects from between the stages in place of those at them: fast motions damp it there as they do in the flow.
///
/// **Assumptions**: none of d but that the places show its size.
struct ControlDefects {
  /// u at each place, and F(u).
  let states: [[BigFloat]], velocities: [[BigFloat]]
  /// h d at each place.
  private let defects: [[BigFloat]]

  /// Nil where the field has no value.
  ///
  /// - Throws: what `check` throws.
  init?(
    of step: CollocationStep, _ spectrum: SlopeSpectrum, _ field: CollocationStep.Field,
    check: () throws -> Void
  ) throws {
    var (states, velocities, defects): ([[BigFloat]], [[BigFloat]], [[BigFloat]]) = ([], [], [])
    for place in 0..<step.rule.controlCount {
      try check()
      let (state, slope) = spectrum.control(of: step, at: place)
      guard let velocity = try? field(state) else { return nil }
      let defect = zip(velocity, slope).map {
        (($0 - $1) * step.length).rounded(toPrecision: StageFactors.precision)
      }
      guard defect.allSatisfy(\.isFinite) else { return nil }
      states.append(state)
      velocities.append(velocity)
      defects.append(defect)
    }
    (self.states, self.velocities, self.defects) = (states, velocities, defects)
  }

  /// For each component log10 of the most that the defects make of it at the step's end, with signs by which neighbours add up.
  func consequences(_ factors: StageFactors) -> [Double] {
    (Self.consequences(of: defects, factors, alternates: true) + Self.consequences(of: defects, factors))
      .reduce(defects[0].map { _ in -.infinity }) { sizes, found in
        zip(sizes, found).map { max($0, $1.log10Magnitude) }
      }
  }

  /// What defects make of the solution at the step's end, for several choices of those that are taken to be at the stages.
  ///
  /// - Parameter alternates: whether every other one is taken with the opposite sign.
  static func consequences(
    of defects: [[BigFloat]], _ factors: StageFactors, alternates: Bool = false
  ) -> [[BigFloat]] {
    // Places 0 and the last are the ends; stage i is between places i + 1 and i + 2. The last stage is the end: what fast motions
    // are there is what the defect is there, not before.
    let stages = defects.count - 2
    return (0...2).map { offset in
      let right = (0..<stages).flatMap { stage in
        defects[stage == stages - 1 ? stages + 1 : stage + offset].map {
          alternates && stage % 2 == 1 ? -$0 : $0
        }
      }
      return factors.solution(of: right).last
    }
  }
}
