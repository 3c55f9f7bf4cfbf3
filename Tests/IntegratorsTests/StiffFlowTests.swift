import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// Flows whose fast motions have died out: long steps, estimated and certified.
@Suite struct StiffFlowTests {
  /// x' = -x and entries that are drawn to functions of x at a rate λ: exact solutions, on the slow motion or beside it.
  private struct Flow: Sendable {
    let rate: Rational
    /// The turn of a fast pair, if there is one.
    let turn: Rational?
    /// How far the fast entries start from the slow motion.
    let offset: Rational

    func field() throws -> VectorField {
      let graph = Graph()
      let state = (0..<3).map { graph.variable(.scalar, name: "x\($0)") }
      let (x, u, v) = (state[0], state[1], state[2])
      let (lambda, omega) = (graph.constant(rate), graph.constant(turn ?? 0))
      let (du, dv) = (try u - x, try v - x * x)
      return try VectorField(
        graph: graph, state: state,
        velocity: [
          -x, -x - lambda * du - omega * dv, -2 * x * x + omega * du - lambda * dv,
        ])
    }

    var start: [Matrix<Rational>] { [1, 1 + offset, 1 + offset].map { Matrix(column: [$0]) } }

    func solution(_ time: Rational, precision: Int) -> [Ball] {
      let t = Ball(time, precision: precision)
      let x = Ball.exp(-t)
      let zero = Ball(0, precision: precision)
      var fast = [Ball(offset, precision: precision), Ball(offset, precision: precision)]
      if let turn {
        let angle = Ball(turn, precision: precision) * t
        fast = LinearFlow.exponential(Matrix(rows: [[zero, -angle], [angle, zero]]), fast)
      }
      let decay = Ball.exp(-(Ball(rate, precision: precision) * t))
      return [x, x + decay * fast[0], x * x + decay * fast[1]]
    }
  }

  private static let flows = [
    Flow(rate: 1_000_000, turn: nil, offset: 1), Flow(rate: 1_000_000, turn: nil, offset: 0),
    Flow(rate: 1000, turn: 20, offset: Rational(-1, 3)), Flow(rate: 1_000_000_000, turn: 5, offset: 2),
  ]

  @Test(arguments: flows.indices, [12, 40]) func estimatedStepsAreLong(_ index: Int, _ digits: Int) throws {
    let flow = Self.flows[index]
    let times: [Rational] = [Rational(1, 100), 1, 5, 20]
    let trajectory = try TaylorIntegrator(digits: digits).integrate(flow.field(), from: flow.start, at: times)
    #expect(trajectory.statistics.implicitSteps > 0)
    #expect(trajectory.statistics.steps < 400, "\(trajectory.statistics.steps) steps")
    for sample in trajectory.samples {
      let radius = Ball.powerOfTen(sample.log10Error, precision: 64)
      let exact = flow.solution(sample.time, precision: 8 * digits + 200)
      for (value, solution) in zip(sample.state.flatMap(\.elements), exact) {
        let error = (Ball(value, precision: 8 * digits + 200) - solution).magnitude
        #expect(!Ball.certainlyLess(radius, error), "t = \(sample.time): \(error) beside \(radius)")
      }
    }
  }

  @Test(arguments: flows.indices, [12, 40]) func certifiedStepsAreLong(_ index: Int, _ digits: Int) throws {
    let flow = Self.flows[index]
    let times: [Rational] = [Rational(1, 100), 1, 5, 20]
    let trajectory = try CertifiedIntegrator(digits: digits).integrate(
      flow.field(), from: flow.start, at: times)
    #expect(trajectory.steps < 800, "\(trajectory.steps) steps")
    for sample in trajectory.samples {
      #expect(sample.missingDigits(digits) <= 0)
      for (ball, exact) in zip(
        sample.state.flatMap(\.elements), flow.solution(sample.time, precision: 8 * digits + 200))
      {
        #expect(ball.overlaps(exact), "t = \(sample.time)")
      }
    }
  }

  /// Dense output between the samples is as good as at them.
  @Test func denseOutputCoversImplicitSteps() throws {
    let flow = Self.flows[0]
    let trajectory = try TaylorIntegrator(digits: 20, keepsDenseOutput: true).integrate(
      flow.field(), from: flow.start, at: [10])
    let output = try #require(trajectory.denseOutput)
    #expect(trajectory.statistics.implicitSteps > 0 && output.range == 0...10)
    for numerator in stride(from: 1, to: 100, by: 7) {
      let time = Rational(numerator, 10)
      let state = try #require(output.state(at: time))
      for (value, exact) in zip(state.flatMap(\.elements), flow.solution(time, precision: 200)) {
        #expect((Ball(value, precision: 200) - exact).log10UpperMagnitude < -20)
      }
    }
  }

  /// Flows that are not stiff have none of them.
  @Test func implicitStepsAreForStiffFlowsOnly() throws {
    let graph = Graph()
    let state = (0..<3).map { graph.variable(.scalar, name: "x\($0)") }
    let (x, y, z) = (state[0], state[1], state[2])
    let lorenz = try VectorField(
      graph: graph, state: state,
      velocity: [10 * (y - x), x * (28 - z) - y, x * y - graph.constant(Rational(8, 3)) * z])
    let trajectory = try TaylorIntegrator(digits: 20).integrate(
      lorenz, from: [1, 1, 1].map { Matrix(column: [$0]) }, at: [10])
    #expect(trajectory.statistics.implicitSteps == 0)
  }

