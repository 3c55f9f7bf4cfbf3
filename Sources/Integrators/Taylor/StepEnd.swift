import Multiprecision

/// What the series of a step say about the velocity at its end, to be held against the field's own value there.
///
/// The difference, the *defect*, shows every error of the step's series at once, whatever it comes from: orders cut off,
/// rounding in the state's series and in the series on the way to it. An error δ_k of coefficient k makes k·δ_k of it.
struct StepEnd {
  private let step: BigFloat
  /// The step times the velocity, for each matrix of the state.
  private let changes: [Matrix<BigFloat>]

  init(of series: StepSeries, step: BigFloat) {
    self.step = step
    changes = series.changes(at: step)
  }

  /// Log10 of the largest defect times the step, relative to max(1, |state|).
  ///
  /// - Parameters:
  ///   - velocities: the field at `state`, the end of the step.
  func log10Defect(velocities: [Matrix<BigFloat>], state: [Matrix<BigFloat>]) -> Double {
    var (defect, size) = (-Double.infinity, 0.0)
    for (index, matrix) in changes.enumerated() {
      for (entry, change) in matrix.elements.enumerated() {
        let difference = change - step * velocities[index].elements[entry]
        defect = max(defect, difference.log10Magnitude)
        size = max(size, state[index].elements[entry].log10Magnitude)
      }
    }
    return defect - size
  }
}
