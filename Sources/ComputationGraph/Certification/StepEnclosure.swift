import Multiprecision

/// What a step's series are proved to be: how far the state's polynomials are from satisfying the equation, and
/// numbers that enclose them.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
public struct StepEnclosure: Sendable {
  /// A bound of ∫ |x' - F(x)| dt over the step, with the Euclidean norm of the entries whose motion is not known exactly.
  public private(set) var defect: Ball
  /// Bounds of ∫ |x_i' - F_i(x)| dt for each of those entries.
  public private(set) var defects: [Ball]
  /// For each entry of the state bounds of |stored coefficient of order 0 - the state that was given|.
  public private(set) var startErrors: [Ball] = []
  /// For each entry of the state a bound of the error of the series' sum, wherever it is evaluated on the step.
  public private(set) var valueErrors: [Ball] = []
  /// For each entry of the state coefficients x_k h^k below some order, to `coefficientError` each, and a bound of what
  /// else there is: the sum of the other coefficients' magnitudes, and the distance from a motion known exactly.
  public private(set) var leadingCoefficients: [[Double]] = []
  public private(set) var remainders: [Double] = []

  /// A bound of the errors of leading coefficients, relative to the largest of an entry; 2^-900 comes on top.
  public static let coefficientError = 0x1p-36

  private static let boundPrecision = 64

  fileprivate init(defect: UpperBound, defects: [UpperBound] = [], units: ErrorUnits) {
    self.defect = Self.ball(defect, units)
    self.defects = defects.map { Self.ball($0, units) }
  }

  /// A bound in units.
  fileprivate static func ball(_ bound: UpperBound, _ units: ErrorUnits) -> Ball {
    Ball(precision: boundPrecision) {
      arb_set_d($0, bound.value)
      arb_mul_2exp_si($0, $0, -units.bits)
    }
  }

  /// Adds the entries of a matrix of the state.
  fileprivate mutating func append(
    _ known: SeriesBounds, leading: Int, in arithmetic: FixedPointSeriesArithmetic
  ) {
    let units = known.units
    guard let running = known.series.errors else { return }
    // The units of each order by which Horner's rule is off; then the result is rounded, and the time.
    let sums = (0..<known.orders).map { k in
      Double(64 * arithmetic.digitCounts[k] + 256) * units.lastDigit(k, exponent: 0)
    }
    let leading = min(leading, known.orders, known.norm.sharpOrders)
    let last = UpperBound(powerBound(units.bits + 1 - arithmetic.precision))
    for entry in 0..<known.entries {
      startErrors.append(Self.ball(UpperBound(running.errors[entry * known.orders]), units))
      let rounding = (known.size(entry) + known.eulerNorm(entry)) * last
      valueErrors.append(Self.ball(known.sumOfTails(entry, factors: sums) + rounding, units))
      leadingCoefficients.append((0..<leading).map { known.coefficient(entry, $0) })
      remainders.append((known.size(entry, from: leading) + units.size * known.errors[entry]).value)
    }
  }

  fileprivate var isFinite: Bool {
    defect.isFinite && [defects, startErrors, valueErrors].allSatisfy { $0.allSatisfy(\.isFinite) }
      && remainders.allSatisfy(\.isFinite) && leadingCoefficients.allSatisfy { $0.allSatisfy(\.isFinite) }
  }
}

/// What a step's series leave out, entry by entry of the state.
public struct StepTruncation: Sendable {
  /// Bounds of ∫ |x' - F(x)| dt over the step, as orders that are left out make it.
  public let truncations: [Ball]
  /// Bounds of the roundings of the state at the start, and of the series' sum.
  public let roundings: [Ball]
}

