import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One pass of the Taylor method at fixed order and precision.
struct TaylorSteps {
  /// What is to be known of the steps' errors.
  enum Errors {
    case nothing
    /// Series that can be enclosed, for `CandidateStep.enclosure`.
    case enclosures
    /// Bounds of local errors, and what becomes of them.
    case estimates
  }

  /// A step this many times shorter than the widest so far asks the field for another way of writing it.
  static let renewalRatio = 4.0
  /// Steps shorter than this part of the time, and with every sign of a singularity ahead, end a pass.
  private static let log2LeastStep = -64.0
  /// Times are fractions, with denominators that can be stored.
  private static let log2LeastStored = -0x1p25
  /// Bits by which the rounding of a term may exceed that of the first.
  static let roundingSlack = 8.0
  /// The part of a step that is taken again where the field has no series at its end.
  private static let retreat = Rational(5, 8)

  var field: VectorField
  private let arithmetic: TaylorIntegrator.Arithmetic
  let errors: Errors
  let budget: IntegrationBudget
  let start: ContinuousClock.Instant
  let digits: Int
  /// Digits that estimates must have for the pass to be of use.
  private let goal: Int
  private(set) var plan: StepPlan
  var trajectory: Trajectory
  /// Log10 of the largest error estimated at the end of any step, relative to max(1, |state|).
  var log10Error = -Double.infinity
  /// That and where the errors grew too large for the pass to go on.
  private(set) var lost: LostAccuracy?
  /// Log2 of the radius of convergence at the start: given where it is known, and found by `run` where not.
  private(set) var firstRadius: Double?
  /// The present step's series and state.
  private var series: StepSeries
  var point: Point
  var shrinking = ShrinkingSteps()
  var widestStep = 0.0
  private var renewalTime: Rational?
  /// When steps of Radau IIA are taken instead.
  var implicit: ImplicitPhase
  /// Of the last steps, for their local errors to be known.
  private var shortening = StepShortening()
  /// Of the last `LocalErrors` in Taylor models.
  private var effort = LocalErrors.Effort()
  private var widenings = 0
  private var widenedTime: Rational?
  private let reservation: MemoryAccount.Reservation
  private let initial: [Matrix<Rational>]

  /// What a pass has reached.
  struct Point {
    var time = Rational(0)
    var state: [Matrix<BigFloat>]
    var transport: ErrorTransport?
    var sampleCount = 0
  }

  /// - Throws: `IntegrationError`.
  init(
    field: VectorField, from initial: [Matrix<Rational>], digits: Int, budget: IntegrationBudget,
    start: ContinuousClock.Instant, keepsDenseOutput: Bool, arithmetic: TaylorIntegrator.Arithmetic,
    errors: Errors, goal: Int? = nil, firstRadius: Double? = nil
  ) throws {
    (self.field, self.firstRadius, self.digits, self.goal) = (field, firstRadius, digits, goal ?? digits)
    self.initial = initial
    (self.arithmetic, self.errors) = (arithmetic, errors)
    (self.budget, self.start) = (budget, start)
    plan = StepPlan(digits: digits)
    implicit = ImplicitPhase(digits: digits, precision: plan.precision, budget: budget)
    let precision = plan.precision
    reservation = try budget.reserve(field.seriesBytes(order: plan.order, precision: precision))
    trajectory = Trajectory(samples: [], statistics: .init(), denseOutput: keepsDenseOutput ? .init() : nil)
    trajectory.statistics.order = plan.order
    trajectory.statistics.precision = precision
    let state = initial.map { matrix in matrix.map { BigFloat($0, precision: precision) } }
    do {
      series = try StepSeries(
        field: field, plan: plan, firstRadius: firstRadius, arithmetic: arithmetic,
        tracksErrors: errors != .nothing)
      point = Point(state: state)
      if errors == .estimates {
        let roundings = zip(initial, state).map { matrix, rounded in
          Matrix(
            rows: matrix.rows, columns: matrix.columns,
            elements: zip(matrix.elements, rounded.elements).map { exact, value in
              let isExact = (try? Rational(exactly: value)) == exact
              return isExact
                ? BigFloat(zeroWithPrecision: LocalErrors.precision)
                : value.magnitude.scaled(byPowerOfTwo: -precision).rounded(toPrecision: LocalErrors.precision)
            })
        }
        point.transport = try ErrorTransport(of: field, plan: plan, arithmetic: arithmetic, errors: roundings)
      }
    } catch let error as SeriesError {
      throw IntegrationError.singular(time: 0, reason: error.description)
    }
  }

