import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Discrete methods on equations whose steps are known.
@Suite struct DiscreteMethodTests {
  private static let methods: [DiscreteMethod] = [.euler, .midpoint, .rungeKutta4]

  /// y' = λ y.
  private func linear(_ rate: Rational) throws -> VectorField {
    let graph = Graph()
    let state = graph.variable(.scalar, name: "y")
    return try VectorField(graph: graph, state: [state], velocity: [rate * state])
  }

  /// One step multiplies by the exponential series in λη up to the order.
  @Test(arguments: methods) func linearStepsAreTheExponentialSeries(method: DiscreteMethod) throws {
    let (rate, step) = (Rational(-3, 2), Rational(2, 5))
    let states = try method.exactStates(
      of: linear(rate), from: [Matrix(column: [7])], step: step, count: 5)
    var (factor, term) = (Rational(1), Rational(1))
    for k in 1...method.order {
      term = term * rate * step / Rational(k)
      factor += term
    }
    #expect(states.map { $0[0][0, 0] } == (try (0...5).map { 7 * (try factor.power($0)) }))
  }

  /// y' = -y² from 1 at t = 1 is 1/2: the error falls with the order, from above and below.
  @Test(arguments: methods) func nonlinearErrorsFallWithTheOrder(method: DiscreteMethod) throws {
    let graph = Graph()
    let state = graph.variable(.scalar, name: "y")
    let field = try VectorField(graph: graph, state: [state], velocity: [-(state * state)])
    let errors = try [40, 80].map { count in
      let step = Rational(1, count)
      let last = try method.states(
        of: field, from: [Matrix(column: [1.0])], step: step, count: count, precision: 53)[count]
      return abs(last[0][0, 0] - 0.5)
    }
    let order = Double.log(errors[0] / errors[1]) / Double.log(2)
    #expect(abs(order - Double(method.order)) < 0.1, "\(method.name): \(order)")
  }

  /// The balls of a problem's steps contain the exact steps.
  @Test(arguments: methods) func ballsContainExactSteps(method: DiscreteMethod) throws {
    let model = try DiagonalModel(inputCount: 2, form: .product, depth: 2)
    let problem = try Problem(
      model: model,
      data: Dataset(inputs: Matrix(rows: [[1, 2], [3, -1], [0, 1]]), targets: Matrix(column: [1, 0, 2])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: InitialParameters.seeded(seed: 4, scale: 1).matrices(for: model), times: [0])
    let exact = try problem.exactDiscreteStates(method, step: Rational(1, 3), count: 2)
    let balls = try problem.discreteStates(method, step: Rational(1, 3), count: 2, precision: 256)
    #expect(balls.count == 3)
    for (state, enclosure) in zip(exact.flatMap { $0 }, balls.flatMap { $0 }) {
      for (number, ball) in zip(state.elements, enclosure.elements) {
        #expect(ball.contains(number) && ball.log10Radius < -50, "\(method.name): \(ball)")
      }
    }
  }

  @Test func fieldsThatAreNotRationalHaveNoExactSteps() throws {
    let graph = Graph()
    let state = graph.variable(.scalar, name: "y")
    let field = try VectorField(graph: graph, state: [state], velocity: [state.exp()])
    #expect(throws: ArithmeticError.notFinite) {
      try DiscreteMethod.euler.exactStates(of: field, from: [Matrix(column: [1])], step: 1, count: 1)
    }
  }
}
