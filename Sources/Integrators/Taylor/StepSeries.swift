import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The power series of a run's steps: in fixed point where that is served and pays, else on Arb.
///
/// The fixed-point engine must know about how long the step will be before the series is computed: it is
/// predicted from the steps before, at first by `ExpansionScale`. Where the prediction was too long, a shorter scale,
/// and in the end the Arb engine, takes the step.
final class StepSeries {
  /// Log2 of the largest entry of a coefficient, and of its rounding error.
  typealias TermSize = (log2Magnitude: Double, log2Rounding: Double)

  private let field: VectorField
  private let plan: StepPlan
  private let fixedPoint: SeriesExpansion<FixedPointSeriesArithmetic>?
  private var ball: SeriesExpansion<BallSeriesArithmetic>?
  private(set) var isFixedPoint = false
  /// For each order from 0 on, of the last expansion.
  private(set) var terms: [TermSize] = []
  /// Log2 of the radius of convergence where the first series is computed, if it is known before.
  private let firstRadius: Double?
  /// Of the last expansion in fixed point: see `ExpansionScale.log2Growth`.
  private var log2Growth = 0.0
  /// The longest steps that the series before allowed, the latest last.
  private var allowedSteps: [Double] = []
  /// Steps that are left to the Arb engine, and how many will be when fixed point fails the next time: where a flow
  /// is stiff it does so at every step.
  private var (pause, nextPause) = (0, 1)
  /// While an expansion is computed: what is called before each order.
  private var check: (() throws -> Void)?

  /// The prediction is taken shorter by this, since a scale that is too long costs a repetition.
  private static let caution = 0.97
  /// The same after the first step, when it is not known yet whether steps grow: the radius of convergence changes by
  /// at most the step, a part of it.
  private static let cautionWithoutTrend = 0.9
  private static let mostAttempts = 4
  /// The most steps that are left to the Arb engine before fixed point is tried again.
  private static let longestPause = 64

  /// - Parameter firstRadius: log2 of the radius of convergence where the first series will be, if it is known.
  /// - Throws: `SeriesError` where a constant part of the field has no value.
  init(
    field: VectorField, plan: StepPlan, firstRadius: Double?, arithmetic: TaylorIntegrator.Arithmetic,
    tracksErrors: Bool
  ) throws {
    (self.field, self.plan, self.firstRadius) = (field, plan, firstRadius)
    let (order, precision) = (plan.order, plan.precision + plan.guardBits)
    let isServed = FixedPointSeriesArithmetic.serves(order: order, precision: precision)
    guard isServed, arithmetic.isFixedPoint else {
      fixedPoint = nil
      ball = try Self.ball(field, plan)
      return
    }
    fixedPoint = try SeriesExpansion(
      of: field,
      arithmetic: FixedPointSeriesArithmetic(
        order: order, precision: precision, taper: plan.log2Ratio,
        kernels: arithmetic == .portableFixedPoint ? .portable : .fastest, tracksErrors: tracksErrors))
  }

  private static func ball(
    _ field: VectorField, _ plan: StepPlan
  ) throws -> SeriesExpansion<BallSeriesArithmetic> {
    try SeriesExpansion(
      of: field,
      arithmetic: BallSeriesArithmetic(order: plan.order, precision: plan.precision, taper: plan.log2Ratio))
  }

  /// Expands the solution through `state`.
  ///
  /// - Parameters:
  ///   - remaining: no step will be longer.
  ///   - check: called before each order; what it throws ends the expansion.
  /// - Throws: `SeriesError` where the field has no power series.
  func expand(at state: [Matrix<BigFloat>], remaining: Double, check: @escaping () throws -> Void) throws {
    self.check = check
    defer { self.check = nil }
    pause -= 1
    if let fixedPoint, pause < 0 {
      if try expand(fixedPoint, at: state, remaining: remaining) {
        (isFixedPoint, nextPause) = (true, 1)
        log2Growth = ExpansionScale.log2Growth(terms, log2Scale: log2(fixedPoint.arithmetic.scale))
        return
      }
      (pause, nextPause) = (nextPause, min(2 * nextPause, Self.longestPause))
    }
    isFixedPoint = false
    let ball = try arbExpansion()
    try ball.expand(at: state, order: plan.order, check: check)
    (terms, log2Growth) = (Self.terms(of: ball, order: plan.order), 0)
  }

  /// The expansion on Arb, made when it is first needed.
  private func arbExpansion() throws -> SeriesExpansion<BallSeriesArithmetic> {
    let expansion = try ball ?? Self.ball(field, plan)
    ball = expansion
    return expansion
  }

  /// False where no scale serves.
  private func expand(
    _ expansion: SeriesExpansion<FixedPointSeriesArithmetic>, at state: [Matrix<BigFloat>], remaining: Double
  ) throws -> Bool {
    let longest = remaining * plan.ratio
    if predictedStep == nil, let firstRadius {
      // What another run found: its start may differ from this one by enough to matter.
      let scale = min(exp2(firstRadius) * Self.cautionWithoutTrend, longest)
      let isServed =
        try ExpansionScale.range.contains(scale) && shorterScale(than: scale, expansion, at: state) == nil
      if isServed, scale == longest || ExpansionScale.log2Radius(terms) < log2(2 * scale) { return true }
    }
    var scale =
      predictedStep.map { $0 * plan.ratio }
      ?? ExpansionScale.first(expansion, at: state, longest: longest, mostHump: plan.mostHump)
    for _ in 0..<Self.mostAttempts {
      guard let attempt = scale, ExpansionScale.range.contains(attempt) else { return false }
      scale = try shorterScale(than: attempt, expansion, at: state)
      if scale == nil { return true }
    }
    return false
  }