  /// Takes a step and says up to which time it is accepted, at most to its end: the next one starts there.
  typealias Receiver = (CandidateStep) throws -> Rational

  /// Samples as far as the flow or the pass goes; what ends it before the last is the trajectory's `stop`.
  ///
  /// - Throws: what `receive` throws; `CancellationError`.
  mutating func run(
    at times: [Rational], progress: ((Double) -> Void)?, receive: Receiver? = nil
  ) throws -> Trajectory {
    do {
      try advance(at: times, progress: progress, receive: receive)
    } catch let error as IntegrationError {
      trajectory.stop = error
    } catch let error as LostAccuracy {
      lost = error
    }
    return trajectory
  }

  private mutating func advance(
    at times: [Rational], progress: ((Double) -> Void)?, receive: Receiver?
  ) throws {
    let numbers = MemoryAccount.product(times.count, point.state.reduce(0) { $0 + $1.elements.count })
    let samples = try budget.reserve(MemoryAccount.bytes(numbers: numbers, precision: plan.precision))
    defer { withExtendedLifetime(samples) {} }
    for time in times.prefix(while: \.isZero) { record(time, point.state, log10Error: -.infinity) }
    guard let end = times.last else { return }
    var previous: (point: Point, step: Rational, log2Radius: Double)?
    var limit: Rational?
    /// Log2 of the longest step over which the errors' series converge, where that was too long once.
    var reach: Double?
    while point.time < end {
      let time = point.time
      let check = self.check
      try check()
      try preferField()
      if try implicit.isDue(field, at: point.state, remaining: (end - time).doubleValue) {
        let isTaken = try takeImplicitStep(until: end, at: times, progress: progress, receive: receive)
        if isTaken {
          (previous, limit, reach) = (nil, nil, nil)
          continue
        }
      }
      var (step, longest) = (Rational(0), Rational(0))
      var bounds: LocalErrors?
      do {
        try series.expand(at: point.state, remaining: (end - time).doubleValue, check: check)
        firstRadius = firstRadius ?? ExpansionScale.log2Radius(series.terms)
        let log2Radius = ExpansionScale.log2Radius(series.terms)
        if let previous, try widenGuard(log2Radius, after: previous) { continue }
        step = try self.step(at: time, until: end, next: times[trajectory.samples.count])
        if step.doubleValue < widestStep / Self.renewalRatio, try renewField() { continue }
        if let limit, limit < step { step = limit }
        longest = step
        if receive != nil, case let part = shortening.first(), part < 1 {
          step = min(step, try Self.rounded(log2Step: (part * step).log2Magnitude))
        }
        (step, bounds) = try checked(step)
      } catch let error as SeriesError {
        // Another way of writing the field is tried once, then a step that ends elsewhere: if the field is singular
        // there too, so it is.
        if renewalTime != time {
          renewalTime = time
          if try renewField() { continue }
        }
        // What is handed out is not taken back.
        guard receive == nil, limit == nil, let last = previous else {
          throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
        }
        point = last.point
        trajectory.samples.removeLast(trajectory.samples.count - point.sampleCount)
        (limit, previous) = (last.step * Self.retreat, nil)
        continue
      }
      if let reach, reach < step.log2Magnitude {
        guard reach > Self.log2LeastStored else { throw tooShort(0) }
        (step, bounds) = try checked(min(try Self.rounded(log2Step: reach), end - time))
      }
      limit = nil
      let before = point
      do {
        step = try take(step, bounds, at: times, progress: progress, receive: receive)
      } catch is StepTooLong {
        point = before
        reach = step.log2Magnitude - 1
        continue
      }
      if receive != nil { shortening.record(step / longest) }
      reach = reach.map { $0 + Self.log2ReachGrowth }
      previous = (before, step, ExpansionScale.log2Radius(series.terms))
      shrinking.record(
        log2Step: step.log2Magnitude, log2Size: series.terms[0].log2Magnitude,
        log2Velocity: series.terms[1].log2Magnitude)
      series.record(taken: step.doubleValue)
      // A step that was cut says nothing of how long Taylor steps may be.
      implicit.record(explicit: longest.doubleValue)
      widestStep = max(widestStep, step.doubleValue)
      recordTruncation(step: step)
    }
  }

