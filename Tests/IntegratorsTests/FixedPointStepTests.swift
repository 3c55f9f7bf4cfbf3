import ComputationGraph
import Integrators
import Multiprecision
import Testing

/// Which engine takes the steps, and that it does not matter for the result.
@Suite struct FixedPointStepTests {
  private func flows(_ seed: UInt64) throws -> [KnownFlow] {
    var generator = SplitMix64(seed: seed)
    return try KnownFlow.all(&generator)
  }

  @Test(arguments: [20, 90, 210]) func bothEnginesReachTheDigits(_ digits: Int) throws {
    for flow in try flows(UInt64(digits)) {
      for arithmetic in [TaylorIntegrator.Arithmetic.ball, .fixedPoint] {
        let trajectory = try TaylorIntegrator(digits: digits, arithmetic: arithmetic)
          .integrate(flow.field, from: flow.initial, at: [flow.end])
        let error = flow.log10Error(trajectory.samples[0].state, at: flow.end)
        #expect(error <= -Double(digits) && error <= trajectory.log10Error, "\(flow.name), \(arithmetic)")
        let (steps, inFixedPoint) = (trajectory.statistics.steps, trajectory.statistics.fixedPointSteps)
        #expect(
          inFixedPoint == (arithmetic == .ball ? 0 : steps), "\(flow.name): \(inFixedPoint) of \(steps)")
      }
    }
  }

  /// The kernels for every processor and those for AVX-512 give the same numbers, to the last bit.
  @Test(arguments: [30, 150]) func theKernelsDoNotMatter(_ digits: Int) throws {
    for flow in try flows(8) {
      let states = try [TaylorIntegrator.Arithmetic.fixedPoint, .portableFixedPoint].map { arithmetic in
        try TaylorIntegrator(digits: digits, estimatesError: false, arithmetic: arithmetic)
          .integrate(flow.field, from: flow.initial, at: [flow.end]).samples[0].state
      }
      #expect(states[0] == states[1], "\(flow.name)")
    }
  }

  /// With so many digits sums are relaxed, and fixed point is what is chosen on every processor.
  @Test func relaxedSumsReachTheDigits() throws {
    for flow in try flows(4) {
      let time = flow.end / 20
      let trajectories = try [TaylorIntegrator.Arithmetic.automatic, .portableFixedPoint].map { arithmetic in
        try TaylorIntegrator(digits: 600, estimatesError: false, arithmetic: arithmetic)
          .integrate(flow.field, from: flow.initial, at: [time])
      }
      for trajectory in trajectories {
        let (steps, inFixedPoint) = (trajectory.statistics.steps, trajectory.statistics.fixedPointSteps)
        #expect(steps > 0 && inFixedPoint == steps, "\(flow.name): \(inFixedPoint) of \(steps)")
        #expect(flow.log10Error(trajectory.samples[0].state, at: time) <= -600, "\(flow.name)")
      }
      #expect(trajectories[0].samples[0].state == trajectories[1].samples[0].state, "\(flow.name)")
    }
  }

  /// Fixed point takes about as many steps as Arb: the predicted scales are near what the series allow. Not for a
  /// polynomial, whose series does not show the radius of convergence that rounding errors grow with.
  @Test func scalesArePredictedWell() throws {
    for flow in try flows(3) where !flow.name.hasPrefix("x' = √x") {
      let steps = try [TaylorIntegrator.Arithmetic.ball, .fixedPoint].map { arithmetic in
        try TaylorIntegrator(digits: 60, estimatesError: false, arithmetic: arithmetic)
          .integrate(flow.field, from: flow.initial, at: [flow.end]).statistics.steps
      }
      #expect(Double(steps[1]) <= 1.25 * Double(steps[0]) + 3, "\(flow.name): \(steps)")
    }
  }

  /// x'' = -x³ passes by one pair of singularities after another, so that the predicted scale is too long again and
  /// again. That costs bits that are there: the bounds of all steps' errors stay below what is asked for.
  @Test(arguments: [50, 400]) func aNewNearestSingularityCostsNoDigits(_ digits: Int) throws {
    let graph = Graph()
    let (x, v) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "v"))
    let field = try VectorField(graph: graph, state: [x, v], velocity: [v, -(x * x * x)])
    let start = Rational(7, 5)
    let trajectory = try TaylorIntegrator(digits: digits)
      .integrate(field, from: [start, 0].map { Matrix(column: [$0]) }, at: [6])
    let statistics = trajectory.statistics
    #expect(trajectory.log10Error <= -Double(digits) && statistics.fixedPointSteps == statistics.steps)
    // x⁴ + 2 v² is conserved.
    let precision = 5 * digits
    let state = trajectory.samples[0].state.map { $0[0, 0].rounded(toPrecision: precision) }
    let (square, kinetic) = (state[0] * state[0], state[1] * state[1] * BigFloat(2, precision: precision))
    let energy = BigFloat(try start.power(4), precision: precision)
    #expect((square * square + kinetic - energy).log10Magnitude < 1.5 - Double(digits))
  }

  /// Beyond the kernels' digits Arb takes over.
  @Test func moreDigitsThanAreServed() throws {
    let flow = try flows(1)[0]
    let trajectory = try TaylorIntegrator(digits: 3200, estimatesError: false, arithmetic: .fixedPoint)
      .integrate(flow.field, from: flow.initial, at: [Rational(1, 1000)])
    #expect(trajectory.statistics.fixedPointSteps == 0 && trajectory.statistics.steps == 1)
  }
}
