import Multiprecision

/// How coefficients and their errors count on a step that is η of the scale: ‖f‖ = Σ |f_k| η^k.
///
/// Source: docs/certified-integration, "Rounding in fixed point".
struct StepNorm: Sendable {
  let units: ErrorUnits
  /// Bounds of (8η)^k; the first `sharpOrders`, at most 128, to one part in 2^40.
  let powers: [Double]
  let sharpOrders: Int
  /// The step, in time.
  let duration: UpperBound
  /// Whether the rounding errors λ_k of the orders count, or are taken to be 0.
  let countsRounding: Bool

  /// - Parameter step: positive.
  init(step: Rational, scale: Double, units: ErrorUnits, countsRounding: Bool = true) {
    (self.units, self.countsRounding) = (units, countsRounding)
    duration = UpperBound(up: step.doubleValue)
    let ratio = (UpperBound(1 / ErrorUnits.weight(1)) * duration).over(scale)
    var powers: [Double] = [1]
    for _ in 0..<units.order { powers.append((UpperBound(powers[powers.count - 1]) * ratio).value) }
    self.powers = powers
    sharpOrders = powers.prefix(128).prefix { $0 > 0x1p-900 }.count
  }
}
