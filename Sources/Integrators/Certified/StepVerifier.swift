import ComputationGraph
import Multiprecision

/// Bounds the error of candidate pieces.
///
/// **Source**: docs/certified-integration, "One step".
struct StepVerifier {
  let field: VectorField
  let precision: Int
  /// What may be left out of a piece's defect: 10^-digits.
  let digits: Int
  private let jacobian: FieldJacobian
  /// Of the Jacobian's models.
  private let reservation: MemoryAccount.Reservation
  /// Which of `lengths` was enough for the piece before.
  private var lengthIndex = 0

  /// How many orders more than the piece's the models of its defect have, in eighths of these.
  private static let lengths = [0, 1, 2, 4, 8]
  /// Decimal digits that more orders must bring.
  private static let leastGain = 0.3
  /// Orders kept of the Jacobian along the piece: the more, the slower the orders of a step fall by the integrator's plan;
  /// what is left out is about 2^-20 to 2^-24 of it.
  let jacobianLength: Int
  /// Parts of a piece on which the logarithmic norm is bounded by a linear function.
  private static let parts = 2
  /// How many times as wide as what the distance is bounded by a tube is tried.
  private static let tubeRoom = Ball(4, precision: TaylorModel.boundPrecision)
  private static let tubeAttempts = 3
  /// In wider ones nothing is found.
  private static let log10WidestTube = 6.0
  /// By how much the piece before may have made a distance grow.
  private var amplification = tubeRoom

  /// - Parameter places: the places of the state's matrices whose motion is not known exactly.
  /// - Throws: `ShapeError`; `MemoryLimitError` where the Jacobian is too large.
  init(field: VectorField, places: [Int], digits: Int, precision: Int) throws {
    self.field = field
    (self.digits, self.precision) = (digits, precision)
    jacobian = try FieldJacobian(of: field, places: places)
    jacobianLength = Int((4 + 12 / StepPlan(digits: digits).log2Ratio).rounded())
    reservation = try MemoryAccount.current.reserve(
      MemoryAccount.product(jacobian.directionalNumbers, jacobianLength + 1, MemoryLayout<Double>.stride),
      for: "the certificate's Jacobian along a step")
  }

  /// The step of a piece, given the distance at its start; nil where no bound is found and a shorter piece may do.
  mutating func step(_ piece: some CandidatePiece, from start: Ball) throws -> CertifiedStep? {
    guard let defect = try piece.defect(by: &self) else { return nil }
    // The tube: wide beside what the distance may become, narrow beside everything else, and not of width 0.
    let least = Ball.powerOfTen(-Double(digits), precision: TaylorModel.boundPrecision)
    var (tried, isGuess) = (amplification, true)
    for _ in 0..<Self.tubeAttempts {
      let tube = Self.tubeRoom * tried * (start + defect) + least
      guard tube.log10UpperMagnitude < Self.log10WidestTube,
        let growth = try growth(piece.models(length: jacobianLength, widenedBy: tube), over: piece.length)
      else {
        // Perhaps the piece before made distances grow more than this one does.
        guard isGuess else { break }
        (tried, isGuess) = (Self.tubeRoom, false)
        continue
      }
      let step = CertifiedStep(defect: defect, growth: growth.bounds, blur: growth.blur)
      (tried, isGuess) = (step.amplification, false)
      if Ball.certainlyLess(step.largestDistance(from: start), tube) {
        amplification = tried
        return step
      }
    }
    amplification = Self.tubeRoom
    return nil
  }

  /// F at Taylor models; nil where it is not known to be analytic.
  private func evaluate(_ models: [Matrix<TaylorModel>]) throws -> [TaylorModel]? {
    do {
      return try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, models)), precision: precision
      ).flatMap(\.elements)
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// A bound of ∫_0^1 |p' - h F(p)| ds, with as many orders as it needs: what the models miss is less than may be left out
  /// or than what the orders kept amount to, or more orders do not make it less (rounding).
  mutating func defect(of piece: PolynomialPiece) throws -> Ball? {
    var last: (kept: Ball, missed: Ball)?
    for index in lengthIndex..<Self.lengths.count {
      let length = piece.order + 2 + piece.order * Self.lengths[index] / 8
      guard let found = try defect(piece, length: length) else { return nil }
      let size = found.missed.log10UpperMagnitude
      if size <= max(-Double(digits), found.kept.log10UpperMagnitude) {
        lengthIndex = index
        return found.kept + found.missed
      }
      if let last, size > last.missed.log10UpperMagnitude - Self.leastGain { return last.kept + last.missed }
      last = found
    }
    return nil
  }

  private func defect(_ piece: PolynomialPiece, length: Int) throws -> (kept: Ball, missed: Ball)? {
    guard let velocity = try evaluate(piece.models(length: length, precision: precision)) else { return nil }
    let h = Ball(piece.length, precision: precision)
    guard velocity.allSatisfy(\.isFinite) else { return nil }
    let differences = zip(piece.entries, velocity).map { entry, model in
      entry.derivative.subtracting(model.polynomial.scaled(by: h), length: length)
    }
    // What a model misses is bounded at every time, so the norm of these bounds is a bound.
    let missed = velocity.map { $0.error * h.withPrecision(TaylorModel.boundPrecision) }
    return (BallPolynomial.integralOfNorm(differences), .euclideanNorm(missed))
  }

  /// Bounds of the logarithmic norm times the duration, such that what interpolates them linearly is one; and what of
  /// them is due to the piece's length.
  private func growth(
    _ models: [Matrix<TaylorModel>], over length: Rational
  ) throws -> (bounds: [Ball], blur: Double)? {
    let bits = TaylorModel.boundPrecision
    do {
      let along = try JacobianModel(jacobian, at: models, length: jacobianLength)
      let duration = Ball(length, precision: bits)
      return along.eigenvalueBounds(parts: Self.parts).map { found in
        (found.bounds.map { Ball($0, precision: bits) * duration }, found.raised * length.doubleValue)
      }
    } catch is LinearAlgebraError {
      return nil
    }
  }
}
