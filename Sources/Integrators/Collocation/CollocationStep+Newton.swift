import Multiprecision

extension CollocationStep {
  private static let mostIterations = 24
  /// States that moved by more than 2^-this of their sizes need Jacobians of their own: those of many components are dear.
  private var bitsOfJacobians: Double { start.count > 6 ? 5 : 10 }
  /// Iterations gain so many bits at least, or the Jacobians are made anew.
  private static let leastGain = 4.0
  private static let mostSlowIterations = 5

  /// Solves for the slopes by Newton's method, for the rule of Radau.
  ///
  /// Each iteration's equations are solved in doubles and its residuals are found at full precision, so that it gains some ten digits
  /// once the Jacobians are those of the solution.
  ///
  /// - Parameters:
  ///   - log2Scales: what changes of the components are relative to.
  ///   - log2Tolerance: the iteration ends when no stage's state changes by more than 2^log2Tolerance of that.
  ///   - check: called on the way; what it throws is passed on.
  /// - Returns: the equations' factors; nil where the iteration does not converge, so that the step must be shorter.
  /// - Throws: what `field` and `check` throw.
  func solveByNewton(
    _ field: Field, log2Scales: [Int], log2Tolerance: Int, check: () throws -> Void
  ) throws -> StageFactors? {
    let count = start.count
    var factors: StageFactors?
    // Log2 of the last change beside the tolerance, and of what states moved by since the Jacobians, beside their sizes.
    var (last, moved) = (Double.infinity, -Double.infinity)
    var slow = 0
    for _ in 0..<Self.mostIterations {
      try check()
      let states = (0..<rule.stages).map { state(ofStage: $0) }
      let velocities = try states.map(field)
      if factors == nil || moved > -bitsOfJacobians {
        factors = try StageFactors(
          of: self, at: states, velocities: velocities, log2Scales: log2Scales, field, check: check)
        moved = -.infinity
      }
      guard let current = factors else { return nil }
      let residuals = velocities.enumerated().flatMap { stage, velocity in
        velocity.enumerated().map { ($1 - slopes[$0 * rule.stages + stage]) * length }
      }
      guard residuals.allSatisfy(\.isFinite) else { return nil }
      let changes = current.solution(of: residuals)
      guard changes.values.allSatisfy(\.isFinite) else { return nil }
      let slopeChanges = current.slopes(through: changes)
      for component in 0..<count {
        for stage in 0..<rule.stages {
          slopes[component * rule.stages + stage] += slopeChanges.number(stage, component) / length
        }
      }
      var (change, relative) = (-Double.infinity, -Double.infinity)
      for component in 0..<count {
        let size = stride(from: component, to: changes.values.count, by: count).reduce(0) {
          max($0, changes.values[$1].magnitude)
        }
        guard size > 0 else { continue }
        let log2Size = log2(size) + Double(changes.exponents[component])
        change = max(change, log2Size - Double(log2Scales[component] + log2Tolerance))
        relative = max(relative, log2Size - Double(current.units[component]))
      }
      if change <= 0 { return current }
      moved = max(moved, relative)
      if change > last - Self.leastGain {
        slow += 1
        guard slow <= Self.mostSlowIterations, change < last + 2 else { return nil }
        factors = nil
      }
      last = change
    }
    return nil
  }
}
