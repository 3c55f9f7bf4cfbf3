import ComputationGraph
import Multiprecision

/// The polynomials of a step, while they are there.
protocol StepPolynomials {
  /// The highest order.
  var order: Int { get }
  /// For each matrix of the state its coefficients of orders 0 and up.
  var coefficients: [[Matrix<BigFloat>]] { get }
  /// See `SeriesExpansion.enclosure`; nil where nothing is proved of the polynomials.
  func enclosure(step: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure?
  /// The state at a time from the step's start, rounded.
  func value(at offset: Rational) -> [Matrix<BigFloat>]
}

extension StepSeries: StepPolynomials {
  func value(at offset: Rational) -> [Matrix<BigFloat>] {
    values(at: [BigFloat(offset, precision: offsetPrecision)]).map { $0[0] }
  }
}

extension DenseOutput.Piece: StepPolynomials {
  var order: Int { (coefficients.map(\.count).max() ?? 1) - 1 }

  func enclosure(step: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure? { nil }
}

/// A step as it is handed out.
struct CandidateStep {
  /// The field as it was written for this step.
  let field: VectorField
  let start: Rational
  let length: Rational
  /// The state at the start, from which the polynomials go out, and their value at the end, rounded.
  let before: [Matrix<BigFloat>], after: [Matrix<BigFloat>]
  private let polynomials: any StepPolynomials

  init(
    field: VectorField, start: Rational, length: Rational, before: [Matrix<BigFloat>],
    after: [Matrix<BigFloat>], polynomials: any StepPolynomials
  ) {
    self.field = field
    (self.start, self.length, self.before, self.after) = (start, length, before, after)
    self.polynomials = polynomials
  }

  var end: Rational { start + length }
  /// The highest order of the polynomials.
  var order: Int { polynomials.order }
  /// The part of so long from the start.
  func piece(length: Rational) -> DenseOutput.Piece {
    .init(start: start, step: length, coefficients: polynomials.coefficients)
  }

  /// See `SeriesExpansion.enclosure`; nil where nothing is proved of the polynomials.
  ///
  /// - Parameter length: of the part of the step from its start that is enclosed.
  func enclosure(length: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure? {
    polynomials.enclosure(step: length, leading: leading, deviations: deviations)
  }

  /// The polynomials' value, rounded.
  func value(at time: Rational) -> [Matrix<BigFloat>] { polynomials.value(at: time - start) }
}
