import ComputationGraph
import Multiprecision

/// A step as it is handed out, while its series are there.
struct TaylorStep {
  let start: Rational
  let length: Rational
  /// The state at the start, from which the series was expanded, and its sum at the end, rounded.
  let before: [Matrix<BigFloat>], after: [Matrix<BigFloat>]
  private let series: StepSeries

  init(
    start: Rational, length: Rational, before: [Matrix<BigFloat>], after: [Matrix<BigFloat>],
    series: StepSeries
  ) {
    (self.start, self.length, self.before, self.after) = (start, length, before, after)
    self.series = series
  }

  var end: Rational { start + length }
  var piece: DenseOutput.Piece { .init(start: start, step: length, coefficients: series.coefficients) }

  func enclosure(leading: Int) -> StepEnclosure? { series.enclosure(step: length, leading: leading) }

  /// The series' sum, rounded.
  func value(at time: Rational) -> [Matrix<BigFloat>] {
    series.values(at: [BigFloat(time - start, precision: series.offsetPrecision)]).map { $0[0] }
  }
}
