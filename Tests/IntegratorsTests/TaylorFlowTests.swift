import ComputationGraph
import Integrators
import Multiprecision
import Testing

/// The standard battery for flows.
@Suite struct TaylorFlowTests {
  private func flows() throws -> [KnownFlow] {
    var generator = SplitMix64(seed: 11)
    return try KnownFlow.all(&generator)
  }

  @Test func timeZeroIsTheInitialStateExactly() throws {
    for flow in try flows() {
      let trajectory = try TaylorIntegrator(digits: 40).integrate(flow.field, from: flow.initial, at: [0])
      #expect(trajectory.statistics.steps == 0 && trajectory.samples.count == 1)
      let exact = flow.initial.map { Matrix<BigFloat>($0, precision: trajectory.statistics.precision) }
      #expect(trajectory.samples[0].state == exact)
      #expect(trajectory.log10Error <= -40)
      let both = try TaylorIntegrator(digits: 40).integrate(
        flow.field, from: flow.initial, at: [0, flow.end])
      #expect(both.samples[0].state == exact && both.samples.count == 2)
    }
  }

  @Test func noTimesNoSamples() throws {
    let flow = try flows()[0]
    let trajectory = try TaylorIntegrator(digits: 40).integrate(flow.field, from: flow.initial, at: [])
    #expect(trajectory.samples.isEmpty && trajectory.statistics.steps == 0)
  }

  @Test func largeTimes() throws {
    let margin = try KnownFlow("m' = 1 + e^-m", from: [-3], to: 100_000, { try (-$0).exp() + 1 }) {
      [$0 + .log(onePlus: .exp(BigFloat(-3, precision: $0.precision)) - .exp(-$0))]
    }
    let decay = try KnownFlow("x' = -x", from: [1], to: 300, { try -$0 }) { [.exp(-$0)] }
    for flow in [margin, decay] {
      let trajectory = try TaylorIntegrator(digits: 50).integrate(
        flow.field, from: flow.initial, at: [flow.end])
      #expect(flow.log10Error(trajectory.samples[0].state, at: flow.end) <= -50, "\(flow.name)")
    }
  }

  /// A thousand radians and back on the circle: the invariant x² + y² stays 1.
  @Test func invariantsAreKept() throws {
    let graph = Graph()
    let x = graph.variable(Shape(2, 1), name: "x")
    let rotation = graph.constant(Matrix(rows: [[0, 1], [-1, 0]]))
    let field = try VectorField(graph: graph, state: [x], velocity: [rotation.times(x)])
    let trajectory = try TaylorIntegrator(digits: 40).integrate(
      field, from: [Matrix(column: [1, 0])], at: [1000])
    let state = trajectory.samples[0].state[0].elements
    let energy = state[0] * state[0] + state[1] * state[1] - BigFloat(1, precision: 200)
    #expect(energy.log10Magnitude < -40)
  }

  @Test func aRestartInTheMiddleChangesNothing() throws {
    let integrator = TaylorIntegrator(digits: 60)
    for flow in try flows() {
      let middle = flow.end * Rational(3, 8)
      let whole = try integrator.integrate(flow.field, from: flow.initial, at: [middle, flow.end])
      let restart = try whole.samples[0].state.map { try $0.map { try Rational(exactly: $0) } }
      let rest = try integrator.integrate(flow.field, from: restart, at: [flow.end - middle])
      let distance = rest.samples[0].state.log10RelativeDistance(to: whole.samples[1].state, precision: 300)
      #expect(distance < -58, "\(flow.name)")
    }
  }

  @Test func reversedTimeLeadsBack() throws {
    let integrator = TaylorIntegrator(digits: 60)
    for flow in try flows() where !flow.name.hasPrefix("decay") && !flow.name.hasPrefix("gradient") {
      let there = try integrator.integrate(flow.field, from: flow.initial, at: [flow.end])
      let end = try there.samples[0].state.map { try $0.map { try Rational(exactly: $0) } }
      let back = try integrator.integrate(flow.reversed(), from: end, at: [flow.end])
      let start = flow.initial.map { Matrix<BigFloat>($0, precision: 300) }
      // The way back may magnify the error at its beginning by e^16, the square of the longest growth.
      #expect(back.samples[0].state.log10RelativeDistance(to: start, precision: 300) < -50, "\(flow.name)")
    }
  }

