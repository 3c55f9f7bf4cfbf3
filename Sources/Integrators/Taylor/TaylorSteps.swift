import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One pass of the Taylor method at fixed order and precision.
struct TaylorSteps {
  /// A step is ρ·e^-2: the terms of the series fall by e^-2 an order, which gives the order for the digits.
  static let stepDecay = 2.0
  /// Bits beyond the digits asked for, for the roundings of the steps' sums.
  static let guardBits = 32
  /// A step this many times shorter than the widest so far asks the field for another way of writing it.
  static let renewalRatio = 4.0
  /// Below this fraction of the last sample time a step indicates a singularity ahead.
  static let leastStep = 0x1p-40

  /// Bits by which the rounding of a term may exceed that of the first.
  static let roundingSlack = 8.0

  private var field: VectorField
  let budget: IntegrationBudget
  let start: ContinuousClock.Instant
  let order: Int
  let precision: Int
  /// Changes of the state after each step, to see what the flow makes of them.
  var perturbation: StatePerturbation?
  var trajectory: Trajectory

  init(
    field: VectorField, digits: Int, budget: IntegrationBudget, start: ContinuousClock.Instant,
    keepsDenseOutput: Bool, perturbation: StatePerturbation?
  ) {
    self.field = field
    self.budget = budget
    self.start = start
    self.perturbation = perturbation
    order = Int((Double(digits + 3) * log(10) / Self.stepDecay).rounded(.up)) + 2
    precision = Int((Double(digits) * log2(10)).rounded(.up)) + Self.guardBits
    trajectory = Trajectory(samples: [], statistics: .init(), denseOutput: keepsDenseOutput ? .init() : nil)
    trajectory.statistics.order = order
    trajectory.statistics.precision = precision
  }

