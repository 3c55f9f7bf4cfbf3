import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One pass of collocation over the sample times, at fixed stages and precision.
struct CollocationRun {
  /// Below this fraction of max(1, t) a step indicates a singularity ahead.
  private static let leastStep = 0x1p-40
  private static let largestGrowth = 4.0
  private static let safety = 0.9

  let method: CollocationMethod
  let field: CollocationStep.Field
  let budget: IntegrationBudget
  let clockStart: ContinuousClock.Instant

  private var state: [BigFloat] = []
  private var time = Rational(0)
  /// The step length that the last step's error suggests.
  private var proposed = 0.0
  private var previous: (step: CollocationStep, spectrum: SlopeSpectrum)?
  private var trajectory = Trajectory(samples: [], statistics: .init(), denseOutput: nil)

  init(
    method: CollocationMethod, field: @escaping CollocationStep.Field, budget: IntegrationBudget,
    clockStart: ContinuousClock.Instant
  ) {
    (self.method, self.field, self.budget, self.clockStart) = (method, field, budget, clockStart)
    trajectory.statistics.order = 2 * method.rule.stages
    trajectory.statistics.precision = method.rule.precision
    trajectory.statistics.log10LocalErrors = method.log10Residue
  }

  mutating func integrate(
    from initial: [BigFloat], at times: [Rational], progress: ((Double) -> Void)?
  ) throws -> Trajectory {
    state = initial.map { $0.rounded(toPrecision: method.rule.precision) }
    proposed = try firstStep()
    for sample in times {
      while time < sample {
        try advance(towards: sample)
        progress?(time.doubleValue)
      }
      trajectory.samples.append(
        .init(
          time: sample, state: [Matrix(column: state)], log10Error: trajectory.statistics.log10LocalErrors))
    }
    return trajectory
  }

  /// log10 max(1, |state|).
  private var log10Size: Double { max(0, state.map(\.log10Magnitude).max() ?? 0) }

  /// A tenth of the time in which the state changes by its size.
  private func firstStep() throws -> Double {
    let slope = try reportingSingularity { try field(state) }.map(\.log10Magnitude).max() ?? -.infinity
    return min(1, pow(10, log10Size - slope - 1))
  }

  /// One accepted step, to `target` at most.
  private mutating func advance(towards target: Rational) throws {
    while true {
      let length = try stepLength(remaining: target - time)
      let step = makeStep(length: length)
      guard let sweeps = try solve(step, isLast: proposed / 2 < leastStep) else {
        proposed = length.doubleValue / 2
        continue
      }
      let spectrum = SlopeSpectrum(of: step)
      let error = spectrum.log10Error(residue: method.log10Residue + log10Size) - log10Size
      let factor = growth(error: error)
      guard error <= method.log10Tolerance else {
        proposed = length.doubleValue * min(factor, 0.8)
        continue
      }
      let end = step.end()
      guard end.allSatisfy(\.isFinite) else {
        proposed = length.doubleValue / 2
        continue
      }
      // A step that took most of the sweeps allowed is as long as the iteration permits.
      let iterationFactor = 0.8 * Double(method.sweepLimit) / Double(sweeps)
      proposed = length.doubleValue * min(factor, iterationFactor)
      (state, time) = (end, time + length)
      previous = (step, spectrum)
      trajectory.statistics.steps += 1
      let local = log10Sum(error, method.log10Residue)
      trajectory.statistics.log10LocalErrors = log10Sum(trajectory.statistics.log10LocalErrors, local)
      return
    }
  }

  /// The factor to the step that meets the tolerance: the error is about C·h^2s.
  private func growth(error: Double) -> Double {
    guard error > -.infinity else { return Self.largestGrowth }
    let factor = Self.safety * pow(10, (method.log10Tolerance - error) / Double(2 * method.rule.stages))
    return min(max(factor, 0.2), Self.largestGrowth)
  }

  private var leastStep: Double { Self.leastStep * max(1, time.doubleValue) }

  /// The proposed length, rounded down to 20 bits so that times stay short rationals; what remains, or half of
  /// it, when that is near.
  private func stepLength(remaining: Rational) throws -> Rational {
    let rest = remaining.doubleValue
    if proposed >= rest { return remaining }
    guard proposed >= leastStep else {
      throw IntegrationError.stepUnderflow(time: time.doubleValue, step: proposed)
    }
    let length = 2 * proposed > rest ? rest / 2 : proposed
    let unit = exp2(log2(length).rounded(.down) - 20)
    return try Rational(exactly: (length / unit).rounded(.down) * unit)
  }

  private func makeStep(length: Rational) -> CollocationStep {
    let h = BigFloat(length, precision: method.rule.precision)
    if let (step, spectrum) = previous {
      return CollocationStep(after: step, spectrum: spectrum, start: state, length: h)
    }
    let zero = state.map { BigFloat(zeroWithPrecision: $0.precision) }
    return CollocationStep(rule: method.rule, start: state, length: h, slope: zero)
  }

  /// Solves the step's equations; nil when it must be shorter.
  private func solve(_ step: CollocationStep, isLast: Bool) throws -> Int? {
    let log2Size = Int(clamping: (log10Size * 3.3219281).rounded(.down))
    func attempt() throws -> Int? {
      try step.solve(
        field, log2Tolerance: method.log2IterationTolerance + log2Size, sweepLimit: method.sweepLimit,
        beforeSweep: checkBudget)
    }
    if isLast { return try reportingSingularity(attempt) }
    do { return try attempt() } catch is LinearAlgebraError { return nil }
  }

  private func reportingSingularity<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as LinearAlgebraError {
      throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
    }
  }

  private func checkBudget() throws {
    try budget.check(steps: trajectory.statistics.steps, since: clockStart, at: time.doubleValue)
  }
}
