import ComputationGraph
import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Gradient flow in dual variables: its two forms against each other, and against the flow of the parameters.
@Suite struct DualGradientFlowTests {
  private static let digits = 18
  private static let inputs = Matrix<Rational>(rows: [[1, 2, -1], [0, 1, Rational(1, 2)]])
  private static let u: [Rational] = [1, Rational(1, 2), Rational(3, 4)]
  private static let v: [Rational] = [Rational(1, 2), 1, Rational(2, 3)]

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let path: DualGradientFlow.Path
    let model: DiagonalModel
    let initial: [[Rational]]
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let depths = (2...5).compactMap { depth in
      (try? DiagonalModel(inputCount: 3, form: .difference, depth: depth)).map { (depth, $0) }
    }
    return depths.map { depth, model in
      Case(
        name: "u^\(depth) - v^\(depth)",
        path: depth == 2 ? .squares(u: u, v: v) : .powers(depth: depth, u: u, v: v), model: model,
        initial: [u, v])
    }
  }()

  @Test func everyCaseIsMade() { #expect(Self.cases.count == 4) }

  private func distance(_ a: [BigFloat], _ b: [BigFloat]) -> Double {
    zip(a, b).map { ($0 - $1).log10Magnitude }.max() ?? 0
  }

  @Test(arguments: cases) func dualFlowIsTheFlowOfTheParameters(example: Case) throws {
    for likelihood in [Likelihood.gaussian, .bernoulli] {
      let targets: [Rational] = likelihood == .gaussian ? [Rational(3, 2), -1] : [1, 0]
      let times: [Rational] = [0, Rational(1, 2)]
      let problem = try Problem(
        model: example.model, data: Dataset(inputs: Self.inputs, targets: Matrix(column: targets.map { $0 })),
        likelihood: likelihood, flow: .gradient, initial: example.initial.map { Matrix(column: $0) },
        times: times)
      let flow = try DualGradientFlow(
        inputs: Self.inputs, targets: targets, likelihood: likelihood, path: example.path)
      let integrator = TaylorIntegrator(digits: Self.digits)
      let parameters = try integrator.integrate(problem.vectorField(), from: problem.initial, at: times)
      let dual = try integrator.integrate(flow.vectorField(), from: flow.initial, at: times)
      let bits = dual.statistics.precision
      let graph = Graph()
      let q = graph.variable(Shape(2, 1), name: "q")
      let node = try flow.endToEnd(q)
      for (sample, other) in zip(dual.samples, parameters.samples) {
        let beta = try graph.evaluate([node], variables: [(q, sample.state[0])], precision: bits)[0]
        let factors = other.state.map(\.elements)
        let direct = (0..<3).map { i in
          BigFloat.pow(factors[0][i], Rational(example.model.depth))
            - BigFloat.pow(factors[1][i], Rational(example.model.depth))
        }
        #expect(distance(beta.elements, direct) < -16, "\(example.name), \(likelihood), t = \(sample.time)")
      }
    }
  }

  @Test(arguments: [DualGradientFlow.Clock.time, .logarithm])
  func graphAndDirectFormAgree(clock: DualGradientFlow.Clock) throws {
    let paths = Self.cases.map(\.path) + [.linear(start: [1, -1, 2])]
    for path in paths {
      let flow = try DualGradientFlow(
        inputs: Self.inputs, targets: [1, 0], likelihood: .bernoulli, path: path, clock: clock)
      let times: [Rational] = [Rational(1, 4), 1]
      let taylor = try TaylorIntegrator(digits: Self.digits)
        .integrate(flow.vectorField(), from: flow.initial, at: times)
      let collocation = try flow.integrateByCollocation(digits: Self.digits, at: times)
      for (a, b) in zip(taylor.samples, collocation.samples) {
        #expect(a.state.map(\.shape) == b.state.map(\.shape))
        #expect(distance(a.state.flatMap(\.elements), b.state.flatMap(\.elements)) < -16, "\(path), \(clock)")
      }
    }
  }

  @Test func whatHasNoDualFlowIsRefused() {
    func flow(_ targets: [Rational], _ likelihood: Likelihood, _ clock: DualGradientFlow.Clock) throws {
      _ = try DualGradientFlow(
        inputs: Self.inputs, targets: targets, likelihood: likelihood, path: .linear(start: [0, 0, 0]),
        clock: clock)
    }
    #expect(throws: ProblemError.self) { try flow([1], .bernoulli, .time) }
    #expect(throws: ProblemError.self) { try flow([1, 0], .poisson, .time) }
    #expect(throws: ProblemError.self) { try flow([1, 0], .gaussian, .logarithm) }
  }
}
