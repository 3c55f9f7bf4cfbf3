import ComputationGraph
import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Losses written twice: both stacks agree, gradients are derivatives, and metrics are what they are said to be.
@Suite struct SampleLossTests {
  private static let precision = 200
  private static let outputs: [Rational] = [Rational(-3, 2), Rational(1, 3), 2]

  private static func losses() throws -> [(String, any SampleLoss)] {
    let targets: [Rational] = [1, 0, 1]
    let weights: [Rational] = [2, Rational(1, 3), 1]
    var losses: [(String, any SampleLoss)] = [
      ("exponential", ExponentialLoss(labels: [1, -1, 1])), ("log-cosh", LogCoshLoss(targets: targets)),
    ]
    for link in LinkedLoss.Link.allCases {
      losses.append(("\(link), Fisher", LinkedLoss(link, targets: targets)))
      losses.append(("\(link), Hessian", LinkedLoss(link, targets: targets, metric: .hessian)))
    }
    for likelihood in [Likelihood.gaussian, .bernoulli, .poisson] {
      losses.append(
        (
          "\(likelihood)",
          try WeightedLoss(likelihood, targets: targets, weights: (weights, weights.reversed()))
        ))
    }
    return losses
  }

  private static func balls() -> Matrix<Ball> {
    Matrix(column: outputs.map { Ball($0, precision: precision) })
  }

  private static func close(_ a: Ball, _ b: Ball) -> Bool { (a - b).log10UpperMagnitude < -45 }

  @Test func bothStacksAgree() throws {
    for (name, loss) in try Self.losses() {
      let graph = Graph()
      let f = graph.variable(Shape(3, 1), name: "f")
      let values = try graph.evaluate(
        [loss.gradient(f), loss.metric(f)], variables: [(f, Self.balls())], precision: Self.precision)
      for (sample, output) in Self.outputs.enumerated() {
        let direct = loss.values(BigFloat(output, precision: Self.precision), sample: sample)
        #expect(Self.close(values[0][sample, 0], Ball(direct.gradient)), "\(name), gradient \(sample)")
        #expect(Self.close(values[1][sample, 0], Ball(direct.metric)), "\(name), metric \(sample)")
      }
    }
  }

  /// Where the metric is ℓ'', it is the gradient's derivative.
  @Test func hessiansAreDerivatives() throws {
    for (name, loss) in try Self.losses() where !name.hasSuffix("Fisher") {
      if loss is WeightedLoss { continue }
      let graph = Graph()
      let f = graph.variable(Shape(3, 1), name: "f")
      let slope = try graph.pushforward(
        [loss.gradient(f)], along: [(f, graph.constant(1, shape: Shape(3, 1)))])[0]
      let values = try graph.evaluate(
        [slope, loss.metric(f)], variables: [(f, Self.balls())], precision: Self.precision)
      for sample in 0..<3 {
        #expect(Self.close(values[0][sample, 0], values[1][sample, 0]), "\(name), sample \(sample)")
      }
    }
  }

  /// With a canonical link Fisher and Hessian metric agree; here they must not.
  @Test func linksAreNotCanonical() throws {
    for link in LinkedLoss.Link.allCases {
      let f = BigFloat(Rational(1, 3), precision: 100)
      let fisher = LinkedLoss(link, targets: [1]).values(f, sample: 0).metric
      let hessian = LinkedLoss(link, targets: [1], metric: .hessian).values(f, sample: 0).metric
      #expect((fisher - hessian).log10Magnitude > -3, "\(link)")
    }
  }

  /// Both integrators on one small flow.
  @Test func flowsAgree() throws {
    let flow = try SampleLossFlow(
      model: DiagonalModel(inputCount: 2, form: .product, depth: 2), inputs: Matrix(rows: [[1, 2]]),
      loss: LinkedLoss(.softplus, targets: [2]),
      initial: [Matrix(column: [1, 2]), Matrix(column: [1, -1])],
      times: [Rational(1, 2)])
    let taylor = try TaylorIntegrator(digits: 25).integrate(
      flow.vectorField(), from: flow.initial, at: flow.times)
    let collocation = try flow.integrateByCollocation(digits: 25)
    let distance = taylor.samples[0].state
      .log10RelativeDistance(to: collocation.samples[0].state, precision: 100)
    #expect(distance < -24)
  }

  @Test func shapesAreChecked() throws {
    let model = try DeepLinearModel(widths: [2, 1])
    #expect(throws: ProblemError.self) {
      try SampleLossFlow(
        model: model, inputs: Matrix(rows: [[1]]), loss: LogCoshLoss(targets: [0]),
        initial: [Matrix(rows: [[1, 2]])],
        times: [1])
    }
    #expect(throws: ProblemError.self) {
      try WeightedLoss(.gaussian, targets: [1, 2], weights: ([1], [1, 1]))
    }
  }
}
