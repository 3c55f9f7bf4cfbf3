import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// A candidate as it is handed to the verifier, and how far it truly is from the solution.
struct AdversarialCandidate {
  let field: VectorField
  /// Its coefficients of s from 0 to 1, order by order.
  let coefficients: [[Ball]]
  let length: Rational
  let digits: Int
  /// Where the solution starts, from the candidate.
  let offset: [Rational]

  /// With 2^-precision the units to which the candidate is rounded when it is taken over.
  private var precision: Int { Precision.bits(forDigits: digits + 2) + 16 }

  private var piece: PolynomialPiece {
    let factor = Ball(length, precision: precision + 64)
    var power = Ball(1, precision: precision + 64)
    let orders = coefficients.map { order in
      defer { power = power * factor }
      return Matrix(column: order.map { ($0 / power).midpoint })
    }
    return PolynomialPiece(
      DenseOutput.Piece(start: 0, step: length, coefficients: [orders]), uniform: [nil], precision: precision)
  }

  /// Expects that no claimed distance is below the true one.
  ///
  /// - Parameter solution: the exact state at a fraction of the step, from a state at the start.
  /// - Returns: the largest claim's parts and the true distance at the end; nil where nothing was claimed.
  func check(
    _ name: @autoclosure () -> String, solution: (_ start: [Ball], _ fraction: Rational) -> [Ball]
  ) throws -> (defect: Double, amplification: Double, distance: Double)? {
    let piece = piece
    var verifier = try StepVerifier(field: field, places: [0], digits: digits, precision: precision)
    let start = Ball.euclideanNorm(offset.map { Ball($0, precision: 64) })
    guard let step = try verifier.step(piece, from: start) else { return nil }
    let bits = 8 * digits + 400
    let exactStart = zip(piece.entries, offset).map {
      $0[0].withPrecision(bits) + Ball($1, precision: bits)
    }
    var last = Ball(0, precision: bits)
    for fraction in [Rational(1, 3), Rational(9, 10), 1] {
      let claimed = step.distance(from: start, at: fraction)
      let errors = zip(solution(exactStart, fraction), piece.entries).map {
        $0 - $1.value(at: Ball(fraction, precision: bits))
      }
      // In the norm that the verifier has chosen.
      last = euclideanLength(
        zip(errors, verifier.weights.exponents).map { $0.scaled(byPowerOfTwo: -$1) })
      #expect(
        !Ball.certainlyLess(claimed, last),
        "\(name()), s = \(fraction): claimed \(claimed), true \(last.withPrecision(64))")
    }
    return (step.defect.doubleValue, step.amplification.doubleValue, last.doubleValue)
  }
}