  /// Whether the budget allows more: throws where not.
  var check: () throws -> Void {
    let (steps, time) = (trajectory.statistics.steps, point.time.doubleValue)
    return { [budget, start] in try budget.check(steps: steps, since: start, at: time) }
  }

  /// Goes to the end of the step whose series are there, or as far as it is accepted: that is returned.
  private mutating func take(
    _ step: Rational, _ bounds: LocalErrors?, at times: [Rational], progress: ((Double) -> Void)?,
    receive: Receiver?
  ) throws -> Rational {
    let (time, next, before) = (point.time, point.time + step, point.state)
    let reached = times[trajectory.samples.count...].prefix { $0 <= next }
    let offsets = (reached.map { $0 - time } + [step]).map {
      BigFloat($0, precision: series.offsetPrecision)
    }
    let values = series.values(at: offsets)
    func value(_ index: Int) -> [Matrix<BigFloat>] { values.map { $0[index] } }
    let end = value(reached.count)
    guard end.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
      throw tooShort(step.doubleValue)
    }
    let errors = try transported(bounds, to: offsets, value)
    for (index, sample) in reached.enumerated() { record(sample, value(index), log10Error: errors[index]) }
    (point.time, point.state) = (next, end)
    if trajectory.denseOutput != nil || receive != nil {
      let whole = CandidateStep(
        field: field, start: time, length: step, before: before, after: end, polynomials: series)
      trajectory.denseOutput?.pieces.append(whole.piece(length: step))
      if let accepted = try receive?(whole), accepted < next {
        (point.time, point.state) = (accepted, whole.value(at: accepted))
        while let last = trajectory.samples.last, last.time > accepted { trajectory.samples.removeLast() }
      }
    }
    point.sampleCount = trajectory.samples.count
    trajectory.statistics.steps += 1
    if series.isFixedPoint { trajectory.statistics.fixedPointSteps += 1 }
    progress?(point.time.doubleValue)
    return point.time - time
  }

  mutating func record(_ time: Rational, _ state: [Matrix<BigFloat>], log10Error: Double) {
    trajectory.samples.append(.init(time: time, state: state, log10Error: log10Error))
  }

  /// A step that is short enough for its local errors to be known and small, and these.
  private mutating func checked(_ step: Rational) throws -> (Rational, LocalErrors?) {
    guard errors == .estimates else { return (step, nil) }
    if stands { return (step, LocalErrors(noneAt: point.state)) }
    let carried = (point.transport?.log10Error ?? -.infinity) - max(0, point.state.log10Size)
    let harmless = carried - Self.spareDigits - log10(Double(trajectory.statistics.steps + 1))
    let enough = max(-Double(digits) - Self.spareDigits, harmless)
    let begun = shortening.first()
    let longest = step
    var step = longest * begun
    var bounds = try localErrors(step, log10Enough: enough)
    defer { shortening.record(step / longest) }
    for _ in 0..<Self.mostShortenings {
      if let bounds, bounds.log10Size <= enough { break }
      let excess = bounds.map { $0.log10Size - enough + Self.spareDigits } ?? .infinity
      let part = max(0.5, pow(10, -excess / Double(plan.order)))
      let shorterStep = try step * Rational(exactly: (part * 256).rounded(.down) / 256)
      let shorter = try localErrors(shorterStep, log10Enough: enough)
      if let bounds {
        // What rounding leaves does not become less: digits are for that, which cost less than steps.
        guard let shorter, shorter.log10Size < bounds.log10Size - min(excess / 2, Self.leastGain) else {
          break
        }
      }
      (step, bounds) = (shorterStep, shorter)
    }
    return (step, bounds)
  }

  /// Whether the flow stands here: all of the series are 0 but the state, and so is the field at more digits.
  var stands: Bool {
    guard series.terms.dropFirst().allSatisfy({ $0.log2Magnitude == -.infinity }) else { return false }
    return StepEnd(of: field, at: point.state, step: BigFloat(1, precision: 64), precision: plan.precision)?
      .stands ?? false
  }

  private mutating func localErrors(_ step: Rational, log10Enough: Double) throws -> LocalErrors? {
    if series.isFixedPoint,
      let bounds = LocalErrors(of: series.truncation(step: step), state: point.state)
    {
      return bounds
    }
    // Norms in doubles find nothing where a matrix that is solved with is nearly singular.
    let piece = DenseOutput.Piece(start: point.time, step: step, coefficients: series.coefficients)
    return try LocalErrors(
      of: piece, field: field, log10Enough: log10Enough + max(0, point.state.log10Size) - Self.spareDigits,
      precision: plan.precision, state: point.state, effort: &effort,
      check: check)
  }

  /// How often a step is shortened, to half of it at least.
  private static let mostShortenings = 16
  /// Decimal digits by which a local error must be below the error asked for, or a step's share of the error that is there.
  static let spareDigits = 2.0
  /// Decimal digits that a shorter step must bring.
  private static let leastGain = 3.0

  /// Carries the errors over a step, with those that it adds.
  ///
  /// - Returns: their estimates at the offsets.
  /// - Throws: `LostAccuracy` where they are no longer small; `StepTooLong`; `IntegrationError.singular`.
  private mutating func transported(
    _ bounds: LocalErrors?, to offsets: [BigFloat], _ value: (Int) -> [Matrix<BigFloat>]
  ) throws -> [Double] {
    guard errors == .estimates, let step = offsets.last else { return offsets.map { _ in .nan } }
    guard var bounds, point.transport != nil else { throw lostAccuracy(.infinity) }
    let (end, offset) = try stepEnd(step, value(offsets.count - 1))
    guard end.isKnown else { throw lostAccuracy(.infinity) }
    bounds.add(end.defects(series.changes(at: offset)), state: point.state)
    if point.time.isZero { bounds.add(try startDefects(step), state: point.state) }
    // What a step commits grows with the rest of it: it is added before and after.
    point.transport?.add(bounds.bounds)
    let carried: [Double]
    let check = self.check
    do {
      carried = try point.transport?.advance(from: point.state, to: offsets, check: check) ?? []
    } catch is SeriesError {
      carried = offsets.map { _ in .infinity }
    }
    if carried.last == .infinity, step.log10Magnitude >= log10Shortest { throw StepTooLong() }
    point.transport?.add(bounds.bounds)
    let own = bounds.log10Size + max(0, point.state.log10Size)
    let found = carried.enumerated().map { index, size in
      log10Sum(size, own) + Self.safety - max(0, value(index).log10Size)
    }
    log10Error = max(log10Error, found.max() ?? .infinity)
    trajectory.statistics.log10LocalErrors = log10Sum(
      trajectory.statistics.log10LocalErrors, bounds.log10Size)
    guard log10Error < Self.mostLog10Error else { throw lostAccuracy(log10Error) }
    // A pass that will be repeated need not go where rounding makes steps ever shorter.
    if log10Error > -Double(goal), step.log10Magnitude < log10(widestStep) - Self.leastScouting {
      throw lostAccuracy(.infinity)
    }
    guard end.isLinear(over: point.transport?.errors ?? []) else { throw lostAccuracy(.infinity) }
    return found
  }

  /// What the rounding of the start makes of the field over the first step: a field that varies within it is not seen by
  /// what carries errors linearly.
  private func startDefects(_ step: BigFloat) throws -> [Matrix<BigFloat>] {
    guard
      let start = StepEnd(of: field, at: point.state, step: step, precision: plan.precision),
      let defects = start.defects(fromExact: initial)
    else { throw lostAccuracy(.infinity) }
    return defects
  }

  /// The field where a step ends, or, where it has no value there, at three quarters of it.
  ///
  /// - Throws: `IntegrationError.singular` where it has none there either.
  private func stepEnd(_ step: BigFloat, _ end: [Matrix<BigFloat>]) throws -> (StepEnd, offset: BigFloat) {
    let inside = step * BigFloat(Rational(3, 4), precision: 64)
    for offset in [step, inside] {
      let state = offset == step ? end : series.values(at: [offset]).map { $0[0] }
      if let end = StepEnd(of: field, at: state, step: offset, precision: plan.precision) {
        return (end, offset)
      }
    }
    throw IntegrationError.singular(
      time: point.time.doubleValue, reason: "the velocity has no value within a step from there")
  }

  /// The errors' series do not converge over the step.
  private struct StepTooLong: Error {}
  private static let log2ReachGrowth = 0.3

  /// Log10 of a step so short that the errors' series must converge over it.
  private var log10Shortest: Double {
    log10(max(widestStep, point.time.doubleValue)) - 12
  }

  /// Log10 of how much shorter than the widest the steps of a pass that is not accurate enough may become.
  private static let leastScouting = 6.0
  /// Log10 of the safety factor on estimates.
  static let safety = 1.0
  /// Errors above 10^this are no longer what a linear equation says they are.
  static let mostLog10Error = -3.0

  /// That the errors have grown too large: at a singularity, if all signs of one are there.
  func lostAccuracy(_ log10Error: Double) -> LostAccuracy {
    LostAccuracy(
      time: point.time.doubleValue, log10Error: log10Error,
      step: shrinking.log2Distance == nil ? nil : exp2(shrinking.log2Step))
  }

  /// Takes another way of writing the field, if it offers one for this state.
  private mutating func renewField() throws -> Bool {
    guard let renewed = try field.renewed?(point.state) else { return false }
    try write(as: renewed, radius: nil)
    widestStep = 0
    return true
  }

  /// Takes more guard bits where the radius of convergence becomes less than the step before explains, and the last
  /// coefficients may be rounding errors.
  ///
  /// Near a singularity of a matrix that is solved with, errors of the last orders are many bits more than a unit, and units
  /// grow from order to order: these orders are of the errors' size whatever the scale, and steps would shrink towards a
  /// point that is none.
  private mutating func widenGuard(
    _ log2Radius: Double, after previous: (point: Point, step: Rational, log2Radius: Double)
  ) throws -> Bool {
    let left = exp2(previous.log2Radius - log2Radius) - previous.step.doubleValue * exp2(-log2Radius)
    guard errors == .estimates, left * Self.plainShrinking > 1, widenings < Self.mostWidenings,
      widenedTime != point.time, series.isDoubtful(bits: Self.doubtfulBits)
    else { return false }
    let bits = max(Self.leastWidening, plan.order / 2)
    guard
      FixedPointSeriesArithmetic.serves(order: plan.order, precision: plan.precision + plan.guardBits + bits)
    else { return false }
    plan = plan.widened(by: bits)
    (widenings, widenedTime) = (widenings + 1, point.time)
    try write(as: field, radius: log2(left) + log2Radius)
    return true
  }

  private static let mostWidenings = 16
  /// Guard bits that are added, at least.
  private static let leastWidening = 32
  /// Coefficients that are fewer bits above a unit may be rounding errors.
  private static let doubtfulBits = 48.0
  /// The radius may be found to be this part of what it must be.
  private static let plainShrinking = 0.75

  /// Takes the way of writing the field that suits this state, where it names one.
  private mutating func preferField() throws {
    guard let preferred = try field.preferred?(point.state) else { return }
    do {
      try write(
        as: preferred, radius: series.terms.isEmpty ? nil : ExpansionScale.log2Radius(series.terms))
    } catch let error as SeriesError {
      throw IntegrationError.singular(time: point.time.doubleValue, reason: error.description)
    }
  }

  /// - Parameter radius: log2 of the radius of convergence where the first series will be, if it is known.
  private mutating func write(as field: VectorField, radius: Double?) throws {
    self.field = field
    implicit.renew()
    try restartSeries(radius: radius)
    point.transport = try point.transport?.renewed(field, plan: plan)
  }

  /// Forgets what the steps before predict of the next.
  mutating func restartSeries(radius: Double?) throws {
    series = try StepSeries(
      field: field, plan: plan, firstRadius: radius, arithmetic: arithmetic, tracksErrors: errors != .nothing)
  }

  /// The step length, rounded down to 20 bits so that times stay short rationals.
  ///
  /// The last two coefficients bound the truncation; the falling precision of the coefficients is another bound
  /// (`StepSeries.log2StepLimit`).
  private mutating func step(at time: Rational, until end: Rational, next: Rational) throws -> Rational {
    let (remaining, order, terms) = (end - time, plan.order, series.terms)
    let size = max(terms[0].log2Magnitude, 0)
    let (last, beforeLast) = (terms[order].log2Magnitude, terms[order - 1].log2Magnitude)
    let log2Radius = min((size - beforeLast) / Double(order - 1), (size - last) / Double(order))
    let log2Step = min(log2Radius - plan.log2Decay, series.log2StepLimit(slack: Self.roundingSlack))
    // In logarithms: times may be beyond the doubles.
    if log2Step > remaining.log2Magnitude { return remaining }
    guard log2Step > Self.log2LeastStored else { throw tooShort(0) }
    let step = min(try Self.rounded(log2Step: log2Step), remaining)
    if step == remaining { return step }
    let log2Time = time.isZero ? -Double.infinity : time.log2Magnitude
    guard step.signum() > 0, log2Step > log2Time - Double(plan.precision) else {
      throw tooShort(step.doubleValue)
    }
    if log2Step < log2Time + Self.log2LeastStep, let distance = shrinking.log2Distance,
      distance < (next - time).log2Magnitude - 1
    {
      throw tooShort(step.doubleValue)
    }
    return step
  }

  private func tooShort(_ step: Double) -> IntegrationError {
    let time = point.time.doubleValue
    return shrinking.log2Distance == nil
      ? .stepsTooShort(time: time, step: step) : .stepUnderflow(time: time, step: step)
  }

  /// Adds what was cut off from the step's series, the size of its last terms, and the rounding of its sum.
  private mutating func recordTruncation(step: Rational) {
    guard errors != .estimates else { return }
    let (log2H, terms) = (step.log2Magnitude, series.terms)
    let size = max(terms[0].log2Magnitude, 0)
    let last = [plan.order - 1, plan.order].map { terms[$0].log2Magnitude + Double($0) * log2H - size }
    let local = log10Sum(max(last[0], last[1]) * log10(2), Double(1 - plan.precision) * log10(2))
    trajectory.statistics.log10LocalErrors = log10Sum(trajectory.statistics.log10LocalErrors, local)
  }

  /// 2^log2Step, rounded down to 20 bits.
  private static func rounded(log2Step: Double) throws -> Rational {
    let exponent = log2Step.rounded(.down)
    let mantissa = Int(clamping: exp2(log2Step - exponent + 20))
    return try Rational(mantissa) * .powerOfTwo(Int(clamping: exponent) - 20)
  }
}
