import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bounds of what one step adds to the error of each entry, from all of the step and not from its ends: what a term that is
/// negligible at a step's start does inside it is within them.
///
/// In fixed point they are bounds of norms (`StepEnclosure`); on Arb the defect is bounded in Taylor models.
struct LocalErrors {
  /// For each matrix of the state.
  let bounds: [Matrix<BigFloat>]
  /// Log10 of the largest, relative to max(1, |state|).
  let log10Size: Double

  static let precision = 64

  /// Nil where nothing is known.
  init?(of enclosure: StepEnclosure?, state: [Matrix<BigFloat>]) {
    guard let enclosure else { return nil }
    let sums = enclosure.defects.indices.map { entry in
      enclosure.defects[entry] + enclosure.startErrors[entry] + enclosure.valueErrors[entry]
    }
    self.init(sums, state: state)
  }

  /// The defect of polynomials, with as many orders of the field's series as it needs; nil where none is known.
  ///
  /// - Parameters:
  ///   - digits: what may be left out, 10^-digits.
  init?(
    of piece: DenseOutput.Piece, field: VectorField, digits: Int, precision: Int, state: [Matrix<BigFloat>]
  )
    throws
  {
    let polynomial = PolynomialPiece(
      piece, uniform: piece.coefficients.map { _ in nil }, precision: precision)
    let step = Ball(piece.step, precision: precision)
    var best: [Ball]?
    for eighths in [0, 1, 2, 4, 8] {
      let length = polynomial.order + 2 + polynomial.order * eighths / 8
      let models = polynomial.models(length: length, precision: precision)
      guard
        let velocity = try? field.graph.evaluate(
          field.velocity, variables: Array(zip(field.state, models)), precision: precision
        ).flatMap(\.elements), velocity.allSatisfy(\.isFinite)
      else { break }
      var missed = -Double.infinity
      var found: [Ball] = []
      for (entry, model) in zip(polynomial.entries, velocity) {
        let difference = entry.derivative.subtracting(model.polynomial.scaled(by: step), length: length)
        let rest = model.error * step.withPrecision(TaylorModel.boundPrecision)
        missed = max(missed, rest.log10UpperMagnitude)
        found.append(difference.integralOfMagnitude + rest)
      }
      best = found
      if missed <= -Double(digits) { break }
      try Task.checkCancellation()
    }
    guard let best else { return nil }
    let rounding = state.flatMap(\.elements).map { Ball($0.magnitude.scaled(byPowerOfTwo: 2 - $0.precision)) }
    self.init(zip(best, rounding).map { $0 + $1 }, state: state)
  }

  private init?(_ sums: [Ball], state: [Matrix<BigFloat>]) {
    guard sums.allSatisfy(\.isFinite) else { return nil }
    bounds = state.map(\.shape).matrices(of: sums.map { $0.upperBound.rounded(toPrecision: Self.precision) })
    log10Size = bounds.log10Size - max(0, state.log10Size)
  }
}
