import Integrators
import Learning
import Multiprecision

/// Gradient flow of the linear model with logistic loss, followed in the clock s = log(1 + t): β at its sample times.
struct LogTimeWeights: Sendable {
  let times: [Rational]
  private let measured: Lazy<[[Ball]]>

  /// - Parameter margins: rows z_n = y_n x_n.
  init(margins: Matrix<Rational>, start: [Rational], at times: [Rational], digits: Int) throws {
    self.times = times
    let d = margins.columns
    let problem = try Problem(
      model: DeepLinearModel(widths: [d, 1]),
      data: Dataset(inputs: margins, targets: Matrix(rows: margins.rows, columns: 1, repeating: 1)),
      likelihood: .bernoulli, flow: .gradient, initial: [Matrix(rows: [start])], times: [0])
    let trajectory = problem.inLogTime(at: times, digits: digits)
    measured = Lazy {
      let balls = try problem.measureEndToEnd(trajectory).entries.compactMap(\.ball)
      return times.indices.map { Array(balls[($0 * d)..<(($0 + 1) * d)]) }
    }
  }

  /// β at all times, under the labels of `Observable.endToEnd`.
  func measurement() throws -> Measurement {
    let entries = try times.indices.flatMap { index in
      Measurement.entries(
        of: Matrix(rows: [try weights(index).map { $0 }]), Observable.endToEnd.rawValue, at: times[index])
    }
    return Measurement(entries, isRigorous: false)
  }

  /// β at the i-th time, with an estimated radius.
  func weights(_ index: Int) throws -> [Ball] { try measured.value()[index] }
}