  /// A pulse that is far narrower than the steps before it, and between whose stages it would be: its bounds are seen.
  @Test(arguments: [3, 5, 8]) func pulsesAreNotSteppedOver(_ exponent: Int) throws {
    let graph = Graph()
    let state = (0..<3).map { graph.variable(.scalar, name: "x\($0)") }
    let (x, time) = (state[0], state[2])
    let width = try Rational(10).power(-exponent)
    let distance = try (time - graph.constant(Rational(731, 100))) / graph.constant(width)
    let pulse = try graph.constant(1 / width) * (distance * distance + 1).reciprocal()
    let field = try VectorField(
      graph: graph, state: state, velocity: [100_000 * (1 - x), pulse, graph.constant(1)])
    let trajectory = try TaylorIntegrator(digits: 10).integrateToStop(
      field, from: [0, 0, 0].map { Matrix(column: [$0]) }, at: [5, 20])
    #expect(trajectory.samples.count == 2 || trajectory.stop != nil)
    guard trajectory.samples.count == 2 else { return }
    // arctan(a/w) + arctan(b/w) for the distances a and b of the ends.
    let (before, after) = (Rational(731, 100), Rational(1269, 100))
    let tails = Ball(width / before + width / after, precision: 200)
    let rest = try Ball(width.power(3), precision: 200)
    let exact = (Ball.pi(precision: 200) - tails).addingError(rest)
    let sample = trajectory.samples[1]
    let error = (Ball(sample.state[1][0, 0], precision: 200) - exact).magnitude
    // Radii are relative to the largest number, which is the time.
    let radius = Ball(20, precision: 64) * Ball.powerOfTen(sample.log10Error, precision: 64)
    #expect(!Ball.certainlyLess(radius, error), "\(error) beside \(radius)")
  }

  /// A fast direction that comes to repel: y' = k (t - c)(y - t²) + 2t, y = t² + y(0) e^(k((t-c)² - c²)/2). An implicit method
  /// damps what grows faster than it has stages, and what is carried through its equations with it.
  @Test(arguments: [(60, 20), (200, 12), (200, 30)])
  func growthIsNotDamped(_ rate: Int, _ digits: Int) throws {
    let graph = Graph()
    let state = (0..<2).map { graph.variable(.scalar, name: "x\($0)") }
    let (t, y) = (state[0], state[1])
    let middle = Rational(3, 2)
    let growth = try graph.constant(Rational(rate)) * (t - graph.constant(middle))
    let field = try VectorField(
      graph: graph, state: state, velocity: [graph.constant(1), growth * (y - t * t) + 2 * t])
    let times: [Rational] = [1, 2, Rational(5, 2), Rational(29, 10), Rational(16, 5)]
    let trajectory = try TaylorIntegrator(digits: digits).integrateToStop(
      field, from: [0, 1].map { Matrix(column: [$0]) }, at: times)
    #expect(trajectory.samples.count == times.count)
    for sample in trajectory.samples {
      let time = sample.time
      let exponent = Rational(rate, 2) * ((time - middle) * (time - middle) - middle * middle)
      let exact = Ball(time * time, precision: 1000) + Ball.exp(Ball(exponent, precision: 1000))
      let error = (Ball(sample.state[1][0, 0], precision: 1000) - exact).magnitude
      let size = max(1, exact.upperMagnitude, time.doubleValue)
      let radius = Ball.powerOfTen(sample.log10Error, precision: 64) * Ball(size, precision: 64)
      #expect(!Ball.certainlyLess(radius, error), "t = \(time): \(error) beside \(radius)")
    }
  }

  /// An entry that decays to nothing through the difference of others: what is left of it is their rounding, and no step waits
  /// for that to settle.
  @Test func roundingOfOthersSettles() throws {
    let graph = Graph()
    let state = (0..<3).map { graph.variable(.scalar, name: "x\($0)") }
    let (x, y, v) = (state[0], state[1], state[2])
    let (rate, slow) = (graph.constant(1_000_000), graph.constant(Rational(1, 10)))
    let field = try VectorField(
      graph: graph, state: state,
      velocity: [-(slow * x), -(rate * (y - x)) - slow * x, 10_000 * (y - x) - rate * v])
    let trajectory = try TaylorIntegrator(digits: 15).integrate(
      field, from: [1, 2, 1].map { Matrix(column: [$0]) }, at: [10])
    #expect(trajectory.statistics.steps < 300, "\(trajectory.statistics.steps) steps")
    let exact = Ball.exp(Ball(-1, precision: 200))
    let state10 = trajectory.samples[0].state.map { Ball($0[0, 0], precision: 200) }
    #expect((state10[0] - exact).log10UpperMagnitude < -15 && (state10[1] - exact).log10UpperMagnitude < -15)
    #expect(state10[2].log10UpperMagnitude < -15)
  }
}
