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
    func norm(_ bounds: [Double]) -> Ball {
      .euclideanNorm(bounds.map { Ball($0, precision: TaylorModel.boundPrecision) })
    }
    defect = norm(enclosure.defects)
    startError = norm(enclosure.startErrors)
    valueError = norm(enclosure.valueErrors)
  }

  /// The polynomials on a part of the step as Taylor models in a tube.
  func models(on part: Part, widenedBy radius: Ball) -> [Matrix<TaylorModel>] {
    let precision = TaylorModel.boundPrecision
    let (start, length) = (Ball(part.start, precision: precision), Ball(part.length, precision: precision))
    var place = 0
    return step.before.map { matrix in
      matrix.map { _ in
        defer { place += 1 }
        let coefficients = enclosure.leadingCoefficients[place]
        let largest = coefficients.map(\.magnitude).max() ?? 0
        let missed =
          enclosure.remainders[place]
          + largest * StepEnclosure.coefficientError * Double(2 * coefficients.count) + 0x1p-900
        let polynomial = BallPolynomial(
          coefficients.map { Ball($0, precision: precision) }, precision: precision)
        return TaylorModel(
          part.isWhole ? polynomial : polynomial.shifted(by: start).dilated(by: length),
          error: radius + Ball(missed, precision: precision), length: coefficients.count)
      }
    }
  }

  /// Part of a step, in fractions of it.
  struct Part {
    let start: Rational
    let length: Rational
    /// How often the step was halved.
    let depth: Int

    static let whole = Part(start: 0, length: 1, depth: 0)

    var isWhole: Bool { depth == 0 }
    var end: Rational { start + length }

    /// The second half and the first.
    var halves: [Part] {
      let half = length / 2
      return [start + half, start].map { Part(start: $0, length: half, depth: depth + 1) }
    }
  }
}
