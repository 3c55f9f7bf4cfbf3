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
/// predicted from the steps before, at first by `FirstScale`. Where the prediction was too long, a shorter scale, and in
/// the end the Arb engine, takes the step.
final class StepSeries {
  /// Log2 of the largest entry of a coefficient, and of its rounding error.
  typealias TermSize = (log2Magnitude: Double, log2Rounding: Double)

  private let field: VectorField
  private let order: Int
  private let precision: Int
  private let fixedPoint: SeriesExpansion<FixedPointSeriesArithmetic>?
  private var ball: SeriesExpansion<BallSeriesArithmetic>?
  private(set) var isFixedPoint = false
  /// For each order from 0 on, of the last expansion.
  private(set) var terms: [TermSize] = []
  /// Of the last expansion in fixed point: see `FirstScale.log2Growth`.
  private var log2Growth = 0.0
  /// The longest steps that the series before allowed, the latest last.
  private var allowedSteps: [Double] = []
  /// Steps that are left to the Arb engine, and how many will be when fixed point fails the next time: where a flow
  /// is stiff it does so at every step.
  private var (pause, nextPause) = (0, 1)

  /// Bits by which units of the last digit in fixed point are larger than they are relative to each coefficient.
  private static let guardBits = 9
  /// The prediction is taken shorter by this, since a scale that is too long costs a repetition.
  private static let caution = 0.97
  /// The same after the first step, when it is not known yet whether steps grow: the radius of convergence changes by
  /// at most the step, an eighth of it.
  private static let cautionWithoutTrend = 0.9
  /// Above this hump the scale is too long, and the expansion is repeated with a shorter one.
  private static let mostHump = 12.0
  /// By how much the scale that the coefficients of one too long suggest is taken shorter.
  private static let shortening = 0.88
  private static let mostShortening = 8.0
  private static let mostAttempts = 4
  /// The most steps that are left to the Arb engine before fixed point is tried again.
  private static let longestPause = 64

  /// - Throws: `SeriesError` where a constant part of the field has no value.
  init(
    field: VectorField, order: Int, precision: Int, arithmetic: TaylorIntegrator.Arithmetic,
    tracksErrors: Bool
  ) throws {
    (self.field, self.order, self.precision) = (field, order, precision)
    let isServed = FixedPointSeriesArithmetic.serves(order: order, precision: precision + Self.guardBits)
    guard isServed, arithmetic.isFixedPoint else {
      fixedPoint = nil
      ball = try Self.ball(field, order, precision)
      return
    }
    fixedPoint = try SeriesExpansion(
      of: field,
      arithmetic: FixedPointSeriesArithmetic(
        order: order, precision: precision + Self.guardBits,
        kernels: arithmetic == .portableFixedPoint ? .portable : .fastest, tracksErrors: tracksErrors))
  }

  private static func ball(
    _ field: VectorField, _ order: Int, _ precision: Int
  ) throws -> SeriesExpansion<BallSeriesArithmetic> {
    try SeriesExpansion(
      of: field,
      arithmetic: BallSeriesArithmetic(order: order, precision: precision, taper: TaylorSteps.taper))
  }

  /// Expands the solution through `state`.
  ///
  /// - Parameter remaining: no step will be longer.
  /// - Throws: `SeriesError` where the field has no power series.
  func expand(at state: [Matrix<BigFloat>], remaining: Double) throws {
    pause -= 1
    if let fixedPoint, pause < 0 {
      if try expand(fixedPoint, at: state, remaining: remaining) {
        (isFixedPoint, nextPause) = (true, 1)
        log2Growth = FirstScale.log2Growth(terms, log2Scale: log2(fixedPoint.arithmetic.scale))
        return
      }
      (pause, nextPause) = (nextPause, min(2 * nextPause, Self.longestPause))
    }
    isFixedPoint = false
    let ball = try arbExpansion()
    try ball.expand(at: state, order: order)
    (terms, log2Growth) = (Self.terms(of: ball, order: order), 0)
  }

  /// Expands to the first order only, for `velocities`: where the last step ended.
  func expandVelocities(at state: [Matrix<BigFloat>]) throws {
    if isFixedPoint, let fixedPoint, (try? fixedPoint.expand(at: state, order: 1)) != nil { return }
    isFixedPoint = false
    try arbExpansion().expand(at: state, order: 1)
  }

  /// The expansion on Arb, made when it is first needed.
  private func arbExpansion() throws -> SeriesExpansion<BallSeriesArithmetic> {
    let expansion = try ball ?? Self.ball(field, order, precision)
    ball = expansion
    return expansion
  }