  mutating func run(
    from initial: [Matrix<Rational>], at times: [Rational], progress: ((Double) -> Void)?,
    receive: ((DenseOutput.Piece) throws -> Void)? = nil
  ) throws -> Trajectory {
    let bytes = field.seriesBytes(order: order, precision: precision)
    guard bytes <= budget.bytes else {
      throw IntegrationError.memoryBudget(bytes: bytes, limit: budget.bytes)
    }
    var state = initial.map { matrix in matrix.map { BigFloat($0, precision: precision) } }
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
    var expansion = try singular(at: 0) { try self.expansion(of: field) }
    var widestStep = 0.0
    var renewalTime: Rational?
    while !pending.isEmpty {
      try budget.check(steps: trajectory.statistics.steps, since: start, at: time.doubleValue)
      let step: Rational
      let terms: [TermSize]
      do {
        try expansion.expand(at: state, order: order)
        terms = termSizes(of: expansion)
        step = try self.step(terms, at: time, until: end)
        if step.doubleValue < widestStep / Self.renewalRatio, try renewField(at: state) {
          (expansion, widestStep) = (try self.expansion(of: field), 0)
          continue
        }
      } catch let error as SeriesError {
        // Another way of writing the field is tried once: if it is singular too, so is the field.
        guard renewalTime != time, try renewField(at: state) else {
          throw IntegrationError.singular(time: time.doubleValue, reason: error.description)
        }
        renewalTime = time
        (expansion, widestStep) = (try self.expansion(of: field), 0)
        continue
      }
      widestStep = max(widestStep, step.doubleValue)
      recordLocalError(of: terms, step: step)
      let next = time + step
      let reached = pending.prefix { $0 <= next }
      pending = pending.dropFirst(reached.count)
      let offsets = (reached.map { $0 - time } + [step]).map { BigFloat($0, precision: precision) }
      let values = expansion.state.map { expansion.arithmetic.values(of: $0, order: order, at: offsets) }
      for (index, sample) in reached.enumerated() { record(sample, values.map { $0[index] }) }
      let before = state
      state = values.map { $0[reached.count] }
      guard state.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
        throw IntegrationError.stepUnderflow(time: time.doubleValue, step: step.doubleValue)
      }
      perturbation?.apply(to: &state, before: before)
      if trajectory.denseOutput != nil || receive != nil {
        let coefficients = expansion.state.map { expansion.arithmetic.coefficients(of: $0, order: order) }
        let piece = DenseOutput.Piece(start: time, step: step, coefficients: coefficients)
        trajectory.denseOutput?.pieces.append(piece)
        try receive?(piece)
      }
      time = next
      trajectory.statistics.steps += 1
      progress?(time.doubleValue)
    }
    return trajectory
  }

  private func expansion(of field: VectorField) throws -> SeriesExpansion<BallSeriesArithmetic> {
    try SeriesExpansion(of: field, arithmetic: BallSeriesArithmetic(order: order, precision: precision))
  }

  /// Takes another way of writing the field, if it offers one for this state.
  private mutating func renewField(at state: [Matrix<BigFloat>]) throws -> Bool {
    guard let renewed = try field.renewed?(state) else { return false }
    field = renewed
    return true
  }

  /// The step length, rounded down to 20 bits so that times stay short rationals.
  ///
  /// The last two coefficients bound the truncation. Every coefficient bounds the rounding: order k is computed
  /// with fewer bits the higher k is, which supposes that its term falls accordingly; where the terms first
  /// rise (entire solutions) the step is cut until no order's rounding exceeds the first's by `roundingSlack`.
  private func step(_ terms: [TermSize], at time: Rational, until end: Rational) throws -> Rational {
    let remaining = end - time
    let size = max(terms[0].log2Magnitude, 0)
    let (last, beforeLast) = (terms[order].log2Magnitude, terms[order - 1].log2Magnitude)
    let log2Radius = min((size - beforeLast) / Double(order - 1), (size - last) / Double(order))
    var log2Step = log2Radius - (Self.stepDecay + 0.7 / Double(order - 1)) * log2(exp(1))
    for k in 1...order {
      let lost = terms[0].precision - terms[k].precision
      let allowed = size + Self.roundingSlack - lost - terms[k].log2Magnitude
      log2Step = min(log2Step, allowed / Double(k))
    }
    let step =
      log2Step > log2(remaining.doubleValue) ? remaining : try rounded(exp2(log2Step), remaining: remaining)
    guard step == remaining || (step.signum() > 0 && step.doubleValue >= Self.leastStep * end.doubleValue)
    else {
      throw IntegrationError.stepUnderflow(time: time.doubleValue, step: step.doubleValue)
    }
    return step
  }

  /// Adds the step's local error: its last terms, and the rounding of every term.
  private mutating func recordLocalError(of terms: [TermSize], step: Rational) {
    let log2H = log2(step.doubleValue)
    let size = max(terms[0].log2Magnitude, 0)
    let scaled = terms.indices.map { terms[$0].log2Magnitude + Double($0) * log2H - size }
    let truncation = max(scaled[order], scaled[order - 1])
    let rounding = terms.indices.map { scaled[$0] - terms[$0].precision }.max() ?? 0
    let local = log10Sum(truncation * log10(2), (rounding + 2) * log10(2))
    trajectory.statistics.log10LocalErrors = log10Sum(trajectory.statistics.log10LocalErrors, local)
  }

  /// log2 of the largest entry of a coefficient, and the bits that it was computed with.
  private typealias TermSize = (log2Magnitude: Double, precision: Double)

  /// For each order from 0 on.
  private func termSizes<A>(of expansion: SeriesExpansion<A>) -> [TermSize] {
    (0...order).map { k in
      let magnitude = expansion.state.map { expansion.arithmetic.log2Magnitude($0, k) }.max()
      return (magnitude ?? -.infinity, Double(expansion.arithmetic.precision(ofOrder: k)))
    }
  }

  private func rounded(_ step: Double, remaining: Rational) throws -> Rational {
    guard step > 0, step.isFinite else { return 0 }
    let unit = exp2(log2(step).rounded(.down) - 20)
    return min(try Rational(exactly: (step / unit).rounded(.down) * unit), remaining)
  }

  private func singular<Result>(at time: Double, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SeriesError {
      throw IntegrationError.singular(time: time, reason: error.description)
    }
  }
}
