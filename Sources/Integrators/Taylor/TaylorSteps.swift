import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One pass of the Taylor method at fixed order and precision.
struct TaylorSteps {
  /// A step this many times shorter than the widest so far asks the field for another way of writing it.
  static let renewalRatio = 4.0
  /// Below this fraction of the last sample time a step indicates a singularity ahead.
  static let leastStep = 0x1p-40

  /// Bits by which the rounding of a term may exceed that of the first.
  static let roundingSlack = 8.0

  private var field: VectorField
  private let arithmetic: TaylorIntegrator.Arithmetic
  /// Whether steps are to be enclosed.
  private let tracksErrors: Bool
  let budget: IntegrationBudget
  let start: ContinuousClock.Instant
  let plan: StepPlan
  /// Changes of the state after each step, to see what the flow makes of them.
  var perturbation: StatePerturbation?
  var trajectory: Trajectory
  /// Log2 of the radius of convergence at the start: given where it is known, and found by `run` where not.
  private(set) var firstRadius: Double?

  init(
    field: VectorField, digits: Int, budget: IntegrationBudget, start: ContinuousClock.Instant,
    keepsDenseOutput: Bool, perturbation: StatePerturbation?, arithmetic: TaylorIntegrator.Arithmetic,
    tracksErrors: Bool = false, firstRadius: Double? = nil
  ) {
    (self.field, self.firstRadius) = (field, firstRadius)
    (self.arithmetic, self.tracksErrors) = (arithmetic, tracksErrors)
    self.budget = budget
    self.start = start
    self.perturbation = perturbation
    plan = StepPlan(digits: digits)
    trajectory = Trajectory(samples: [], statistics: .init(), denseOutput: keepsDenseOutput ? .init() : nil)
    trajectory.statistics.order = plan.order
    trajectory.statistics.precision = plan.precision
  }

