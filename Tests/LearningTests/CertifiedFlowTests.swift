import Foundation
import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Certified natural gradient flows of deep linear networks against their law in function space: for squared loss and
/// training inputs as measure f' = -(f - y), so f(t) = y + (f(0) - y) e^-t exactly.
@Suite struct CertifiedFlowTests {
  private static let isExtended = ProcessInfo.processInfo.environment["FISHERFLOW_EXTENDED"] == "1"

  private func check(
    widths: [Int], samples: Int, digits: Int, times: [Rational], seed: Int
  ) throws {
    var random = SeededRationals(seed: seed)
    let model = try DeepLinearModel(widths: widths)
    let targets = random.matrix(samples, widths[widths.count - 1])
    try check(
      model, inputs: random.matrix(samples, widths[0]), targets: targets,
      from: InitialParameters.seeded(seed: UInt64(seed), scale: Rational(1, 2)).matrices(for: model),
      digits: digits, times: times, "widths \(widths), \(samples) samples, seed \(seed)")
  }

  private func check(
    _ model: DeepLinearModel, inputs: Matrix<Rational>, targets: Matrix<Rational>,
    from initial: [Matrix<Rational>], digits: Int, times: [Rational], _ name: String
  ) throws {
    let problem = try Problem(
      model: model, data: Dataset(inputs: inputs, targets: targets.map { $0 }), likelihood: .gaussian,
      flow: .naturalGradient(.trainingInputs), initial: initial, times: times)
    let trajectory = try problem.integrateCertified(digits: digits)
    #expect(trajectory.samples.map { $0.time } == times, "\(name)")
    let graph = try problem.vectorField().graph
    let parameters = problem.model.parameterVariables(in: graph)
    let outputs = try problem.observables(parameters).outputs
    // The balls may be far smaller than was asked for.
    let precision = 20 * digits + 256
    func values(_ state: [Matrix<Ball>]) throws -> [Ball] {
      try graph.evaluate([outputs], variables: Array(zip(parameters, state)), precision: precision)[0]
        .elements
    }
    let start = try values(problem.initial.map { $0.map { Ball($0, precision: precision) } })
    for sample in trajectory.samples {
      let decay = Ball.exp(-Ball(sample.time, precision: precision))
      for (entry, found) in try values(sample.state).enumerated() {
        let target = Ball(targets.elements[entry], precision: precision)
        let exact = target + decay * (start[entry] - target)
        #expect(found.contains(exact), "\(name), t = \(sample.time), output \(entry): \(found), \(exact)")
        #expect(found.log10Radius < 2 - Double(digits), "\(name): \(found)")
        // The law of another rate is outside.
        let wrong = target + decay * decay * (start[entry] - target)
        #expect(!found.overlaps(wrong), "\(name), t = \(sample.time), output \(entry)")
      }
    }
  }

  @Test(arguments: [[2, 2, 1], [3, 2, 1], [3, 2, 2, 1], [4, 2, 2, 2]])
  func outputsFollowTheirLaw(widths: [Int]) throws {
    for seed in [1, 2] {
      try check(widths: widths, samples: 2, digits: 20, times: [Rational(1, 2), 3], seed: seed)
    }
  }

  /// Through a bottleneck the Fisher matrix has the rank of a tangent space of the matrices of that rank, and no more. A
  /// flow towards a multiple of its start stays on that line.
  @Test(arguments: [[3, 1, 2], [3, 2, 1, 3], [4, 2, 4]]) func bottlenecksKeepTheirRank(widths: [Int]) throws {
    let model = try DeepLinearModel(widths: widths)
    let initial = try InitialParameters.seeded(seed: 3, scale: 1).matrices(for: model)
    let start = initial.dropFirst().reduce(initial[0]) { $1 * $0 }
    try check(
      model, inputs: .identity(widths[0]), targets: start.transposed().map { 3 * $0 }, from: initial,
      digits: 20, times: [Rational(1, 2), 3], "widths \(widths)")
  }

  /// As large as Examples/regression.yaml.
  @Test(.enabled(if: isExtended)) func largeNetworksFollowTheirLaw() throws {
    try check(widths: [16, 4, 4, 1], samples: 10, digits: 50, times: [1, 10], seed: 5)
    try check(widths: [16, 4, 4, 2], samples: 10, digits: 20, times: [1, 10], seed: 5)
  }

  /// Saturated neurons: the Fisher matrix has full rank, and seems to have less at few digits.
  @Test func aMatrixNearlySingularAtTheStartIsNotCalledSingular() throws {
    let problem = try Problem(
      model: MultilayerPerceptron(widths: [1, 1, 1], activation: .tanh, hasBias: false),
      data: Dataset(inputs: Matrix(rows: [[1], [2]]), targets: Matrix(rows: [[0], [1]])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[30]]), Matrix(rows: [[3]])], times: [Rational(1, 10)])
    let trajectory = try problem.integrateCertifiedToStop(digits: 20, budget: .init(seconds: 5))
    let stop = try #require(trajectory.stop)
    #expect(!stop.isObstacle, "\(stop)")
  }
}
