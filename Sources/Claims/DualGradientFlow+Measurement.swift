import Integrators
import Learning
import Multiprecision

extension DualGradientFlow {
  /// The dual variables' trajectory, integrated when it is first asked for.
  func integrated(at times: [Rational], by integrator: Solution.Integrator, digits: Int)
    -> IntegratedTrajectory
  {
    IntegratedTrajectory {
      switch integrator {
      case .taylor: try TaylorIntegrator(digits: digits).integrate(vectorField(), from: initial, at: times)
      case .collocation: try integrateByCollocation(digits: digits, at: times)
      }
    }
  }

  /// β along such a trajectory, under the labels of `Observable.endToEnd`.
  func measureEndToEnd(_ trajectory: IntegratedTrajectory) throws -> Measurement {
    try trajectory.measure(Observable.endToEnd.rawValue) { try endToEnd($0[0]).transposed() }
  }
}

extension CheckSettings {
  /// The integrator of what is only compared with the Taylor method: collocation, whose cost grows as the fourth
  /// power of the digits, up to 60 of them.
  var secondIntegrator: Solution.Integrator { digits <= 60 ? .collocation : .taylor }
}

extension Problem {
  /// Gradient flow of this problem in the clock s = log(1 + t), at log-times `times`.
  func inLogTime(at times: [Rational], digits: Int) -> IntegratedTrajectory {
    IntegratedTrajectory {
      try TaylorIntegrator(digits: digits).integrate(logTimeVectorField(), from: logTimeInitial, at: times)
    }
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