  /// Expands at a scale. Nil if it serves, else a shorter one to try.
  private func shorterScale(
    than scale: Double, _ expansion: SeriesExpansion<FixedPointSeriesArithmetic>, at state: [Matrix<BigFloat>]
  ) throws -> Double? {
    expansion.arithmetic.setScale(scale)
    do {
      try expansion.expand(at: state, order: plan.order, check: check)
    } catch SeriesError.outOfRange {
      return scale / ExpansionScale.mostShortening
    }
    terms = Self.terms(of: expansion, order: plan.order)
    return ExpansionScale.shorter(than: scale, terms, mostHump: plan.mostHump)
  }

  private var predictedStep: Double? {
    guard let last = allowedSteps.last else { return nil }
    if allowedSteps.count < 2 { return last * Self.cautionWithoutTrend }
    return last * min(max(last / allowedSteps[0], 0.5), 1.25) * Self.caution
  }

  /// Tells which step was taken, for the prediction of the next.
  func record(taken: Double) {
    let log2Allowed = ExpansionScale.log2Radius(terms) - plan.log2Decay
    allowedSteps.append(log2Growth > 0 ? taken : min(exp2(log2Allowed), 4 * taken))
    if allowedSteps.count > 2 { allowedSteps.removeFirst() }
  }

  static func terms<A>(of expansion: SeriesExpansion<A>, order: Int) -> [TermSize] {
    var terms = [TermSize](repeating: (-.infinity, -.infinity), count: order + 1)
    for series in expansion.state {
      for k in 0...order {
        terms[k].log2Magnitude = max(terms[k].log2Magnitude, expansion.arithmetic.log2Magnitude(series, k))
        terms[k].log2Rounding = max(terms[k].log2Rounding, expansion.arithmetic.log2Rounding(series, k))
      }
    }
    return terms
  }

  /// The highest order computed.
  var order: Int { plan.order }

  /// The bits to which times within a step are rounded: the engine's own.
  var offsetPrecision: Int { plan.precision + plan.guardBits }

  /// Log2 of the longest step for which the falling precision is enough at every order.
  ///
  /// On Arb the rounding of order k is relative to the coefficient, which may be large where terms first rise (entire
  /// solutions): it must not exceed that of order 0 by more than `slack` bits. In fixed point it is relative to the
  /// largest coefficient, and the step is a part of the scale.
  func log2StepLimit(slack: Double) -> Double {
    if isFixedPoint, let fixedPoint {
      return log2(fixedPoint.arithmetic.scale) - plan.log2Ratio + slack / Double(plan.order) - log2Growth
    }
    let size = max(terms[0].log2Magnitude, 0)
    return (1...plan.order).map { k in
      (size + slack - Double(plan.precision) - terms[k].log2Rounding) / Double(k)
    }.min() ?? .infinity
  }

  /// What the series of a step are proved to be; nil where nothing is.
  func enclosure(step: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure? {
    guard isFixedPoint, let fixedPoint, fixedPoint.arithmetic.tracksErrors else { return nil }
    return fixedPoint.enclosure(step: step, leading: leading, deviations: deviations)
  }

  /// Whether the last coefficients may be of the size of their rounding errors: they are less than `bits` above a unit.
  func isDoubtful(bits: Double) -> Bool {
    isFixedPoint && terms.suffix(2).contains { $0.log2Magnitude < $0.log2Rounding + bits }
  }

  /// What the series of a step leave out; nil where no bound is found.
  func truncation(step: Rational) -> StepTruncation? {
    guard isFixedPoint, let fixedPoint, fixedPoint.arithmetic.tracksErrors else { return nil }
    return fixedPoint.truncation(step: step)
  }

  /// The last expansion.
  private var current: (any StateExpansion)? { isFixedPoint ? fixedPoint : ball }

  /// For each matrix of the state its values at the offsets from the point of expansion.
  func values(at offsets: [BigFloat]) -> [[Matrix<BigFloat>]] {
    current?.values(order: plan.order, at: offsets) ?? []
  }

  /// For each matrix of the state t·x'(t) at an offset t, by the series.
  func changes(at offset: BigFloat) -> [Matrix<BigFloat>] {
    current?.changes(order: plan.order, at: offset) ?? []
  }

  /// For each matrix of the state its coefficients of orders 0 and up.
  var coefficients: [[Matrix<BigFloat>]] { current?.coefficients(order: plan.order) ?? [] }
}

/// What a step reads of an expansion, for each matrix of the state, whichever engine made it.
private protocol StateExpansion {
  func values(order: Int, at offsets: [BigFloat]) -> [[Matrix<BigFloat>]]
  func changes(order: Int, at offset: BigFloat) -> [Matrix<BigFloat>]
  func coefficients(order: Int) -> [[Matrix<BigFloat>]]
}

extension SeriesExpansion: StateExpansion {
  fileprivate func values(order: Int, at offsets: [BigFloat]) -> [[Matrix<BigFloat>]] {
    state.map { arithmetic.values(of: $0, order: order, at: offsets) }
  }

  fileprivate func changes(order: Int, at offset: BigFloat) -> [Matrix<BigFloat>] {
    state.map { arithmetic.changes(of: $0, order: order, at: offset) }
  }

  fileprivate func coefficients(order: Int) -> [[Matrix<BigFloat>]] {
    state.map { arithmetic.coefficients(of: $0, order: order) }
  }
}
