import ComputationGraph
import Multiprecision

/// A step as it is handed out, while its series are there.
struct TaylorStep {
  /// The field as it was written for this step.
  let field: VectorField
  let start: Rational
  let length: Rational
  /// The state at the start, from which the series was expanded, and its sum at the end, rounded.
  let before: [Matrix<BigFloat>], after: [Matrix<BigFloat>]
  private let series: StepSeries

  init(
    field: VectorField, start: Rational, length: Rational, before: [Matrix<BigFloat>],
    after: [Matrix<BigFloat>],
    series: StepSeries
  ) {
    self.field = field
    (self.start, self.length, self.before, self.after) = (start, length, before, after)
    self.series = series
  }

  var end: Rational { start + length }
  /// The highest order of the series.
  var order: Int { series.order }
  /// The part of so long from the start.
  func piece(length: Rational) -> DenseOutput.Piece {
    .init(start: start, step: length, coefficients: series.coefficients)
  }

  /// See `SeriesExpansion.enclosure`; nil where nothing is proved of the series.
  ///
  /// - Parameter length: of the part of the step from its start that is enclosed.
  func enclosure(length: Rational, leading: Int, deviations: [[Ball]?]) -> StepEnclosure? {
    series.enclosure(step: length, leading: leading, deviations: deviations)
  }

  /// The series' sum, rounded.
  func value(at time: Rational) -> [Matrix<BigFloat>] {
    series.values(at: [BigFloat(time - start, precision: series.offsetPrecision)]).map { $0[0] }
  }
}
