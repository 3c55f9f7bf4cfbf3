import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One pass of collocation over the sample times, at fixed stages and precision.
struct CollocationRun {
  private static let largestGrowth = 4.0
  private static let safety = 0.9
  /// The whole time is looked at in so many places at least.
  private static let leastPlaces = 1_500.0
  /// Log10 of the factor by which the slopes between the stages may miss the field more than their last coefficients.
  private static let log10Control = 2.0
  /// Something keeps a step short where the next one may not be longer by this.
  private static let mostHeldBack = 2.0
  /// A step is shortened so many times until its errors can be carried.
  private static let mostUncarried = 12
  /// Steps shorter than this part of the time, and with every sign of a singularity ahead, end a pass.
  private static let log2LeastStep = -64.0
  /// Log10 of the safety factor on estimates.
  private static let log10Safety = 1.0
  /// Errors above 10^this are no longer what a linear equation says they are.
  private static let mostLog10Error = -3.0

  let method: CollocationMethod
  let field: CollocationStep.Field
  /// What the field's values may be off by.
  let rounding: ((_ state: [BigFloat]) -> [BigFloat]?)?
  let budget: IntegrationBudget
  let clockStart: ContinuousClock.Instant

  var state: [BigFloat] = []
  var time = Rational(0)
  private(set) var end = Rational(0)
  /// The step length that the last step's error suggests.
  var proposed = 0.0
  private(set) var previous: (step: CollocationStep, spectrum: SlopeSpectrum)?
  private var shrinking = ShrinkingSteps()
  /// What becomes of the errors; nil if they are not estimated.
  var errors: CollocationErrors?
  private var trajectory = Trajectory(samples: [], statistics: .init(), denseOutput: nil)
  /// Log10 of the largest error estimated at the end of any step, relative to max(1, |state|).
  private(set) var log10Error = -Double.infinity
  private(set) var lost: LostAccuracy?
  var stiff = StiffPhase(components: 0, stages: 0)
  /// The rule of implicit steps, once there are any, and what they take up in the account of memory.
  var radau: CollocationRule?
  var radauReservation: MemoryAccount.Reservation?
  /// Log10 of the smallest size of a component that is not zero, at the end of any step.
  private(set) var log10Smallest = Double.infinity

  init(
    method: CollocationMethod, field: @escaping CollocationStep.Field,
    rounding: ((_ state: [BigFloat]) -> [BigFloat]?)?, budget: IntegrationBudget,
    clockStart: ContinuousClock.Instant
  ) {
    (self.method, self.field, self.budget, self.clockStart) = (method, field, budget, clockStart)
    self.rounding = rounding
    trajectory.statistics.order = 2 * method.rule.stages
    trajectory.statistics.precision = method.rule.precision
  }

  /// Samples as far as the flow or the pass goes; what ends it before the last is the trajectory's `stop`.
  mutating func integrate(
    from initial: [BigFloat], at times: [Rational], estimatesError: Bool, progress: ((Double) -> Void)?
  ) throws -> Trajectory {
    state = initial.map { $0.rounded(toPrecision: method.rule.precision) }
    end = times.last ?? 0
    stiff = StiffPhase(components: initial.count, stages: method.radauStages)
    if estimatesError {
      errors = CollocationErrors(
        zip(initial, state).map { ($0 - $1).rounded(toPrecision: 64) })
    }
    do {
      for sample in times {
        if sample.isZero {
          // As it was given: nothing is rounded.
          trajectory.samples.append(
            .init(time: sample, state: [Matrix(column: initial)], log10Error: -.infinity))
          continue
        }
        if proposed == 0 { proposed = try firstStep() }
        while time < sample {
          try advance(towards: sample)
          progress?(time.doubleValue)
        }
        trajectory.samples.append(
          .init(time: sample, state: [Matrix(column: state)], log10Error: errors.map(estimate) ?? .nan))
      }
    } catch let error as IntegrationError {
      trajectory.stop = error
    } catch let error as LostAccuracy {
      lost = error
    }
    return trajectory
  }

  private func estimate(_ errors: CollocationErrors) -> Double {
    errors.log10Error + Self.log10Safety - log10Size
  }

  /// log10 max(1, |state|).
  var log10Size: Double { max(0, state.map(\.log10Magnitude).max() ?? 0) }

  /// log10 of what each component's error on a step is relative to: its size at the start or what it changes by.
  func log10Scales(_ step: CollocationStep) -> [Double] {
    let (least, log10Length) = (log10Size - method.scaleDigits, step.length.log10Magnitude)
    return state.enumerated().map { component, value in
      let slope = step.slopes[component * step.rule.stages].log10Magnitude
      return max(least, value.log10Magnitude, slope + log10Length)
    }
  }

  /// A tenth of the time in which the state changes by its size.
  private func firstStep() throws -> Double {
    let slope = try reportingSingularity { try field(state) }.map(\.log10Magnitude).max() ?? -.infinity
    return min(end.doubleValue, max(pow(10, log10Size - slope - 1), Double.leastNormalMagnitude))
  }

