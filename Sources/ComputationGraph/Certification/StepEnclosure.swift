import Multiprecision

/// What a step's series are proved to be: how far the state's polynomials are from satisfying the equation, and
/// numbers that enclose them.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
public struct StepEnclosure: Sendable, Equatable {
  /// For each entry of the state a bound of ∫ |x' - F(x)| dt over the step.
  public let defects: [Double]
  /// For each entry of the state bounds of |stored coefficient of order 0 - the state that was given|.
  public let startErrors: [Double]
  /// For each entry of the state coefficients x_k h^k below some order, to `coefficientError` each, and a bound of the
  /// sum of the magnitudes of the others.
  public let leadingCoefficients: [[Double]]
  public let remainders: [Double]
  /// For each entry of the state a bound of the error of the series' sum, wherever it is evaluated on the step.
  public let valueErrors: [Double]

  /// A bound of the errors of leading coefficients, relative to the largest of an entry.
  public static let coefficientError = 0x1p-36
}

extension SeriesExpansion where A == FixedPointSeriesArithmetic {
  /// Encloses the last expansion on a step; nil where it was cut short or has operations without bounds, or no bound
  /// is found. Doubles hold what is left out where no series is larger than 2^400.
  ///
  /// The values' errors are for times that are rounded to the arithmetic's precision.
  ///
  /// - Parameters:
  ///   - step: positive.
  ///   - leading: how many coefficients are wanted.
  /// - Precondition: the arithmetic tracks errors.
  public func enclosure(step: Rational, leading: Int) -> StepEnclosure? {
    let order = arithmetic.order
    guard arithmetic.completedOrders == order else { return nil }
    // Rounded up.
    let duration = step.doubleValue * (1 + 0x1p-40)
    let ratio = duration / arithmetic.scale * (1 + 0x1p-40)
    var powers = [1.0]
    for _ in 0..<order { powers.append(powers[powers.count - 1] * ratio + 0x1p-1000) }
    var bounds: [ObjectIdentifier: SeriesBounds] = [:]
    for series in state {
      guard let known = SeriesBounds(of: series, powers: powers), known.isInRange else { return nil }
      known.errors = Array(repeating: 0, count: known.entries)
      bounds[ObjectIdentifier(series)] = known
    }
    for node in nodes {
      guard let operation = node.operation as? any BoundedOperation,
        let result = SeriesBounds(of: node.output, powers: powers)
      else { return nil }
      let operands = node.operands.compactMap { bounds[ObjectIdentifier($0)] }
      guard operands.count == node.operands.count else { return nil }
      result.errors = operation.errors(of: result, operands: operands, in: arithmetic).map(outwards)
      guard result.errors.allSatisfy(\.isFinite), result.isInRange else { return nil }
      bounds[ObjectIdentifier(node.output)] = result
    }
    var enclosure = (
      defects: [Double](), starts: [Double](), leading: [[Double]](), remainders: [Double](),
      values: [Double]()
    )
    let units = (0...order).map { k in
      Double(64 * arithmetic.digitCounts[k] + 256) * powerBound(-52 * arithmetic.digitCounts[k])
    }
    for (series, derivative) in zip(state, velocity) {
      guard let known = bounds[ObjectIdentifier(series)], let running = series.errors,
        let velocity = bounds[ObjectIdentifier(derivative)]
      else { return nil }
      for entry in 0..<known.entries {
        let start = running.errors[entry * known.orders]
        let rounding = known.rounding[entry]
        let missed = velocity.errors[entry] + velocity.tail(entry, from: order)
        enclosure.defects.append(outwards(rounding + duration * missed))
        enclosure.starts.append(start)
        enclosure.leading.append(
          (0..<min(leading, known.orders)).map { running.values[entry * known.orders + $0] * powers[$0] })
        enclosure.remainders.append(outwards(known.tail(entry, from: leading)))
        // The result is rounded, and the time at which it is evaluated.
        var error = (known.norm(entry) + known.eulerNorm(entry)) * powerBound(1 - arithmetic.precision)
        for k in 0..<known.orders { error += known.tail(entry, from: k) * units[k] }
        enclosure.values.append(outwards(error))
      }
    }
    return StepEnclosure(
      defects: enclosure.defects, startErrors: enclosure.starts, leadingCoefficients: enclosure.leading,
      remainders: enclosure.remainders, valueErrors: enclosure.values)
  }
}
