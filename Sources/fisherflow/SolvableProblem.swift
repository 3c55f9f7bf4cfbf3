import ComputationGraph
import Integrators
import Learning
import Multiprecision
import ProblemFiles
import Systems

/// An initial-value problem read from a file, whatever kind it is.
protocol SolvableProblem {
  /// Increasing, not negative.
  var times: [Rational] { get }
  /// All starts, in the shapes of the vector field's state.
  var box: InitialBox { get }

  /// As far as it goes: `CertifiedTrajectory.stop`.
  ///
  /// - Parameter recorder: takes note of what is verified, of systems only.
  func certifiedTrajectory(
    digits: Int, budget: IntegrationBudget, recorder: (any CertificateRecorder)?,
    progress: @escaping (Double) -> Void
  ) throws -> CertifiedTrajectory

  func vectorField() throws -> VectorField

  /// As far as it goes: `Trajectory.stop`.
  func collocationTrajectory(
    digits: Int, budget: IntegrationBudget, progress: @escaping (Double) -> Void
  ) throws -> Trajectory

  /// The numbers that are shown, at states in balls.
  func numbers(at states: [[Matrix<Ball>]], precision: Int) throws -> [NumberTree]
}

extension SolvableProblem {
  /// As far as it goes: `Trajectory.stop`.
  ///
  /// - Parameter method: `collocation`, or the Taylor method for any other.
  func estimatedTrajectory(
    _ method: SolveMethod, digits: Int, budget: IntegrationBudget, progress: @escaping (Double) -> Void
  ) throws -> Trajectory {
    if method == .collocation {
      return try collocationTrajectory(digits: digits, budget: budget, progress: progress)
    }
    return try TaylorIntegrator(digits: digits, budget: budget)
      .integrateToStop(vectorField(), from: box.centre, at: times, progress: progress)
  }
}

extension ProblemFile: SolvableProblem {
  var times: [Rational] { problem.times }
  var box: InitialBox { InitialBox(problem.initial) }

  func certifiedTrajectory(
    digits: Int, budget: IntegrationBudget, recorder: (any CertificateRecorder)?,
    progress: @escaping (Double) -> Void
  ) throws -> CertifiedTrajectory {
    try problem.integrateCertifiedToStop(digits: digits, budget: budget, progress: progress)
  }

  func vectorField() throws -> VectorField { try problem.vectorField() }

  func collocationTrajectory(
    digits: Int, budget: IntegrationBudget, progress: @escaping (Double) -> Void
  ) throws -> Trajectory {
    try problem.integrateByCollocationToStop(digits: digits, budget: budget, progress: progress)
  }

  func numbers(at states: [[Matrix<Ball>]], precision: Int) throws -> [NumberTree] {
    let graph = Graph()
    let variables = problem.model.parameterVariables(in: graph)
    let observables = try problem.observables(variables)
    let nodes =
      [observables.outputs, observables.means, observables.loss] + [observables.endToEnd].compactMap { $0 }
    return try states.map { state in
      try Task.checkCancellation()
      let values = try graph.evaluate(nodes, variables: Array(zip(variables, state)), precision: precision)
      return ProblemNumbers(
        outputs: values[0].map { $0 }, means: values[1].map { $0 },
        endToEnd: observables.endToEnd.map { _ in values[3] }, parameters: state, loss: values[2][0, 0]
      ).tree(problem.model, layout: parameterLayout)
    }
  }
}

extension SystemFile: SolvableProblem {
  var times: [Rational] { system.times }
  var box: InitialBox { system.initialBox }

  func certifiedTrajectory(
    digits: Int, budget: IntegrationBudget, recorder: (any CertificateRecorder)?,
    progress: @escaping (Double) -> Void
  ) throws -> CertifiedTrajectory {
    try CertifiedIntegrator(digits: digits, budget: budget)
      .integrateToStop(
        system.vectorField(), from: box, at: system.times, recorder: recorder, progress: progress)
  }

  func vectorField() throws -> VectorField { try system.vectorField() }

  func collocationTrajectory(
    digits: Int, budget: IntegrationBudget, progress: @escaping (Double) -> Void
  ) throws -> Trajectory {
    try system.integrateByCollocationToStop(digits: digits, budget: budget, progress: progress)
  }

  /// A number for each scalar, a list for each indexed family, the last index fastest; the time and constants are left out.
  func numbers(at states: [[Matrix<Ball>]], precision: Int) throws -> [NumberTree] {
    states.map { state in
      let variables = zip(system.families, state).filter { !$0.0.isConstant }.map { family, values in
        let numbers = values.elements.enumerated().map { place, ball in
          NumberTree.number(ball, column: family.label(of: place).replacing(",", with: "]["))
        }
        return NumberTree.Member(family.name, family.indices.isEmpty ? numbers[0] : .list(numbers))
      }
      return .members([.init("variables", .members(variables))])
    }
  }
}