  /// A step covers so much of the time at most that its stages, and the places between them, miss nothing that is wide.
  func longestStep(_ rule: CollocationRule) -> Double {
    end.doubleValue * Double(rule.stages) / Self.leastPlaces
  }

  /// One accepted step, to `target` at most.
  private mutating func advance(towards target: Rational) throws {
    let longest = longestStep(method.rule)
    if try advanceImplicitly(towards: target) {
      return
    }
    var (failures, uncarried) = (0, 0)
    while true {
      let wanted = proposed
      proposed = min(proposed, longest)
      let length = try stepLength(towards: target)
      let step = try makeStep(length: length)
      let scales = log10Scales(step)
      guard let sweeps = try solve(step, scales) else {
        failures += 1
        proposed = length.doubleValue / 2
        continue
      }
      let spectrum = SlopeSpectrum(of: step)
      let residues = scales.map { method.log10Residue + $0 }
      // Where all slopes are 0, nothing moves: no error is made.
      let stands = step.stands
      let local = stands ? scales.map { _ in -.infinity } : spectrum.log10Errors(residues: residues)
      let error = zip(local, scales).map { $0 - $1 }.max() ?? -.infinity
      let factor = growth(error: error)
      guard error <= method.log10Tolerance else {
        proposed = length.doubleValue * min(factor, 0.8)
        continue
      }
      let next = step.end()
      guard next.allSatisfy(\.isFinite), let defects = try controlled(step, spectrum, scales) else {
        proposed = length.doubleValue / 2
        continue
      }
      // A step that took most of the sweeps allowed is as long as the iteration permits.
      let iterationFactor = 0.8 * Double(method.sweepLimit) / Double(sweeps)
      proposed = length.doubleValue * min(factor, iterationFactor)
      let seen = try zip(defects, roundings(of: step, end: next)).map { log10Sum($0, $1) }
      let isStill = stands && seen.allSatisfy { $0 == -.infinity }
      guard
        try transport(
          step, isStill ? local : committed(zip(local, residues).map { log10Sum($0, $1) }, seen, state),
          scales)
      else {
        // Sweeps that find the solution need not carry its errors.
        uncarried += 1
        guard uncarried <= Self.mostUncarried else { throw lostAccuracy(.infinity) }
        proposed = length.doubleValue / 8
        continue
      }
      // Where neither a sample time nor the whole time is what cuts the step.
      let isFree = length.doubleValue > 0.9 * min(wanted, longest) && wanted < longest
      stiff.record(
        length.doubleValue,
        isHeldBack: isFree && (failures + uncarried > 0 || min(factor, iterationFactor) < Self.mostHeldBack),
        isSmooth: 2 * spectrum.degree(log10Bounds: scales.map { $0 + method.log10Tolerance })
          <= method.rule.stages)
      try accept(step, spectrum, length: length, end: next)
      return
    }
  }

  /// Goes on to a step's end.
  mutating func accept(
    _ step: CollocationStep, _ spectrum: SlopeSpectrum, length: Rational, end next: [BigFloat]
  ) throws {
    shrinking.record(
      log2Step: log2(length.doubleValue), log2Size: log10Size * log2(10),
      log2Velocity: (0..<state.count).map { step.slopes[$0 * step.rule.stages].log10Magnitude }.max()
        .map { $0 * log2(10) } ?? 0)
    (state, time) = (next, time + length)
    previous = (step, spectrum)
    trajectory.statistics.steps += 1
    log10Smallest = state.reduce(log10Smallest) { $1.isZero ? $0 : min($0, $1.log10Magnitude) }
    if let errors {
      log10Error = max(log10Error, estimate(errors))
      guard log10Error < Self.mostLog10Error else { throw lostAccuracy(log10Error) }
    }
  }

  /// Whether the field agrees with the step's polynomial between the stages and at the ends too, about as well as the
  /// polynomial's last coefficients say: a pulse between the stages does not.
  ///
  /// - Returns: log10 of the disagreement in each component, over the step, where it is more than these coefficients say;
  ///   nil where it is too much.
  private func controlled(_ step: CollocationStep, _ spectrum: SlopeSpectrum, _ scales: [Double]) throws
    -> [Double]?
  {
    var defects = scales.map { _ in -Double.infinity }
    guard errors != nil else { return defects }
    let log10Length = step.length.log10Magnitude
    let tails = scales.indices.map { spectrum.log10Tail($0) }
    let largestTail = tails.max() ?? -.infinity
    for place in 0..<method.rule.controlCount {
      try checkBudget()
      let (state, slope) = spectrum.control(of: step, at: place)
      guard let values = try? field(state) else { return nil }
      for component in slope.indices {
        let defect = (values[component] - slope[component]).log10Magnitude + log10Length
        let allowed = max(tails[component], method.log10Tolerance + scales[component])
        // What other components are off by comes into this one.
        if defect > max(allowed, min(largestTail, allowed + Self.log10Control)) + Self.log10Control {
          return nil
        }
        if defect > tails[component] + Self.log10Control / 2 {
          defects[component] = max(defects[component], defect)
        }
      }
    }
    return defects
  }

