import ComputationGraph
import Multiprecision

/// A step whose series come with bounds of their own errors: nothing of it is computed again.
///
/// **Source**: docs/certified-integration, "Rounding in fixed point".
struct EnclosedStep {
  let step: TaylorStep
  /// A bound of ∫ |p' - F(p)| over the step.
  let defect: Ball
  /// Bounds of the distance of the polynomials' start from `step.before`, and of their sums from those computed.
  let startError: Ball, valueError: Ball
  private let enclosure: StepEnclosure

  /// Nil where the engine that computed the step has no bounds.
  init?(_ step: TaylorStep, leading: Int) {
    guard let enclosure = step.enclosure(leading: leading) else { return nil }
    (self.step, self.enclosure) = (step, enclosure)
    func norm(_ bounds: [Double]) -> Ball { .euclideanNorm(bounds.map { Ball($0, precision: TaylorModel.boundPrecision) }) }
    defect = norm(enclosure.defects)
    startError = norm(enclosure.startErrors)
    valueError = norm(enclosure.valueErrors)
  }

  /// The polynomials as Taylor models in a tube.
  func models(widenedBy radius: Ball) -> [Matrix<TaylorModel>] {
    let precision = TaylorModel.boundPrecision
    var place = 0
    return step.before.map { matrix in
      matrix.map { _ in
        defer { place += 1 }
        let coefficients = enclosure.leadingCoefficients[place]
        let largest = coefficients.map(\.magnitude).max() ?? 0
        let missed =
          enclosure.remainders[place]
          + largest * StepEnclosure.coefficientError * Double(2 * coefficients.count) + 0x1p-900
        return TaylorModel(
          BallPolynomial(coefficients.map { Ball($0, precision: precision) }, precision: precision),
          error: radius + Ball(missed, precision: precision), length: coefficients.count)
      }
    }
  }
}
