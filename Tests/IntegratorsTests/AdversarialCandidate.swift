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

  /// What was claimed.
  struct Claims {
    /// The parts of the claim by a norm, and the true distance at the end.
    var byNorm: (defect: Double, amplification: Double, distance: Double)?
    /// Of two.
    var inFrames = 0
    /// Of two, with fast contractions apart.
    var separated = 0
  }

  private static let fractions = [Rational(1, 3), Rational(9, 10), 1]

  /// Expects that no claimed distance is below the true one, by a logarithmic norm and in frames.
  ///
  /// - Parameter solution: the exact state at a fraction of the step, from a state at the start.
  func check(
    _ name: @autoclosure () -> String, solution: (_ start: [Ball], _ fraction: Rational) -> [Ball]
  ) throws -> Claims {
    var claims = Claims()
    let piece = piece
    var verifier = try StepVerifier(field: field, places: [0], digits: digits, precision: precision)
    let bounds = offset.map { Ball($0.magnitude, precision: 64) }
    let start = Distance.ball(norm: Ball.euclideanNorm(bounds), verifier.weights)
    guard let defect = try piece.defect(by: &verifier) else { return claims }
    let bits = 8 * digits + 400
    let exactStart = zip(piece.entries, offset).map {
      $0[0].withPrecision(bits) + Ball($1, precision: bits)
    }
    func errors(_ fraction: Rational) -> [Ball] {
      zip(solution(exactStart, fraction), piece.entries).map {
        $0 - $1.value(at: Ball(fraction, precision: bits))
      }
    }
    // In a frame each entry has a bound, from a box or from a ball at the start.
    func check(_ step: some DistanceStep, _ kind: String) {
      for fraction in Self.fractions {
        for claim in fraction == 1 ? [step.bounds(at: 1), step.end.bounds] : [step.bounds(at: fraction)] {
          for (bound, error) in zip(claim, errors(fraction)) {
            #expect(
              !Ball.certainlyLess(bound, error.magnitude),
              "\(name()), \(kind), s = \(fraction): claimed \(bound), true \(error.withPrecision(64))")
          }
        }
      }
    }
    for from in [.box(ErrorBox(bounds)), start] {
      if let step = try verifier.framedStep(piece, from: from, defect: defect.entries) {
        claims.inFrames += 1
        check(step, "in a frame")
      }
      if let step = try verifier.stiffStep(piece, from: from, peaks: defect.peaks, log10Size: 0) {
        claims.separated += 1
        check(step, "with contractions apart")
      }
    }
    guard let step = try verifier.normedStep(piece, from: start, defect: defect.norm) else { return claims }
    var last = Ball(0, precision: bits)
    for fraction in Self.fractions {
      let claimed = step.distance(from: step.start, at: fraction)
      // In the norm that the verifier has chosen.
      last = euclideanLength(
        zip(errors(fraction), step.weights.exponents).map { $0.scaled(byPowerOfTwo: -$1) })
      #expect(
        !Ball.certainlyLess(claimed, last),
        "\(name()), s = \(fraction): claimed \(claimed), true \(last.withPrecision(64))")
    }
    claims.byNorm = (step.defect.doubleValue, step.amplification.doubleValue, last.doubleValue)
    return claims
  }
}
