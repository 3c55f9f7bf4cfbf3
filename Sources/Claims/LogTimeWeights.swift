import Integrators
import Learning
import Multiprecision

/// Gradient flow of the linear model with logistic loss, followed in the clock s = log(1 + t): β at its sample times.
struct LogTimeWeights: Sendable {
  let times: [Rational]
  private let trajectory: IntegratedTrajectory
  private let measured: Lazy<[[Ball]]>

  /// - Parameters:
  ///   - margins: rows z_n = y_n x_n.
  ///   - digits: nil for those that the settings work with.
  init(
    margins: Matrix<Rational>, start: [Rational], at times: [Rational], _ settings: CheckSettings,
    digits: Int? = nil
  ) throws {
    self.times = times
    let d = margins.columns
    let problem = try Problem(
      model: DeepLinearModel(widths: [d, 1]),
      data: Dataset(inputs: margins, targets: Matrix(rows: margins.rows, columns: 1, repeating: 1)),
      likelihood: .bernoulli, flow: .gradient, initial: [Matrix(rows: [start])], times: [0])
    let trajectory = problem.inLogTime(at: times, settings, digits: digits)
    self.trajectory = trajectory
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
    return try measurement(entries)
  }

  /// Numbers that were computed in balls from the weights, as rigorous as these.
  func measurement(_ entries: [Measurement.Entry]) throws -> Measurement {
    try trajectory.measurement(entries)
  }

  /// β at the i-th time.
  func weights(_ index: Int) throws -> [Ball] { try measured.value()[index] }
}
