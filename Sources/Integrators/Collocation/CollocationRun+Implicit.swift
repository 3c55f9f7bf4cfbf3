import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Implicit steps: Radau IIA in place of Gauss, solved by Newton's method.
///
/// **Source**: Hairer and Wanner, *Solving Ordinary Differential Equations II*, IV.5 and IV.8.
///
/// Gauss' methods do not damp fast motions that a step is far too long for; Radau's do, as the flow does.
extension CollocationRun {
  /// The method follows what grows by e to this over a step for each of its stages; what grows faster it damps, though it is stable.
  private static let growthOfStage = 0.25
  private static let safety = 0.8
  private static let largestGrowth = 4.0
  /// Components times stages that are served: the equations' matrix has the square of that.
  private static let mostUnknowns = 1_500

  /// An implicit step to `target` at most, where one is due and serves.
  ///
  /// - Returns: whether it was taken; if not, nothing has changed but that others are due.
  mutating func advanceImplicitly(towards target: Rational) throws -> Bool {
    if let length = stiff.begins(remaining: (end - time).doubleValue) {
      guard try makeRadauRule() else { return false }
      proposed = length
    }
    guard stiff.isActive, let rule = radau else { return false }
    let longest = longestStep(rule)
    while stiff.serves(proposed) {
      try checkBudget()
      let wanted = min(proposed, longest)
      proposed = wanted
      let length = try stepLength(towards: target)
      let isCut = wanted >= (target - time).doubleValue
      let attempt = try attempt(rule, length: length)
      switch attempt {
      case .tooLong(let factor): proposed = length.doubleValue * min(max(factor, 0.1), 0.8)
      case .taken(let factor):
        let next = length.doubleValue * min(factor, Self.largestGrowth)
        proposed = isCut ? max(next, wanted) : next
        stiff.recordImplicit()
        return true
      }
    }
    proposed = stiff.end()
    return false
  }

  /// What became of a step, with the factor to the one that is accurate enough.
  private enum Attempt {
    case taken(Double), tooLong(Double)
    static let failed = Attempt.tooLong(1 / 3)
  }

  /// Takes an implicit step if it is accurate.
  private mutating func attempt(_ rule: CollocationRule, length: Rational) throws -> Attempt {
    guard let previous else { return .failed }
    let step = CollocationStep(
      after: previous.step, spectrum: previous.spectrum, rule: rule, start: state,
      length: BigFloat(length, precision: rule.precision))
    // The guessed slopes of fast motions may be anything.
    let scales = log10Scales(step).map { min($0, log10Size) }
    let log2Scales = scales.map { Int(clamping: ($0 * log2(10)).rounded(.down)) }
    let found: StageFactors?
    do {
      found = try step.solveByNewton(
        field, log2Scales: log2Scales, log2Tolerance: method.log2IterationTolerance, check: checkBudget)
    } catch is LinearAlgebraError { return .failed }
    guard let factors = found, let growth = factors.fastestGrowth() else { return .failed }
    let mostFollowed = Double(rule.stages) * Self.growthOfStage
    guard growth <= mostFollowed else { return .tooLong(Self.safety * mostFollowed / growth) }
    let spectrum = SlopeSpectrum(of: step)
    guard let control = try ControlDefects(of: step, spectrum, field, check: checkBudget) else {
      return .failed
    }
    let local = control.consequences(factors)
    let error = zip(local, scales).map { $0 - $1 }.max() ?? -.infinity
    let factor = Self.safety * pow(10, (method.log10Tolerance - error) / Double(rule.stages))
    guard error <= method.log10Tolerance else { return .tooLong(factor) }
    let next = step.end()
    guard next.allSatisfy(\.isFinite) else { return .failed }
    let roundings = try self.roundings(of: step, end: next, factors)
    if var errors {
      guard
        try errors.advance(
          over: step, factors, control, field, log10Scales: scales, check: checkBudget)
      else { return .failed }
      let residues = scales.map { method.log10Residue + $0 }
      errors.add(committed(zip(local, residues).map { log10Sum($0, $1) }, roundings, next))
      self.errors = errors
    }
    try accept(step, spectrum, length: length, end: next)
    return .taken(factor)
  }

  /// Log10 of what the field's rounding makes over the step.
  private func roundings(
    of step: CollocationStep, end: [BigFloat], _ factors: StageFactors
  ) throws -> [Double] {
    guard errors != nil, let rounding else { return end.map { _ in -.infinity } }
    guard let bounds = rounding(end) else { throw lostAccuracy(.infinity) }
    let once = bounds.map { ($0 * step.length).rounded(toPrecision: StageFactors.precision) }
    return factors.solution(of: (0..<step.rule.stages).flatMap { _ in once }).last.map(\.log10Magnitude)
  }

  /// False where steps would take up too much.
  private mutating func makeRadauRule() throws -> Bool {
    if radau != nil { return true }
    let stages = method.radauStages
    let unknowns = MemoryAccount.product(stages, state.count)
    guard unknowns <= Self.mostUnknowns else { return false }
    let numbers = MemoryAccount.sum(
      MemoryAccount.product(7, stages, stages), MemoryAccount.product(16, unknowns))
    let precision = method.rule.precision + CollocationMethod.radauBits
    radauReservation = try? budget.reserve(
      MemoryAccount.sum(
        MemoryAccount.bytes(numbers: numbers, precision: precision),
        MemoryAccount.product(3 * 8, unknowns, unknowns)))
    guard radauReservation != nil else { return false }
    radau = try CollocationRule(.radau, stages: stages, precision: precision, check: checkBudget)
    return true
  }
}