  @Test func samplesInsideOneStepAreHitAndDoNotShortenIt() throws {
    for flow in try flows() {
      let integrator = TaylorIntegrator(digits: 40)
      let few = try integrator.integrate(flow.field, from: flow.initial, at: [flow.end])
      let times = (1...50).map { flow.end * Rational($0, 50) }
      let many = try integrator.integrate(flow.field, from: flow.initial, at: times)
      #expect(many.statistics.steps == few.statistics.steps, "\(flow.name)")
      #expect(many.samples.map(\.time) == times)
      for sample in many.samples {
        #expect(flow.log10Error(sample.state, at: sample.time) <= -40, "\(flow.name), t = \(sample.time)")
      }
    }
  }

  @Test func denseOutputAgreesWithSamplesAndWithTheSolution() throws {
    for flow in try flows() {
      let times = (1...20).map { flow.end * Rational($0, 20) }
      let trajectory = try TaylorIntegrator(digits: 40, keepsDenseOutput: true)
        .integrate(flow.field, from: flow.initial, at: times)
      let dense = try #require(trajectory.denseOutput)
      #expect(dense.range == 0...flow.end)
      for sample in trajectory.samples {
        let state = try #require(dense.state(at: sample.time))
        #expect(state.log10RelativeDistance(to: sample.state, precision: 300) < -42, "\(flow.name)")
      }
      for index in 0...60 {
        let time = flow.end * Rational(index, 60)
        let state = try #require(dense.state(at: time))
        #expect(flow.log10Error(state, at: time) <= -40, "\(flow.name), t = \(time)")
      }
      #expect(dense.state(at: flow.end + Rational(1, 1000)) == nil && dense.state(at: -1) == nil)
    }
    let plain = try flows()[0]
    #expect(
      try TaylorIntegrator(digits: 20).integrate(plain.field, from: plain.initial, at: [1]).denseOutput == nil
    )
  }

  /// x' = 4 t³ with the time as a state: t⁴, all later coefficients zero.
  @Test func polynomialSolutions() throws {
    let flow = try KnownFlow(
      "t' = 1, x' = 4 t³", from: [0, -1], to: 12,
      { state in
        let time = try state.select(rows: [0])
        return try Node.stacked([state.graph.constant(1), 4 * time.power(3)])
      }
    ) { [$0, $0 * $0 * $0 * $0 - BigFloat(1, precision: $0.precision)] }
    let trajectory = try TaylorIntegrator(digits: 50)
      .integrate(flow.field, from: flow.initial, at: [Rational(1, 3), 5, 12])
    for sample in trajectory.samples { #expect(flow.log10Error(sample.state, at: sample.time) <= -50) }
  }

  @Test func equilibriaStay() throws {
    let zero = try KnownFlow("x' = x(1 - x) at 1", from: [1], to: 1000, { try $0 * (1 - $0) }) {
      [BigFloat(1, precision: $0.precision)]
    }
    let origin = try KnownFlow("x' = sin-like tanh at 0", from: [0, 0], to: 1000, { try $0.tanh() }) {
      [BigFloat(0, precision: $0.precision), BigFloat(0, precision: $0.precision)]
    }
    for flow in [zero, origin] {
      let trajectory = try TaylorIntegrator(digits: 50).integrate(
        flow.field, from: flow.initial, at: [1, flow.end])
      // The equation of errors may shorten steps that the solution itself does not limit.
      let plain = try TaylorIntegrator(digits: 50, estimatesError: false)
        .integrate(flow.field, from: flow.initial, at: [1, flow.end])
      #expect(plain.statistics.steps == 1)
      for sample in trajectory.samples {
        #expect(flow.log10Error(sample.state, at: sample.time) == -.infinity)
      }
    }
  }

  @Test func aConstantFieldIsALine() throws {
    let flow = try KnownFlow("x' = 2/3", from: [0], to: 9, { $0.graph.constant(Rational(2, 3)) }) {
      [$0 * BigFloat(Rational(2, 3), precision: $0.precision)]
    }
    let trajectory = try TaylorIntegrator(digits: 50).integrate(flow.field, from: flow.initial, at: [9])
    #expect(flow.log10Error(trajectory.samples[0].state, at: 9) <= -50)
  }
}
