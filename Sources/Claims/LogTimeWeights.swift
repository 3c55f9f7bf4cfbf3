import Integrators
import Learning
import Multiprecision

/// Gradient flow of the linear model with logistic loss, followed in the clock s = log(1 + t): β at its sample times.
struct LogTimeWeights: Sendable {
  let times: [Rational]
  let integrator: Solution.Integrator
  private let measured: Lazy<[[Ball]]>

  /// - Parameters:
  ///   - margins: rows z_n = y_n x_n.
  ///   - integrator: the graph's Taylor series in β, or collocation of the dual variables.
  init(
    margins: Matrix<Rational>, start: [Rational], at times: [Rational], digits: Int,
    by integrator: Solution.Integrator = .taylor
  ) throws {
    (self.times, self.integrator) = (times, integrator)
    let targets = [Rational](repeating: 1, count: margins.rows)
    let d = margins.columns
    let measure: @Sendable () throws -> Measurement
    switch integrator {
    case .taylor:
      let problem = try Problem(
        model: DeepLinearModel(widths: [d, 1]),
        data: Dataset(inputs: margins, targets: Matrix(column: targets.map { $0 })), likelihood: .bernoulli,
        flow: .gradient, initial: [Matrix(rows: [start])], times: [0])
      let trajectory = problem.inLogTime(at: times, digits: digits)
      measure = { try problem.measureEndToEnd(trajectory) }
    case .collocation:
      let flow = try DualGradientFlow(
        inputs: margins, targets: targets, likelihood: .bernoulli, path: .linear(start: start),
        clock: .logarithm)
      let trajectory = flow.integrated(at: times, by: .collocation, digits: digits)
      measure = { try flow.measureEndToEnd(trajectory) }
    }
    measured = Lazy {
      let balls = try measure().entries.compactMap(\.ball)
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
