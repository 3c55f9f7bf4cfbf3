import Multiprecision

extension CollocationErrors {
  /// What is left out of the errors, as a part of them, must be less than this.
  private static let log10Part = -0.3

  /// Carries the errors over a step that Newton's method solved, through its factors.
  ///
  /// The field is asked for its difference over the errors as they are at the places of control, and the polynomials through the
  /// carried errors for their slopes: what the two differ by, from Jacobians that change within the step, from terms beyond the first
  /// order or from the factors, is put through the factors too, and added.
  ///
  /// - Returns: false where it is too much: the step must be shorter.
  /// - Throws: what `field` and `check` throw, but `LinearAlgebraError`.
  mutating func advance(
    over step: CollocationStep, _ factors: StageFactors, _ control: ControlDefects,
    _ field: CollocationStep.Field,
    log10Scales: [Double], check: () throws -> Void
  ) throws -> Bool {
    guard errors.contains(where: { !$0.isZero }) else { return true }
    let carried = factors.transported(errors)
    guard carried.values.allSatisfy(\.isFinite) else { return false }
    let ends = carried.last
    var rises = carried
    for place in rises.values.indices {
      let start = errors[place % errors.count].scaled(byPowerOfTwo: -rises.exponents[place % errors.count])
      rises.values[place] -= start.doubleValue
    }
    let slopes = factors.slopes(through: rises)
    let rule = step.rule
    let coefficients = errors.indices.map { component in
      (0..<rule.stages).map { k in
        (0..<rule.stages).reduce(0) {
          $0 + rule.doubleProjection[k * rule.stages + $1] * slopes.values[$1 * errors.count + component]
        }
      }
    }
    func series(_ rows: [Double], _ place: Int, _ component: Int) -> BigFloat {
      let value = (0..<rule.stages).reduce(0) {
        $0 + rows[place * rule.stages + $1] * coefficients[component][$1]
      }
      return BigFloat(value, precision: StageFactors.precision)
        .scaled(byPowerOfTwo: slopes.exponents[component])
    }
    var defects: [[BigFloat]] = []
    for place in 0..<rule.controlCount {
      try check()
      let shifted = control.states[place].enumerated().map { component, value in
        value + (errors[component] + series(rule.doubleControlIntegrals, place, component))
      }
      let velocity: [BigFloat]
      do { velocity = try field(shifted) } catch is LinearAlgebraError { return false }
      defects.append(
        velocity.enumerated().map { component, value in
          let found = ((value - control.velocities[place][component]) * step.length)
            .rounded(toPrecision: StageFactors.precision)
          return found - series(rule.doubleControlValues, place, component)
        })
      guard defects[place].allSatisfy(\.isFinite) else { return false }
    }
    func largest(_ vector: [BigFloat]) -> Double {
      zip(vector, log10Scales).reduce(-.infinity) { max($0, $1.0.log10Magnitude - $1.1) }
    }
    let choices = ControlDefects.consequences(of: defects, factors)
    guard let rest = choices.max(by: { largest($0) < largest($1) }) else { return false }
    let size = max(largest(errors), largest(ends))
    guard largest(rest) <= size + Self.log10Part else { return false }
    // With one sign for all components: others would be fast motions that there are not.
    let product = zip(ends, rest).reduce(BigFloat(zeroWithPrecision: StageFactors.precision)) {
      $0 + $1.0 * $1.1
    }
    errors = zip(ends, rest).map { product.signum() < 0 ? $0 - $1 : $0 + $1 }
    return true
  }
}
