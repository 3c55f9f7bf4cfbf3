import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// A solution by integration, with the integrator's error estimate or bound carried over to every number shown.
struct IntegratedSolution {
  let problem: Problem
  let method: SolveMethod
  let digits: Int
  var isCertified = false

  /// Integrates with as many digits more as the observables lose, until each has the digits asked for.
  func solution(progress: @escaping (Double) -> Void) throws -> Solution {
    let found = try DigitLoop.run(digits: digits) { workingDigits in
      let run =
        try isCertified
        ? certifiedRun(digits: workingDigits, progress: progress)
        : estimatedRun(digits: workingDigits, progress: progress)
      return (run, run.samples.map { $0.numbers.worstExcess(digits: digits) }.max() ?? 0)
    }
    return Solution(
      method: method, digits: digits, isCertified: isCertified, model: problem.model, samples: found.samples,
      work: found.work)
  }

  private typealias Run = (samples: [Solution.Sample], work: IntegrationWork)

  /// The one place that knows the integrators.
  private func integrate(digits: Int, progress: @escaping (Double) -> Void) throws -> Trajectory {
    switch method {
    case .collocation:
      return try problem.integrateByCollocation(digits: digits, progress: progress)
    case .auto, .closedForm, .taylor:
      return try TaylorIntegrator(digits: digits)
        .integrate(problem.vectorField(), from: problem.initial, at: problem.times, progress: progress)
    }
  }

  private func certifiedRun(digits: Int, progress: @escaping (Double) -> Void) throws -> Run {
    let trajectory = try problem.integrateCertified(digits: digits, progress: progress)
    let precision = Precision.bits(forDigits: digits) + 64
    let samples = try samples(at: trajectory.samples.map { ($0.time, $0.state) }, precision: precision)
    return (samples, IntegrationWork(trajectory))
  }

  /// The observables of balls around the states, whose radii are the integrator's estimates.
  private func estimatedRun(digits: Int, progress: @escaping (Double) -> Void) throws -> Run {
    let trajectory = try integrate(digits: digits, progress: progress)
    let precision = trajectory.statistics.precision + 32
    let samples = try samples(
      at: trajectory.samples.map { ($0.time, $0.balls(precision: precision)) }, precision: precision)
    return (samples, IntegrationWork(trajectory))
  }

  private func samples(
    at states: [(time: Rational, state: [Matrix<Ball>])], precision: Int
  ) throws -> [Solution.Sample] {
    let graph = Graph()
    let variables = problem.model.parameterVariables(in: graph)
    let observables = try problem.observables(variables)
    let nodes =
      [observables.outputs, observables.means, observables.loss]
      + [observables.endToEnd].compactMap { $0 }
    return try states.map { time, enclosure in
      try Task.checkCancellation()
      let state =
        time.isZero ? problem.initial.map { $0.map { Ball($0, precision: precision) } } : enclosure
      let values = try graph.evaluate(nodes, variables: Array(zip(variables, state)), precision: precision)
      return Solution.Sample(
        time: time, outputs: values[0].map { $0 }, means: values[1].map { $0 },
        endToEnd: observables.endToEnd.map { _ in values[3] }, parameters: state, loss: values[2][0, 0])
    }
  }
}
