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
    /// Series that can be enclosed, for `TaylorStep.enclosure`.
    case enclosures
    /// Bounds of local errors, and what becomes of them.
    case estimates
  }

  /// A step this many times shorter than the widest so far asks the field for another way of writing it.
  static let renewalRatio = 4.0
  /// Steps shorter than this part of the time, and with every sign of a singularity ahead, end a pass.
  private static let log2LeastStep = -80.0
  /// Bits by which the rounding of a term may exceed that of the first.
  static let roundingSlack = 8.0
  /// The part of a step that is taken again where the field has no series at its end.
  private static let retreat = Rational(5, 8)

  private var field: VectorField
  private let arithmetic: TaylorIntegrator.Arithmetic
  private let errors: Errors
  let budget: IntegrationBudget
  let start: ContinuousClock.Instant
  let digits: Int
  let plan: StepPlan
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
  private var shrinking = ShrinkingSteps()
  private var widestStep = 0.0
  private var renewalTime: Rational?
  private let reservation: MemoryAccount.Reservation

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
    errors: Errors, firstRadius: Double? = nil
  ) throws {
    (self.field, self.firstRadius, self.digits) = (field, firstRadius, digits)
    (self.arithmetic, self.errors) = (arithmetic, errors)
    (self.budget, self.start) = (budget, start)
    plan = StepPlan(digits: digits)
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

  /// Samples as far as the flow or the pass goes; what ends it before the last is the trajectory's `stop`.
  ///
  /// - Throws: what `receive` throws; `CancellationError`.
  mutating func run(
    at times: [Rational], progress: ((Double) -> Void)?, receive: ((TaylorStep) throws -> Void)? = nil
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
    at times: [Rational], progress: ((Double) -> Void)?, receive: ((TaylorStep) throws -> Void)?
  ) throws {
    let numbers = MemoryAccount.product(times.count, point.state.reduce(0) { $0 + $1.elements.count })
    let samples = try budget.reserve(MemoryAccount.bytes(numbers: numbers, precision: plan.precision))
    defer { withExtendedLifetime(samples) {} }
    for time in times.prefix(while: \.isZero) { record(time, point.state, log10Error: -.infinity) }
    guard let end = times.last else { return }
    var previous: (point: Point, step: Rational)?
    var limit: Rational?
    /// The longest step over which the errors' series converge, where that was too long once.
    var reach: Double?
    while point.time < end {
      let time = point.time
      let (steps, reachedTime) = (trajectory.statistics.steps, time.doubleValue)
      let check = { [budget, start] in try budget.check(steps: steps, since: start, at: reachedTime) }
      try check()
      try preferField()
      var step: Rational
      var bounds: LocalErrors?
      do {
        try series.expand(at: point.state, remaining: (end - time).doubleValue, check: check)
        firstRadius = firstRadius ?? ExpansionScale.log2Radius(series.terms)
        step = try self.step(at: time, until: end, next: times[trajectory.samples.count])
        if step.doubleValue < widestStep / Self.renewalRatio, try renewField() { continue }
        if let limit, limit < step { step = limit }
        (step, bounds) = try checked(step)
      } catch let error as SeriesError {
        // Another way of writing the field is tried once, then a step that ends elsewhere: if the field is singular
        // there too, so it is.
        if renewalTime != time {
          renewalTime = time
          if try renewField() { continue }
        }
        guard limit == nil, let last = previous else {
          throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
        }
        point = last.point
        trajectory.samples.removeLast(trajectory.samples.count - point.sampleCount)
        (limit, previous) = (last.step * Self.retreat, nil)
        continue
      }
      if let reach, reach < step.doubleValue {
        (step, bounds) = try checked(min(try Self.rounded(log2Step: log2(reach)), end - time))
      }
      limit = nil
      let before = point
      do {
        try take(step, bounds, at: times, progress: progress, receive: receive)
      } catch is StepTooLong {
        point = before
        reach = step.doubleValue / 2
        continue
      }
      reach = reach.map { $0 * Self.reachGrowth }
      previous = (before, step)
      series.record(taken: step.doubleValue)
      widestStep = max(widestStep, step.doubleValue)
      recordTruncation(step: step)
    }
  }

  /// Goes to the end of the step whose series are there.
  private mutating func take(
    _ step: Rational, _ bounds: LocalErrors?, at times: [Rational], progress: ((Double) -> Void)?,
    receive: ((TaylorStep) throws -> Void)?
  ) throws {
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
    if trajectory.denseOutput != nil || receive != nil {
      let whole = TaylorStep(
        field: field, start: time, length: step, before: before, after: end, series: series)
      trajectory.denseOutput?.pieces.append(whole.piece)
      try receive?(whole)
    }
    (point.time, point.state, point.sampleCount) = (next, end, trajectory.samples.count)
    trajectory.statistics.steps += 1
    if series.isFixedPoint { trajectory.statistics.fixedPointSteps += 1 }
    progress?(next.doubleValue)
  }

  private mutating func record(_ time: Rational, _ state: [Matrix<BigFloat>], log10Error: Double) {
    trajectory.samples.append(.init(time: time, state: state, log10Error: log10Error))
  }

  /// A step that is short enough for its local errors to be known and small, and these.
  private func checked(_ step: Rational) throws -> (Rational, LocalErrors?) {
    guard errors == .estimates else { return (step, nil) }
    var (step, bounds) = (step, try localErrors(step))
    for _ in 0..<Self.mostHalvings {
      if let bounds, bounds.log10Size <= -Double(digits) - Self.spareDigits { break }
      let half = step / 2
      let shorter = try localErrors(half)
      if let bounds {
        // What rounding leaves does not become less.
        guard let shorter, shorter.log10Size < bounds.log10Size - Self.leastGain else { break }
      }
      (step, bounds) = (half, shorter)
    }
    return (step, bounds)
  }

  private func localErrors(_ step: Rational) throws -> LocalErrors? {
    if series.isFixedPoint {
      let free = [[Ball]?](repeating: nil, count: point.state.count)
      return LocalErrors(
        of: series.enclosure(step: step, leading: 0, deviations: free), state: point.state)
    }
    let piece = DenseOutput.Piece(start: point.time, step: step, coefficients: series.coefficients)
    return try LocalErrors(
      of: piece, field: field, digits: digits + 4, precision: plan.precision, state: point.state)
  }

  /// How often a step is halved.
  private static let mostHalvings = 16
  /// Decimal digits by which a local error must be below the error asked for.
  private static let spareDigits = 2.0
  /// Decimal digits that a shorter step must bring.
  private static let leastGain = 1.0

  /// Carries the errors over a step.
  ///
  /// - Returns: their estimates at the offsets.
  /// - Throws: `LostAccuracy` where they are no longer small.
  private mutating func transported(
    _ bounds: LocalErrors?, to offsets: [BigFloat], _ value: (Int) -> [Matrix<BigFloat>]
  ) throws -> [Double] {
    guard errors == .estimates else { return offsets.map { _ in .nan } }
    guard let bounds, point.transport != nil else { throw lostAccuracy(.infinity) }
    // What a step commits grows with the rest of it: it is added before and after.
    point.transport?.add(bounds.bounds)
    let carried: [Double]
    do {
      carried = try point.transport?.advance(from: point.state, to: offsets) ?? []
    } catch is SeriesError {
      carried = offsets.map { _ in .infinity }
    }
    let isShortest = offsets.last.map { $0.log10Magnitude < log10Shortest } ?? true
    if carried.last == .infinity, !isShortest { throw StepTooLong() }
    point.transport?.add(bounds.bounds)
    let own = bounds.log10Size + max(0, point.state.log10Size)
    let found = carried.enumerated().map { index, size in
      log10Sum(size, own) + Self.safety - max(0, value(index).log10Size)
    }
    log10Error = max(log10Error, found.max() ?? .infinity)
    trajectory.statistics.log10LocalErrors = log10Sum(
      trajectory.statistics.log10LocalErrors, bounds.log10Size)
    guard log10Error < Self.mostLog10Error else { throw lostAccuracy(log10Error) }
    guard try isLinear(around: value(offsets.count - 1), over: offsets[offsets.count - 1]) else {
      throw lostAccuracy(.infinity)
    }
    return found
  }

  /// Whether the field is nearly linear over the distance of the errors, as carrying them supposes: what a step makes of
  /// F(x + v) - 2 F(x) + F(x - v) must be small beside v. Near a singularity that solutions from neighbouring starts pass,
  /// it is not, however small the errors are.
  private func isLinear(around state: [Matrix<BigFloat>], over step: BigFloat) throws -> Bool {
    guard let errors = point.transport?.errors, errors.log10Size > -.infinity else { return true }
    // Twice the precision: the difference is of second order.
    let precision = 2 * plan.precision + 64
    func velocity(_ sign: Rational) throws -> [Matrix<BigFloat>]? {
      let shifted = zip(state, errors).map { matrix, error in
        Matrix(
          rows: matrix.rows, columns: matrix.columns,
          elements: zip(matrix.elements, error.elements).map { x, v in
            x.rounded(toPrecision: precision) + BigFloat(sign, precision: precision) * v
          })
      }
      return try? field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, shifted)), precision: precision)
    }
    guard let middle = try velocity(0), let right = try velocity(1), let left = try velocity(-1) else {
      return false
    }
    var largest = -Double.infinity
    for (place, matrix) in middle.enumerated() {
      for (entry, value) in matrix.elements.enumerated() {
        let sum = right[place].elements[entry] + left[place].elements[entry]
        let difference = step * (sum - value - value)
        guard difference.isFinite else { return false }
        largest = max(largest, difference.log10Magnitude)
      }
    }
    return largest < errors.log10Size + Self.mostCurvature
  }

  /// Log10 of the part of the errors that a step may make of the field's curvature.
  private static let mostCurvature = -2.0

  /// The errors' series do not converge over the step.
  private struct StepTooLong: Error {}
  private static let reachGrowth = 1.25

  /// Log10 of a step so short that the errors' series must converge over it.
  private var log10Shortest: Double {
    log10(max(widestStep, point.time.doubleValue)) - 12
  }

  /// Log10 of the safety factor on estimates.
  private static let safety = 1.0
  /// Errors above 10^this are no longer what a linear equation says they are.
  private static let mostLog10Error = -3.0

  /// That the errors have grown too large: at a singularity, if all signs of one are there.
  private func lostAccuracy(_ log10Error: Double) -> LostAccuracy {
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
    series = try StepSeries(
      field: field, plan: plan, firstRadius: radius, arithmetic: arithmetic, tracksErrors: errors != .nothing)
    point.transport = try point.transport?.renewed(field, plan: plan)
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
    shrinking.record(
      log2Step: log2Step, log2Size: terms[0].log2Magnitude, log2Velocity: terms[1].log2Magnitude)
    // In logarithms: times may be beyond the doubles.
    if log2Step > remaining.log2Magnitude { return remaining }
    guard log2Step.isFinite else { throw tooShort(0) }
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