  /// Log10 of what the field's rounding at a step's end makes over the step.
  private func roundings(of step: CollocationStep, end: [BigFloat]) throws -> [Double] {
    guard errors != nil, let rounding else { return end.map { _ in -.infinity } }
    guard let bounds = rounding(end) else { throw lostAccuracy(.infinity) }
    return bounds.map { $0.log10Magnitude + step.length.log10Magnitude }
  }

  /// A step's local errors with those of rounding its end, and with what was seen between its stages.
  func committed(_ local: [Double], _ defects: [Double], _ state: [BigFloat]) -> [Double] {
    let rounding = -Double(method.rule.precision - 4) * log10(2)
    return zip(zip(local, defects), state).map {
      log10Sum(log10Sum($0.0, $0.1), $1.log10Magnitude + rounding)
    }
  }

  /// Carries the errors over a step, and adds what it commits before and after; false where that is not possible.
  private mutating func transport(_ step: CollocationStep, _ bounds: [Double], _ scales: [Double]) throws
    -> Bool
  {
    guard var errors else { return true }
    errors.add(bounds)
    let digits = -method.log10Tolerance - CollocationMethod.spareDigits
    let isCarried = try errors.advance(
      over: step, field, log2Sizes: scales.map { Int(clamping: ($0 * log2(10)).rounded(.down)) },
      log2Difference: Int(clamping: (-min(digits - 1, digits / 2 + 4) * log2(10)).rounded()),
      beforeSweep: checkBudget)
    guard isCarried else { return false }
    errors.add(bounds)
    self.errors = errors
    return true
  }

  func lostAccuracy(_ log10Error: Double) -> LostAccuracy {
    LostAccuracy(
      time: time.doubleValue, log10Error: log10Error,
      step: shrinking.log2Distance == nil ? nil : exp2(shrinking.log2Step))
  }

  /// The factor to the step that meets the tolerance: the error is about C·h^2s.
  private func growth(error: Double) -> Double {
    guard error > -.infinity else { return Self.largestGrowth }
    let factor = Self.safety * pow(10, (method.log10Tolerance - error) / Double(2 * method.rule.stages))
    return min(max(factor, 0.2), Self.largestGrowth)
  }

  /// Whether a step is too short to move the time at the precision of the numbers.
  private func isTooShort(_ step: Double) -> Bool {
    guard step >= Double.leastNormalMagnitude, step.isFinite else { return true }
    return !time.isZero && log2(step) < log2(time.doubleValue) - Double(method.rule.precision)
  }

  /// The proposed length, rounded down to 20 bits so that times stay short rationals; what remains, or half of
  /// it, when that is near.
  func stepLength(towards target: Rational) throws -> Rational {
    let remaining = target - time
    let rest = remaining.doubleValue
    if proposed >= rest { return remaining }
    let isAtSingularity =
      !time.isZero && proposed > 0 && log2(proposed) < log2(time.doubleValue) + Self.log2LeastStep
      && shrinking.log2Distance.map { $0 < log2(rest) - 1 } ?? false
    guard !isTooShort(proposed), !isAtSingularity else {
      let (time, step) = (time.doubleValue, proposed)
      throw shrinking.log2Distance == nil
        ? IntegrationError.stepsTooShort(time: time, step: step) : .stepUnderflow(time: time, step: step)
    }
    let length = 2 * proposed > rest ? rest / 2 : proposed
    let unit = exp2(log2(length).rounded(.down) - 20)
    guard unit > 0 else { throw IntegrationError.stepsTooShort(time: time.doubleValue, step: length) }
    return try Rational(exactly: (length / unit).rounded(.down) * unit)
  }

  private func makeStep(length: Rational) throws -> CollocationStep {
    let h = BigFloat(length, precision: method.rule.precision)
    if let (step, spectrum) = previous {
      return CollocationStep(after: step, spectrum: spectrum, rule: method.rule, start: state, length: h)
    }
    let slope = try reportingSingularity { try field(state) }
    return CollocationStep(rule: method.rule, start: state, length: h, slope: slope)
  }

  /// Solves the step's equations; nil when it must be shorter.
  private func solve(_ step: CollocationStep, _ scales: [Double]) throws -> Int? {
    let tolerances = scales.map {
      method.log2IterationTolerance + Int(clamping: ($0 * 3.321_928_1).rounded(.down))
    }
    func attempt() throws -> Int? {
      try step.solve(
        field, log2Tolerances: tolerances, sweepLimit: method.sweepLimit, beforeSweep: checkBudget)
    }
    if isTooShort(proposed / 2) { return try reportingSingularity(attempt) }
    do { return try attempt() } catch is LinearAlgebraError { return nil }
  }

  private func reportingSingularity<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as LinearAlgebraError {
      throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
    }
  }

  func checkBudget() throws {
    try budget.check(steps: trajectory.statistics.steps, since: clockStart, at: time.doubleValue)
  }
}
