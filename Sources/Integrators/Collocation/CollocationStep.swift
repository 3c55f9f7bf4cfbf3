import Multiprecision

/// One step of collocation: the slopes k_i = F(y + h Σ_j a_ij k_j) at the s stages, and what
/// follows from them.
struct CollocationStep {
  typealias Field = (_ state: [BigFloat]) throws -> [BigFloat]

  let rule: CollocationRule
  /// y, at the step's start.
  let start: [BigFloat]
  /// h > 0.
  let length: BigFloat
  /// The slope of component p at stage i, at p·s + i.
  let slopes: BigFloatBuffer

  private var stages: Int { rule.stages }

  /// Whether all slopes are 0.
  var stands: Bool { (0..<start.count * stages).allSatisfy { slopes[$0].isZero } }

  /// A step whose slopes are guessed to be constant.
  init(rule: CollocationRule, start: [BigFloat], length: BigFloat, slope: [BigFloat]) {
    (self.rule, self.start, self.length) = (rule, start, length)
    slopes = BigFloatBuffer(count: start.count * rule.stages, precision: rule.precision)
    for (component, value) in slope.enumerated() {
      for stage in 0..<rule.stages { slopes[component * rule.stages + stage] = value }
    }
  }

  /// A step whose slopes are guessed by extrapolation from the step before, which may have had another rule.
  init(
    after previous: CollocationStep, spectrum: SlopeSpectrum, rule: CollocationRule, start: [BigFloat],
    length: BigFloat
  ) {
    (self.rule, self.start, self.length) = (rule, start, length)
    slopes = spectrum.extrapolated(from: previous, to: rule, length: length)
  }

  /// Solves for the slopes by fixed-point iteration; each stage uses the newest slopes (Gauss–Seidel).
  ///
  /// - Parameters:
  ///   - log2Tolerances: the iteration ends when h·|change of a slope| ≤ 2^log2Tolerance for each component.
  ///   - sweepLimit: the most sweeps over the stages.
  ///   - beforeSweep: called before each sweep; may throw to stop.
  /// - Returns: the sweeps it took; nil when they do not converge, so that the step must be shorter.
  /// - Throws: what `field` and `beforeSweep` throw.
  func solve(
    _ field: Field, log2Tolerances: [Int], sweepLimit: Int, beforeSweep: () throws -> Void
  ) throws -> Int? {
    // Changes are counted beside their component's tolerance.
    var changes: [Int] = []
    for sweep in 1...sweepLimit {
      try beforeSweep()
      var change = Int.min
      for stage in 0..<stages {
        let values = try field(state(ofStage: stage))
        for (component, value) in values.enumerated() {
          let place = component * stages + stage
          let exponent = (value - slopes[place]).exponent
          let isOrdinary = exponent != .min && exponent != .max
          change = max(change, isOrdinary ? exponent - log2Tolerances[component] : exponent)
          slopes[place] = value
        }
      }
      if change == .max { return nil }
      if change == .min || change + length.exponent + 1 < 0 { return sweep }
      changes.append(change)
      let bitsLeft = change + length.exponent + 2
      if sweep >= 12, !isFast(changes, bitsLeft: bitsLeft, sweepsLeft: sweepLimit - sweep) { return nil }
    }
    return nil
  }

  /// How the step's end differs from what it is where the start differs by `difference`, to first order and to some bits;
  /// nil where the sweeps do not converge.
  ///
  /// - Throws: what `field` and `beforeSweep` throw.
  func difference(
    _ difference: [BigFloat], _ field: Field, bits: Int, mostSweeps: Int, beforeSweep: () throws -> Void
  ) throws -> [BigFloat]? {
    let count = start.count
    let changes = BigFloatBuffer(count: count * stages, precision: rule.precision)
    let places = (0..<stages).map { state(ofStage: $0) }
    func shifted(_ mean: (_ first: Int) -> BigFloat) -> [BigFloat] {
      difference.enumerated().map { component, value in
        var sum = mean(component * stages)
        sum *= length
        sum += value
        return sum
      }
    }
    for _ in 0..<mostSweeps {
      try beforeSweep()
      var (settled, isFinite) = (true, true)
      for stage in 0..<stages {
        let offset = shifted { rule.matrix.dot(stage * stages..<(stage + 1) * stages, changes, at: $0) }
        let values = try field(zip(places[stage], offset).map { $0 + $1 })
        for component in 0..<count {
          let place = component * stages + stage
          let found = values[component] - slopes[place]
          let change = (found - changes[place]) * length
          // Each component has a size of its own; one that was 0 until now has none yet.
          let size = [difference[component], offset[component]].filter { !$0.isZero }.map(\.exponent).max()
          isFinite = isFinite && found.isFinite
          settled = settled && (change.isZero || size.map { change.exponent < $0 - bits } ?? false)
          changes[place] = found
        }
      }
      if !isFinite { return nil }
      if settled { return shifted { rule.weights.dot(0..<stages, changes, at: $0) } }
    }
    return nil
  }

  /// Whether the changes, at the rate of the later half of the sweeps, will be small enough in time.
  private func isFast(_ changes: [Int], bitsLeft: Int, sweepsLeft: Int) -> Bool {
    let (last, middle) = (changes.count - 1, changes.count / 2)
    return (changes[middle] - changes[last]) * sweepsLeft >= bitsLeft * (last - middle)
  }

  /// y + h Σ_j a_ij k_j.
  func state(ofStage stage: Int) -> [BigFloat] {
    advanced { rule.matrix.dot(stage * stages..<(stage + 1) * stages, slopes, at: $0) }
  }

  /// The solution at the step's end: y + h Σ_j b_j k_j.
  func end() -> [BigFloat] {
    advanced { rule.weights.dot(0..<stages, slopes, at: $0) }
  }

  private func advanced(_ mean: (_ firstSlope: Int) -> BigFloat) -> [BigFloat] {
    start.enumerated().map { component, value in
      var sum = mean(component * stages)
      sum *= length
      sum += value
      return sum
    }
  }
}
