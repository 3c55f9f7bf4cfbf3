import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bounds the error of candidate pieces.
struct StepVerifier {
  let field: VectorField
  let jacobian: FieldJacobian
  let precision: Int
  /// What may be left out of a piece's defect: 10^-digits.
  let digits: Int

  /// Weights w tried: the larger, the fewer orders are needed, but the function must be analytic for |s| < w.
  private static let weights: [Rational] = [6, 4, 3, 2, Rational(3, 2), Rational(6, 5)]
  /// How many times as wide as the distance at the start and the defect tubes are tried.
  private static let tubeFactors = [1 << 4, 1 << 20]

  init(field: VectorField, digits: Int, precision: Int) throws {
    self.field = field
    (self.digits, self.precision) = (digits, precision)
    jacobian = try FieldJacobian(of: field)
  }

  /// The step of a piece, given the distance at its start; nil where no bound is found and a shorter piece may do.
  func step(_ piece: PolynomialPiece, from start: Ball) throws -> CertifiedStep? {
    guard let parameters = try parameters(for: piece), let defect = try defect(piece, parameters) else {
      return nil
    }
    // The tube: wide beside the distance, narrow beside everything else, and not of width 0.
    let least = Ball.powerOfTen(-Double(digits), precision: TaylorModel.boundPrecision)
    for factor in Self.tubeFactors {
      let tube = Ball(factor, precision: TaylorModel.boundPrecision) * (start + defect) + least
      guard let growth = try growth(piece, parameters.weight, tube: tube) else { return nil }
      let step = CertifiedStep(defect: defect, growth: growth)
      if Ball.certainlyLess(step.largestDistance(from: start), tube) { return step }
    }
    return nil
  }

  /// The weight and length with the fewest orders that leave little enough out.
  private func parameters(for piece: PolynomialPiece) throws -> TaylorModel.Parameters? {
    var best: TaylorModel.Parameters?
    // Where more orders would be needed, two shorter pieces cost less.
    let longest = max(3 * piece.order, 2 * digits + 16)
    for weight in Self.weights {
      // Heads and norms only.
      let coarse = TaylorModel.Parameters(
        length: 1, weight: Ball(weight, precision: TaylorModel.boundPrecision))
      guard let velocity = try evaluate(piece.models(coarse, precision: TaylorModel.boundPrecision)),
        velocity.allSatisfy(\.isFinite)
      else { continue }
      let size = velocity.map { $0.rest.log10UpperMagnitude }.max() ?? 0
      let left = size + Ball(piece.length, precision: 64).log10UpperMagnitude + Double(digits)
      let length = max(piece.order + 1, Int((left / log10(weight.doubleValue)).rounded(.up)) + 1)
      if length < best?.length ?? (longest + 1) {
        best = TaylorModel.Parameters(length: length, weight: coarse.weight)
      }
    }
    return best
  }

  /// F at Taylor models; nil where it is not known to be analytic.
  private func evaluate(_ models: [Matrix<TaylorModel>]) throws -> [TaylorModel]? {
    do {
      return try field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, models)),
        precision: models[0].elements[0].polynomial.precision
      ).flatMap(\.elements)
    } catch is LinearAlgebraError {
      return nil
    }
  }

  /// The Euclidean norm of the entries' ∫_0^1 |p' - h F(p)| ds.
  private func defect(_ piece: PolynomialPiece, _ parameters: TaylorModel.Parameters) throws -> Ball? {
    guard let velocity = try evaluate(piece.models(parameters, precision: precision)) else { return nil }
    let h = Ball(piece.length, precision: precision)
    var integrals: [Ball] = []
    for (entry, model) in zip(piece.entries, velocity) {
      guard model.isFinite else { return nil }
      let difference = entry.derivative.subtracting(
        model.polynomial.scaled(by: h), length: parameters.length)
      let integral = difference.integralOfMagnitude + model.tail * h.withPrecision(TaylorModel.boundPrecision)
      guard integral.isFinite else { return nil }
      integrals.append(integral)
    }
    return .euclideanNorm(integrals)
  }

  /// Bounds of the logarithmic norm times the duration, on equal parts of the piece.
  private func growth(_ piece: PolynomialPiece, _ weight: Ball, tube: Ball) throws -> [Ball]? {
    let bits = TaylorModel.boundPrecision
    let parameters = TaylorModel.Parameters(length: CertifiedStep.jacobianLength, weight: weight)
    let models = piece.models(parameters, precision: bits, widenedBy: tube)
    let along: Matrix<TaylorModel>
    do {
      along = try jacobian.value(at: models, precision: bits)
    } catch is LinearAlgebraError {
      return nil
    }
    guard along.elements.allSatisfy(\.isFinite) else { return nil }
    let parts = CertifiedStep.parts
    let duration = Ball(piece.length / Rational(parts), precision: bits)
    var growth: [Ball] = []
    for part in 0..<parts {
      let (first, last) = (Rational(part, parts), Rational(part + 1, parts))
      let interval = Ball(midpoint: (first + last) / 2, radius: (last - first) / 2, precision: bits)
      guard let norm = LogarithmicNorm.upperBound(of: along.map { $0.value(over: interval) }) else {
        return nil
      }
      growth.append(norm * duration)
    }
    return growth
  }
}
