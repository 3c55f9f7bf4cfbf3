import Integrators
import Learning
import Multiprecision

extension DualGradientFlow {
  /// The dual variables' trajectory, integrated when it is first asked for.
  ///
  /// - Parameter digits: nil for those that the settings work with.
  func integrated(
    at times: [Rational], by integrator: Solution.Integrator = .taylor, _ settings: CheckSettings,
    digits: Int? = nil
  ) -> IntegratedTrajectory {
    switch integrator {
    case .taylor:
      IntegratedTrajectory(from: initial, at: times, settings, digits: digits, field: vectorField)
    case .collocation:
      IntegratedTrajectory(secondOpinion: settings) {
        try integrateByCollocation(digits: digits ?? $0, at: times, budget: $1)
      }
    }
  }

  /// β along such a trajectory, under the labels of `Observable.endToEnd`.
  func measureEndToEnd(_ trajectory: IntegratedTrajectory) throws -> Measurement {
    try trajectory.measure(Observable.endToEnd.rawValue) { try endToEnd($0[0]).transposed() }
  }
}

extension CheckSettings {
  /// The integrators of what is compared with the Taylor method: that, and collocation for a second opinion, whose cost
  /// grows as the fourth power of the digits, up to 60 of them.
  var secondIntegrators: [Solution.Integrator] { digits <= 60 ? [.taylor, .collocation] : [.taylor] }
}

extension Problem {
  /// Gradient flow of this problem in the clock s = log(1 + t), at log-times `times`.
  ///
  /// - Parameter digits: nil for those that the settings work with.
  func inLogTime(
    at times: [Rational], _ settings: CheckSettings, digits: Int? = nil
  ) -> IntegratedTrajectory {
    IntegratedTrajectory(
      from: logTimeInitial, at: times, settings, digits: digits, field: logTimeVectorField)
  }

  /// The end-to-end vector along such a trajectory.
  func measureEndToEnd(_ trajectory: IntegratedTrajectory) throws -> Measurement {
    try trajectory.measure(Observable.endToEnd.rawValue) { state in
      guard let node = try model.endToEndMatrix(Array(state.dropLast())) else {
        throw ProblemError(field: "model.kind", "has no end-to-end matrix")
      }
      return node
    }
  }
}