  /// False where no scale serves.
  private func expand(
    _ expansion: SeriesExpansion<FixedPointSeriesArithmetic>, at state: [Matrix<BigFloat>], remaining: Double
  ) throws -> Bool {
    guard
      var scale = predictedStep.map({ $0 * TaylorSteps.stepRatio })
        ?? FirstScale(field: field, order: order).scale(at: state, remaining: remaining)
    else { return false }
    for _ in 0..<Self.mostAttempts {
      guard FirstScale.range.contains(scale) else { return false }
      expansion.arithmetic.setScale(scale)
      do {
        try expansion.expand(at: state, order: order)
      } catch SeriesError.outOfRange {
        scale /= Self.mostShortening
        continue
      }
      terms = Self.terms(of: expansion, order: order)
      if Self.hump(terms, log2Scale: log2(scale)) <= Self.mostHump { return true }
      // Coefficients that have lost all their digits suggest anything.
      let suggested = min(exp2(FirstScale.log2Radius(terms)), scale) * Self.shortening
      scale = max(suggested, scale / Self.mostShortening)
    }
    return false
  }

  /// Bits by which the largest scaled coefficient exceeds the first: so many are missing from all that is in range
  /// of it.
  private static func hump(_ terms: [TermSize], log2Scale: Double) -> Double {
    var peak = -Double.infinity
    for k in terms.indices { peak = max(peak, terms[k].log2Magnitude + Double(k) * log2Scale) }
    return peak - max(terms[0].log2Magnitude, 0)
  }

  private var predictedStep: Double? {
    guard let last = allowedSteps.last else { return nil }
    if allowedSteps.count < 2 { return last * Self.cautionWithoutTrend }
    return last * min(max(last / allowedSteps[0], 0.5), 1.25) * Self.caution
  }

  /// Tells what the series of this step allow, for the prediction of the next; infinite where nothing limits it.
  func record(log2Allowed: Double, taken: Double) {
    allowedSteps.append(log2Growth > 0 ? taken : min(exp2(log2Allowed), 4 * taken))
    if allowedSteps.count > 2 { allowedSteps.removeFirst() }
  }

  static func terms<A>(of expansion: SeriesExpansion<A>, order: Int) -> [TermSize] {
    (0...order).map { k in
      let magnitude = expansion.state.map { expansion.arithmetic.log2Magnitude($0, k) }.max()
      let rounding = expansion.state.map { expansion.arithmetic.log2Rounding($0, k) }.max()
      return (magnitude ?? -.infinity, rounding ?? -.infinity)
    }
  }

  /// The bits to which times within a step are rounded: the engine's own.
  var offsetPrecision: Int { precision + Self.guardBits }

  /// Log2 of the longest step for which the falling precision is enough at every order.
  ///
  /// On Arb the rounding of order k is relative to the coefficient, which may be large where terms first rise (entire
  /// solutions): it must not exceed that of order 0 by more than `slack` bits. In fixed point it is relative to the
  /// largest coefficient, and the step is an eighth of the scale.
  func log2StepLimit(slack: Double) -> Double {
    if isFixedPoint, let fixedPoint {
      return log2(fixedPoint.arithmetic.scale / TaylorSteps.stepRatio) + slack / Double(order) - log2Growth
    }
    let size = max(terms[0].log2Magnitude, 0)
    return (1...order).map { k in
      (size + slack - Double(precision) - terms[k].log2Rounding) / Double(k)
    }.min() ?? .infinity
  }

  /// What the series of a step are proved to be; nil where nothing is.
  func enclosure(step: Rational, leading: Int) -> StepEnclosure? {
    guard isFixedPoint, let fixedPoint, fixedPoint.arithmetic.tracksErrors else { return nil }
    return fixedPoint.enclosure(step: step, leading: leading)
  }

  /// The last expansion.
  private var current: (any StateExpansion)? { isFixedPoint ? fixedPoint : ball }

  /// For each matrix of the state its values at the offsets from the point of expansion.
  func values(at offsets: [BigFloat]) -> [[Matrix<BigFloat>]] {
    current?.values(order: order, at: offsets) ?? []
  }

  /// For each matrix of the state t·x'(t) at an offset t, by the series.
  func changes(at offset: BigFloat) -> [Matrix<BigFloat>] { current?.changes(order: order, at: offset) ?? [] }

  /// For each matrix of the state its derivative at the point of expansion.
  var velocities: [Matrix<BigFloat>] { current?.coefficients(order: 1).map { $0[1] } ?? [] }

  /// For each matrix of the state its coefficients of orders 0 and up.
  var coefficients: [[Matrix<BigFloat>]] { current?.coefficients(order: order) ?? [] }
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
