import ComputationGraph
import Multiprecision

/// A step, or the first part of one, whose series come with bounds of their own errors, or a part of it: nothing of it is computed again.
///
/// **Source**: docs/certified-integration, "Rounding in fixed point".
struct EnclosedPiece: CandidatePiece {
  private(set) var start: Rational
  private(set) var length: Rational
  let startErrors: [Ball], valueErrors: [Ball]
  private let step: CandidateStep
  /// How much of the step is enclosed.
  private let enclosed: Rational
  private let enclosure: StepEnclosure
  private let uniform: [UniformMotion?]
  private let precision: Int

  /// Nil where the engine that computed the step has no bounds.
  ///
  /// - Parameters:
  ///   - length: of the part of the step from its start.
  ///   - leading: how many orders its models will have.
  ///   - uniform: for each matrix of the state its exact motion, start + slope · time, if it has one.
  init?(_ step: CandidateStep, length: Rational, leading: Int, uniform: [UniformMotion?], precision: Int) {
    let deviations = zip(step.before, uniform).map { matrix, motion in
      motion.map { motion in
        matrix.elements.enumerated().map { entry, value in
          (Ball(value, precision: precision) - motion.value(entry, at: step.start, precision: precision))
            .magnitude
        }
      }
    }
    guard let enclosure = step.enclosure(length: length, leading: leading, deviations: deviations)
    else { return nil }
    (start, self.length, enclosed) = (step.start, length, length)
    (self.step, self.enclosure, self.uniform, self.precision) = (step, enclosure, uniform, precision)
    let isCounted = zip(step.before, uniform).flatMap { matrix, motion in
      matrix.elements.map { _ in motion == nil }
    }
    func counted(_ bounds: [Ball]) -> [Ball] { zip(bounds, isCounted).filter(\.1).map(\.0) }
    startErrors = counted(enclosure.startErrors)
    valueErrors = counted(enclosure.valueErrors)
  }

  var halves: [EnclosedPiece] {
    let half = length / 2
    return [start, start + half].map { start in
      var piece = self
      (piece.start, piece.length) = (start, half)
      return piece
    }
  }

  func value(at time: Rational) -> [Ball] {
    let state = time == step.start ? step.before : time == step.end ? step.after : step.value(at: time)
    return zip(state, uniform).flatMap { matrix, motion in
      matrix.elements.enumerated().map { entry, value in
        motion?.value(entry, at: time, precision: precision) ?? Ball(value)
      }
    }
  }

  /// That of all that is enclosed.
  func defect(by verifier: inout StepVerifier) -> Defect? {
    Defect(norm: enclosure.defect, entries: enclosure.defects, peaks: [])
  }

  func models(length orders: Int, widenedBy radii: [Ball]) -> [Matrix<TaylorModel>] {
    let precision = TaylorModel.boundPrecision
    let isWhole = length == enclosed
    let (from, fraction) = ((start - step.start) / enclosed, length / enclosed)
    let (offset, factor) = (Ball(from, precision: precision), Ball(fraction, precision: precision))
    var place = 0
    return step.before.map { matrix in
      matrix.map { _ in
        defer { place += 1 }
        let coefficients = enclosure.leadingCoefficients[place]
        let largest = coefficients.map(\.magnitude).max() ?? 0
        let missed = TangentBundle.outward(
          enclosure.remainders[place]
            + largest * StepEnclosure.coefficientError * Double(2 * coefficients.count) + 0x1p-890,
          operations: 5)
        let polynomial = BallPolynomial(
          coefficients.map { Ball($0, precision: precision) }, precision: precision)
        return TaylorModel(
          isWhole ? polynomial : polynomial.shifted(by: offset).dilated(by: factor),
          error: radii[place] + Ball(missed, precision: precision), length: orders)
      }
    }
  }
}