  mutating func run(
    from initial: [Matrix<Rational>], at times: [Rational], progress: ((Double) -> Void)?,
    receive: ((TaylorStep) throws -> Void)? = nil
  ) throws -> Trajectory {
    let samples = MemoryAccount.product(times.count, initial.reduce(0) { $0 + $1.elements.count })
    let reservation = try budget.reserve(
      MemoryAccount.sum(
        field.seriesBytes(order: plan.order, precision: plan.precision),
        MemoryAccount.bytes(numbers: samples, precision: plan.precision)))
    defer { withExtendedLifetime(reservation) {} }
    var state = initial.map { matrix in matrix.map { BigFloat($0, precision: plan.precision) } }
    var time = Rational(0)
    var pending = times[...]
    func record(_ time: Rational, _ state: [Matrix<BigFloat>]) {
      trajectory.samples.append(.init(time: time, state: state, log10Error: .nan))
    }
    while let first = pending.first, first.isZero {
      record(first, state)
      pending.removeFirst()
    }
    guard let end = pending.last else { return trajectory }
    perturbation?.apply(to: &state, before: state)
    var series = try singular(at: 0) { try self.series(of: field, radius: firstRadius) }
    var widestStep = 0.0
    var renewalTime: Rational?
    var stepEnd: StepEnd?
    while !pending.isEmpty {
      let (steps, reachedTime) = (trajectory.statistics.steps, time.doubleValue)
      let check = { [budget, start] in try budget.check(steps: steps, since: start, at: reachedTime) }
      try check()
      if let preferred = try field.preferred?(state) {
        field = preferred
        series = try singular(at: time.doubleValue) {
          try self.series(
            of: preferred, radius: series.terms.isEmpty ? nil : ExpansionScale.log2Radius(series.terms))
        }
      }
      let step: Rational
      let terms: [StepSeries.TermSize]
      do {
        try series.expand(at: state, remaining: (end - time).doubleValue, check: check)
        terms = series.terms
        firstRadius = firstRadius ?? ExpansionScale.log2Radius(terms)
        step = try self.step(terms, series, at: time, until: end)
        if step.doubleValue < widestStep / Self.renewalRatio, try renewField(at: state) {
          (series, widestStep) = (try self.series(of: field), 0)
          continue
        }
      } catch let error as SeriesError {
        // Another way of writing the field is tried once: if it is singular too, so is the field.
        guard renewalTime != time, try renewField(at: state) else {
          throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
        }
        renewalTime = time
        (series, widestStep) = (try self.series(of: field), 0)
        continue
      }
      widestStep = max(widestStep, step.doubleValue)
      recordDefect(at: stepEnd, series, state)
      recordTruncation(of: terms, step: step)
      let next = time + step
      let reached = pending.prefix { $0 <= next }
      pending = pending.dropFirst(reached.count)
      let offsets = (reached.map { $0 - time } + [step]).map {
        BigFloat($0, precision: series.offsetPrecision)
      }
      let values = series.values(at: offsets)
      for (index, sample) in reached.enumerated() { record(sample, values.map { $0[index] }) }
      // A companion's state is changed between the two velocities; and a step to be enclosed proves its own defect.
      if perturbation == nil, !tracksErrors { stepEnd = StepEnd(of: series, step: offsets[reached.count]) }
      let before = state
      state = values.map { $0[reached.count] }
      guard state.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
        throw IntegrationError.stepUnderflow(time: time.doubleValue, step: step.doubleValue)
      }
      perturbation?.apply(to: &state, before: before)
      if trajectory.denseOutput != nil || receive != nil {
        let whole = TaylorStep(
          field: field, start: time, length: step, before: before, after: state, series: series)
        trajectory.denseOutput?.pieces.append(whole.piece)
        try receive?(whole)
      }
      time = next
      trajectory.statistics.steps += 1
      if series.isFixedPoint { trajectory.statistics.fixedPointSteps += 1 }
      progress?(time.doubleValue)
    }
    if let stepEnd {
      try singular(at: time.doubleValue) { try series.expandVelocities(at: state) }
      recordDefect(at: stepEnd, series, state)
    }
    return trajectory
  }

  /// - Parameter radius: log2 of the radius of convergence where the first series will be, if it is known.
  private func series(of field: VectorField, radius: Double? = nil) throws -> StepSeries {
    try StepSeries(
      field: field, plan: plan, firstRadius: radius, arithmetic: arithmetic, tracksErrors: tracksErrors)
  }

  /// Takes another way of writing the field, if it offers one for this state.
  private mutating func renewField(at state: [Matrix<BigFloat>]) throws -> Bool {
    guard let renewed = try field.renewed?(state) else { return false }
    field = renewed
    return true
  }

  /// The step length, rounded down to 20 bits so that times stay short rationals.
  ///
  /// The last two coefficients bound the truncation; the falling precision of the coefficients is another bound
  /// (`StepSeries.log2StepLimit`).
  private func step(
    _ terms: [StepSeries.TermSize], _ series: StepSeries, at time: Rational, until end: Rational
  ) throws -> Rational {
    let (remaining, order) = (end - time, plan.order)
    let size = max(terms[0].log2Magnitude, 0)
    let (last, beforeLast) = (terms[order].log2Magnitude, terms[order - 1].log2Magnitude)
    let log2Radius = min((size - beforeLast) / Double(order - 1), (size - last) / Double(order))
    let log2Decay = plan.log2Ratio + 0.7 / Double(order - 1) * log2(exp(1))
    let log2Step = min(log2Radius - log2Decay, series.log2StepLimit(slack: Self.roundingSlack))
    // In logarithms: times may be beyond the doubles.
    let isLast = log2Step > remaining.log2Magnitude
    guard isLast || log2Step >= log2(Self.leastStep) + end.log2Magnitude else {
      throw IntegrationError.stepUnderflow(time: time.doubleValue, step: exp2(log2Step))
    }
    let step = isLast ? remaining : min(try Self.rounded(log2Step: log2Step), remaining)
    series.record(log2Allowed: ExpansionScale.log2Radius(terms) - log2Decay, taken: step.doubleValue)
    return step
  }

  /// Adds what was cut off from the step's series, the size of its last terms, and the rounding of its sum.
  private mutating func recordTruncation(of terms: [StepSeries.TermSize], step: Rational) {
    let log2H = step.log2Magnitude
    let size = max(terms[0].log2Magnitude, 0)
    let last = [plan.order - 1, plan.order].map { terms[$0].log2Magnitude + Double($0) * log2H - size }
    addLocalError(max(last[0], last[1]) * log10(2))
    addLocalError(Double(1 - plan.precision) * log10(2))
  }

  /// Adds the defect at the end of a step; `series` are expanded there.
  private mutating func recordDefect(at end: StepEnd?, _ series: StepSeries, _ state: [Matrix<BigFloat>]) {
    guard let end else { return }
    addLocalError(end.log10Defect(velocities: series.velocities, state: state))
  }

  private mutating func addLocalError(_ log10Error: Double) {
    trajectory.statistics.log10LocalErrors = log10Sum(trajectory.statistics.log10LocalErrors, log10Error)
  }

  /// 2^log2Step, rounded down to 20 bits.
  private static func rounded(log2Step: Double) throws -> Rational {
    let exponent = log2Step.rounded(.down)
    let mantissa = Int(clamping: exp2(log2Step - exponent + 20))
    return try Rational(mantissa) * .powerOfTwo(Int(clamping: exponent) - 20)
  }

  private func singular<Result>(at time: Double, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SeriesError {
      throw IntegrationError.singular(time: time, reason: error.description)
    }
  }
}