extension SeriesExpansion where A == FixedPointSeriesArithmetic {
  /// Encloses the last expansion on a step; nil where it was cut short or has operations without bounds, or no bound
  /// is found.
  ///
  /// The values' errors are for times that are rounded to the arithmetic's precision.
  ///
  /// - Parameters:
  ///   - step: positive.
  ///   - leading: how many coefficients are wanted.
  ///   - deviations: for each matrix of the state nil, or, where its velocity is constant and its motion known exactly,
  ///     how far the state that was given is from that: F is then taken at the exact motion.
  /// - Precondition: the arithmetic tracks errors.
  public func enclosure(step: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure? {
    let norm = StepNorm(step: step, scale: arithmetic.scale, units: arithmetic.errorUnits)
    guard let (known, velocities) = bounds(norm, deviations: deviations) else { return nil }
    let counted = zip(zip(known, velocities), deviations).filter { $0.1 == nil }.map(\.0)
    var enclosure = StepEnclosure(
      defect: Self.defect(counted, norm), defects: Self.defects(counted, norm), units: norm.units)
    for known in known { enclosure.append(known, leading: leading, in: arithmetic) }
    return enclosure.isFinite ? enclosure : nil
  }

  /// For each entry of the state a bound of ∫ |x' - F(x)| dt over a step as the orders that are left out make it, of the
  /// state's series and of all on the way to the velocity: with the rounding errors of all orders but the first taken to
  /// be 0. Nil where no bound is found.
  ///
  /// Rounding errors are bounded with less and less sharpness from order to order; what they are in fact shows in the
  /// velocity at the end of the step.
  ///
  /// - Parameter step: positive.
  /// - Precondition: the arithmetic tracks errors.
  public func truncation(step: Rational) -> StepTruncation? {
    let norm = StepNorm(
      step: step, scale: arithmetic.scale, units: arithmetic.errorUnits, countsRounding: false)
    guard let (known, velocities) = bounds(norm, deviations: state.map { _ in nil }) else { return nil }
    var rounding = StepEnclosure(defect: 0, units: norm.units)
    for known in known { rounding.append(known, leading: 0, in: arithmetic) }
    let missed = zip(known, velocities).flatMap { known, velocity in
      (0..<known.entries).map {
        StepEnclosure.ball(norm.duration * (velocity.errors[$0] + velocity.tail($0)), norm.units)
      }
    }
    guard rounding.isFinite, missed.allSatisfy(\.isFinite) else { return nil }
    return StepTruncation(
      truncations: missed, roundings: zip(rounding.startErrors, rounding.valueErrors).map { $0 + $1 })
  }

  /// What is known of the state's matrices and of their velocities; nil where the expansion was cut short or has
  /// operations without bounds, or no bound is found.
  private func bounds(_ norm: StepNorm, deviations: [[Ball]?]) -> ([SeriesBounds], [SeriesBounds])? {
    guard arithmetic.completedOrders == arithmetic.order else { return nil }
    var bounds: [ObjectIdentifier: SeriesBounds] = [:]
    func enclose(_ node: (operation: any Operation, operands: [A.Series], output: A.Series)) -> Bool {
      let operands = node.operands.compactMap { bounds[ObjectIdentifier($0)] }
      guard let operation = node.operation as? any BoundedOperation, operands.count == node.operands.count,
        let result = SeriesBounds(of: node.output, norm: norm)
      else { return false }
      result.errors = operation.errors(of: result, operands: operands, in: arithmetic)
      bounds[ObjectIdentifier(node.output)] = result
      return result.errors.allSatisfy(\.isFinite)
    }
    // Constants first: motions known exactly are among what depends on them.
    guard nodes.filter({ $0.output.isConstant }).allSatisfy(enclose) else { return nil }
    for (place, series) in state.enumerated() {
      guard let known = SeriesBounds(of: series, norm: norm) else { return nil }
      known.errors = Array(repeating: 0, count: known.entries)
      if let deviation = deviations[place] {
        guard let velocity = bounds[ObjectIdentifier(self.velocity[place])] else { return nil }
        known.errors = deviation.enumerated().map { entry, distance in
          UpperBound(distance.scaled(byPowerOfTwo: norm.units.bits).upperMagnitude)
            + known.rounding[entry] + norm.duration * velocity.errors[entry]
        }
      }
      bounds[ObjectIdentifier(series)] = known
    }
    guard nodes.filter({ !$0.output.isConstant }).allSatisfy(enclose) else { return nil }
    let known = state.compactMap { bounds[ObjectIdentifier($0)] }
    let velocities = velocity.compactMap { bounds[ObjectIdentifier($0)] }
    guard known.count == state.count, velocities.count == state.count else { return nil }
    return (known, velocities)
  }

  /// Σ_k |λ_k| η^k + h |ε|, in units, with the Euclidean norms of the vectors of all entries: λ_k of the state's rounding
  /// errors of order k > 0, ε of what the velocities' polynomials below order K miss at any time.
  ///
  /// Each order has one norm. The norm of the entries' sums over the orders would be no bound: errors of different entries
  /// may have their orders apart, and turn.
  private static func defect(
    _ matrices: [(known: SeriesBounds, velocity: SeriesBounds)], _ norm: StepNorm
  ) -> UpperBound {
    let errors = matrices.flatMap { known, _ in
      (0..<known.entries).compactMap { entry in
        known.series.errors.map { UnsafePointer($0.errors + entry * known.orders) }
      }
    }
    let missed = matrices.flatMap { _, velocity in
      (0..<velocity.entries).map { (velocity.errors[$0] + velocity.tail($0)).value }
    }
    let sum = zip(UpperBound.euclideanNorms(places: norm.units.order + 1, errors), norm.powers)
      .dropFirst().reduce(0) { $0 + $1.0 * UpperBound($1.1) }
    return sum + norm.duration * .euclideanNorm(missed)
  }

  /// Σ_k |λ_k| η^k + h |ε| for each entry, in units.
  private static func defects(
    _ matrices: [(known: SeriesBounds, velocity: SeriesBounds)], _ norm: StepNorm
  ) -> [UpperBound] {
    matrices.flatMap { known, velocity in
      (0..<known.entries).map { entry in
        known.rounding[entry] + norm.duration * (velocity.errors[entry] + velocity.tail(entry))
      }
    }
  }
}
