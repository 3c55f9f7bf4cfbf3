import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one step adds to the error of each entry, from all of the step and not from its ends: what a term that is
/// negligible at a step's start does inside it is within it.
///
/// In fixed point what the series leave out is bounded in norms (`StepTruncation`), and what their rounding does is
/// measured at the step's end (`StepEnd`); on Arb the defect is bounded in Taylor models.
struct LocalErrors {
  /// For each matrix of the state.
  private(set) var bounds: [Matrix<BigFloat>]
  /// Log10 of the largest, relative to max(1, |state|).
  private(set) var log10Size: Double

  static let precision = 64

  /// How many orders beyond its own a defect is computed with, in eighths of the order, and with how many times the bits:
  /// where a matrix that is solved with is nearly singular, rounding in the models hides the rest.
  private static let efforts: [(precisions: Int, eighths: Int)] =
    [0, 1, 2, 4, 8].map { (1, $0) } + [1, 4, 8].map { (2, $0) }

  /// The place in `efforts` that sufficed the last time, and how often it was begun with since less was tried.
  struct Effort {
    fileprivate var place = 0
    private var uses = 0
    /// Less is tried every so many times: it costs about as much as what suffices.
    private static let usesOfOne = 4

    fileprivate mutating func first() -> Int {
      uses += 1
      guard uses >= Self.usesOfOne else { return place }
      uses = 0
      return max(0, place - 1)
    }
  }

  /// Where the flow stands.
  init(noneAt state: [Matrix<BigFloat>]) {
    bounds = state.map { $0.map { _ in BigFloat(zeroWithPrecision: Self.precision) } }
    log10Size = -.infinity
  }

  /// Nil where nothing is known.
  init?(of truncation: StepTruncation?, state: [Matrix<BigFloat>]) {
    guard let truncation else { return nil }
    self.init(zip(truncation.truncations, truncation.roundings).map { $0 + $1 }, state: state)
  }

  /// The defect of polynomials, with as many orders of the field's series, and bits, as it needs; nil where none is known.
  ///
  /// - Parameters:
  ///   - log10Enough: log10 of what may be left out.
  ///   - precision: bits of the polynomials.
  ///   - effort: where to begin; becomes what sufficed.
  ///   - check: called on the way; what it throws is passed on.
  init?(
    of piece: DenseOutput.Piece, field: VectorField, log10Enough: Double, precision: Int,
    state: [Matrix<BigFloat>], effort: inout Effort, check: @escaping () throws -> Void
  ) throws {
    var best: [Ball]?
    var place = effort.first()
    while place < Self.efforts.count {
      try check()
      let (bits, eighths) = (Self.efforts[place].precisions * precision, Self.efforts[place].eighths)
      let polynomial = PolynomialPiece(piece, uniform: piece.coefficients.map { _ in nil }, precision: bits)
      let length = polynomial.order + 2 + polynomial.order * eighths / 8
      if let found = Self.defect(of: polynomial, step: piece.step, field, length: length, bits, check) {
        (best, effort.place) = (found.bounds, place)
        if found.log10Missed <= log10Enough { break }
        place += 1
      } else {
        // Little more does not help where the models diverge.
        place = place == Self.efforts.count - 1 ? Self.efforts.count : min(place + 2, Self.efforts.count - 1)
      }
    }
    guard let best else { return nil }
    let rounding = state.flatMap(\.elements).map { Ball($0.magnitude.scaled(byPowerOfTwo: 2 - $0.precision)) }
    self.init(zip(best, rounding).map { $0 + $1 }, state: state)
  }

  /// For each entry a bound of |p' - F(p)| anywhere on a piece, times its duration; nil where none is found.
  ///
  /// - Parameters:
  ///   - log10Enough: log10 of what may be left out.
  ///   - precision: bits of the polynomials.
  ///   - chebyshev: becomes as long as it takes.
  ///   - check: called on the way; what it throws ends the evaluation.
  static func peaks(
    of piece: DenseOutput.Piece, field: VectorField, log10Enough: Double, precision: Int,
    _ chebyshev: inout ChebyshevBound, _ check: @escaping () throws -> Void
  ) -> [BigFloat]? {
    let polynomial = PolynomialPiece(
      piece, uniform: piece.coefficients.map { _ in nil }, precision: precision)
    var best: [Ball]?
    for eighths in peakLengths {
      let length = polynomial.order + 2 + polynomial.order * eighths / 8
      if chebyshev.length < length { chebyshev = ChebyshevBound(length: length) }
      let bound = chebyshev
      guard
        let found = defect(
          of: polynomial, step: piece.step, field, length: length, precision, check,
          { bound.peak(of: [$0]) })
      else { continue }
      best = found.bounds
      if found.log10Missed <= log10Enough { break }
    }
    return best?.map { $0.upperBound.rounded(toPrecision: Self.precision) }
  }

  private static let peakLengths = [0, 2, 8]

  /// Bounds for each entry with Taylor models of orders below `length`, and what these leave out; nil where they diverge.
  ///
  /// - Parameter size: a bound for a polynomial on the piece.
  private static func defect(
    of polynomial: PolynomialPiece, step: Rational, _ field: VectorField, length: Int, _ precision: Int,
    _ check: @escaping () throws -> Void, _ size: (BallPolynomial) -> Ball = \.integralOfMagnitude
  ) -> (bounds: [Ball], log10Missed: Double)? {
    let step = Ball(step, precision: precision)
    let models = polynomial.models(length: length, precision: precision)
    guard
      let velocity = try? field.graph.evaluate(
        field.velocity, variables: Array(zip(field.state, models)), precision: precision, check: check
      ).flatMap(\.elements), velocity.allSatisfy(\.isFinite)
    else { return nil }
    var missed = -Double.infinity
    let bounds = zip(polynomial.entries, velocity).map { entry, model in
      let difference = entry.derivative.subtracting(model.polynomial.scaled(by: step), length: length)
      let rest = model.error * step.withPrecision(TaylorModel.boundPrecision)
      missed = max(missed, rest.log10UpperMagnitude)
      return size(difference) + rest
    }
    return (bounds, missed)
  }

  /// Adds what was measured, for each entry.
  mutating func add(_ defects: [Matrix<BigFloat>], state: [Matrix<BigFloat>]) {
    bounds = zip(bounds, defects).map { bound, defect in
      bound + defect.map { $0.rounded(toPrecision: Self.precision) }
    }
    log10Size = bounds.log10Size - max(0, state.log10Size)
  }

  private init?(_ sums: [Ball], state: [Matrix<BigFloat>]) {
    guard sums.allSatisfy(\.isFinite) else { return nil }
    bounds = state.map(\.shape).matrices(of: sums.map { $0.upperBound.rounded(toPrecision: Self.precision) })
    log10Size = bounds.log10Size - max(0, state.log10Size)
  }
}
