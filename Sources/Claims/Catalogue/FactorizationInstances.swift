import Learning
import Multiprecision

/// What the claims of T6 and T7 share: problems of factorisation, and the relaxation of observed entries.
enum FactorizationInstances {
  /// Y + (W(0) - Y) e^-rt on observed entries, W(0) on the others.
  static func relaxation(
    _ problem: Problem, to target: Matrix<Rational?>, rate: Rational = 1, precision: Int
  ) -> Measurement {
    let start = problem.model.exactEndToEndMatrix(problem.initial)
    let entries = problem.times.flatMap { time in
      let decay = Ball.exp(Ball(-rate * time, precision: precision))
      let matrix = Matrix<Ball?>(rows: start.rows, columns: start.columns) { i, j in
        guard let y = target[i, j] else { return Ball(start[i, j], precision: precision) }
        return Ball(y, precision: precision) + (start[i, j] - y) * decay
      }
      return Measurement.entries(of: matrix, Observable.endToEnd.rawValue, at: time)
    }
    return Measurement(entries, isRigorous: true)
  }

  static func factorize(
    _ model: DeepLinearModel, _ matrix: Matrix<Rational?>, _ measure: FisherMeasure,
    _ initial: [Matrix<Rational>],
    times: [Rational] = [0, Rational(1, 2), 2]
  ) throws -> Problem {
    try Problem(
      model: model, data: Dataset(matrix: matrix), likelihood: .gaussian, flow: .naturalGradient(measure),
      initial: initial, times: times)
  }
}
