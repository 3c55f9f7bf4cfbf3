import CMPFR
import ComputationGraph
import Integrators
import Multiprecision
import Testing

/// The digits asked for are met, and the error estimate is honest.
@Suite struct TaylorAccuracyTests {
  @Test func digitsAreMetAndTheEstimateIsAboveTheError() throws {
    try forEachTrial(4) { seed, generator in
      for flow in try KnownFlow.all(&generator) {
        let digits = Int.random(in: 10...120, using: &generator)
        let times = [flow.end * Rational(1, 7), flow.end * Rational(2, 3), flow.end]
        let integrator = TaylorIntegrator(digits: digits)
        let result = Result { try integrator.integrate(flow.field, from: flow.initial, at: times) }
        guard case .success(let trajectory) = result else {
          Issue.record("\(flow.name) from \(flow.initial), \(digits) digits, seed \(seed): \(result)")
          continue
        }
        #expect(trajectory.samples.map(\.time) == times)
        for sample in trajectory.samples {
          let error = flow.log10Error(sample.state, at: sample.time)
          #expect(
            error <= sample.log10Error, "\(flow.name), \(digits) digits, t = \(sample.time), seed \(seed)")
          #expect(
            error <= -Double(digits), "\(flow.name), \(digits) digits, t = \(sample.time), seed \(seed)")
          #expect(sample.log10Error <= -Double(digits))
        }
      }
    }
  }

  /// Two-sided: the error falls with the digits asked for, and not far below them (that would be waste).
  @Test(arguments: [20, 40, 80, 160]) func theErrorFollowsTheDigits(_ digits: Int) throws {
    var generator = SplitMix64(seed: 5)
    let flow = try KnownFlow.all(&generator)[3]
    let trajectory = try TaylorIntegrator(digits: digits).integrate(
      flow.field, from: flow.initial, at: [flow.end])
    let error = flow.log10Error(trajectory.samples[0].state, at: flow.end)
    #expect(error <= -Double(digits) && error >= -Double(digits) - 10, "10^\(error)")
  }

  /// One step of order p is in error by a multiple of h^(p+1): halving h divides it by 2^(p+1), within a few
  /// per cent in both directions.
  @Test(arguments: [4, 9, 20, 33]) func theOrderOfOneStepIsTheOrderOfTheSeries(_ order: Int) throws {
    let flow = try KnownFlow("x' = x²", from: [1], to: 1, { try $0 * $0 }) {
      [BigFloat(1, precision: $0.precision) / (BigFloat(1, precision: $0.precision) - $0)]
    }
    let precision = 2000
    let expansion = try SeriesExpansion(
      of: flow.field, arithmetic: BallSeriesArithmetic(order: order, precision: precision, taper: 0))
    try expansion.expand(at: [Matrix<BigFloat>(flow.initial[0], precision: precision)], order: order)
    let steps = [Rational(1, 1 << 20), Rational(1, 1 << 21)]
    let values = expansion.arithmetic.values(
      of: expansion.state[0], order: order, at: steps.map { BigFloat($0, precision: precision) })
    let errors = zip(values, steps).map { flow.log10Error([$0], at: $1) }
    let observed = (errors[0] - errors[1]) / 0.301_029_995_663_981_2
    #expect(abs(observed - Double(order + 1)) < 0.01, "observed \(observed)")
  }

  @Test func twoPrecisionsOverlap() throws {
    try forEachTrial(2) { seed, generator in
      for flow in try KnownFlow.all(&generator) {
        let results = try [30, 75].map { digits in
          try TaylorIntegrator(digits: digits).integrate(flow.field, from: flow.initial, at: [flow.end])
            .samples[0]
        }
        let distance = results[0].state.log10RelativeDistance(to: results[1].state, precision: 300)
        #expect(distance <= results[0].log10Error, "\(flow.name), seed \(seed)")
        #expect(distance > results[1].log10Error - 30 || distance == -.infinity, "\(flow.name), seed \(seed)")
      }
    }
  }

  /// Newton's flow of Σ exp(-z_i·β) late: the weights exp(-z_i·β) differ by many powers of ten, and rounding in the
  /// series on the way to the velocity outweighs that of the state's by eight digits. On Arb, Taylor models find no bound
  /// for the latest of these times.
  @Test(arguments: [(TaylorIntegrator.Arithmetic.ball, [10, 20]), (.fixedPoint, [20, 140])])
  func roundingOnTheWayIsSeen(_ arithmetic: TaylorIntegrator.Arithmetic, at times: [Rational]) throws {
    let graph = Graph()
    let beta = graph.variable(Shape(2, 1), name: "β")
    let z = graph.constant(Matrix(rows: [[1, 3], [-3, 4], [0, 1], [-1, 4]]))
    let weights = try (-z.times(beta)).exp()
    let hessian = try z.transposed().times(weights.broadcast(to: Shape(4, 2)) * z)
    let field = try VectorField(
      graph: graph, state: [beta], velocity: [hessian.solving(z.transposed().times(weights))])
    let trajectories = try [50, 90].map { digits in
      try TaylorIntegrator(digits: digits, arithmetic: arithmetic)
        .integrate(field, from: [Matrix(column: [Rational(-1, 2), 0])], at: times)
    }
    for (sample, reference) in zip(trajectories[0].samples, trajectories[1].samples) {
      let error = sample.state.log10RelativeDistance(to: reference.state, precision: 320)
      #expect(error <= sample.log10Error && sample.log10Error <= -50, "10^\(error) at \(sample.time)")
    }
  }

  /// y' = rate·(y - s c) + c² - s² with s = sin t, c = cos t, from y(0) = 0: the solution is s c, and errors grow
  /// as e^(rate·t).
  private func unstableFlow(rate: Rational) throws -> KnownFlow {
    try KnownFlow(
      "y' = \(rate)(y - s c) + c² - s²", from: [0, 1, 0], to: 10,
      { state in
        let (s, c, y) = (
          try state.select(rows: [0]), try state.select(rows: [1]), try state.select(rows: [2])
        )
        return try Node.stacked([c, -s, rate * (y - s * c) + c * c - s * s])
      }
    ) { [.sin($0), .cos($0), .sin($0) * .cos($0)] }
  }

  /// e^40 of amplification takes 17 digits, which the integrator must notice and make up for.
  @Test func lostDigitsAreMadeUpFor() throws {
    let flow = try unstableFlow(rate: 4)
    let trajectory = try TaylorIntegrator(digits: 30).integrate(
      flow.field, from: flow.initial, at: [flow.end])
    let plain = try TaylorIntegrator(digits: 30, estimatesError: false)
      .integrate(flow.field, from: flow.initial, at: [flow.end])
    #expect(flow.log10Error(plain.samples[0].state, at: flow.end) > -25)
    #expect(flow.log10Error(trajectory.samples[0].state, at: flow.end) <= trajectory.log10Error)
    #expect(trajectory.log10Error <= -30 && trajectory.statistics.order > plain.statistics.order)
  }

  /// e^1000 of amplification takes 434 digits; a pass with fewer is seen to mean nothing.
  @Test func whereNothingIsRightMoreDigitsAreTaken() throws {
    let flow = try unstableFlow(rate: 100)
    let trajectory = try TaylorIntegrator(digits: 10).integrate(
      flow.field, from: flow.initial, at: [flow.end])
    #expect(flow.log10Error(trajectory.samples[0].state, at: flow.end) <= trajectory.log10Error)
    #expect(trajectory.log10Error <= -10 && trajectory.statistics.precision > 1_440)
  }

  /// Whatever the amplification, the estimate is above the error; up to e^60, not by more than a few digits.
  @Test(arguments: [1, 2, 3, 5, 6, 8], [10, 30])
  func estimatesFollowTheAmplification(_ rate: Int, _ digits: Int) throws {
    let flow = try unstableFlow(rate: Rational(rate))
    let trajectory = try TaylorIntegrator(digits: digits).integrate(
      flow.field, from: flow.initial, at: [flow.end])
    let error = flow.log10Error(trajectory.samples[0].state, at: flow.end)
    #expect(trajectory.log10Error <= -Double(digits))
    #expect(error <= trajectory.log10Error, "10^\(error)")
    if rate <= 6 { #expect(error > trajectory.log10Error - 6, "10^\(error)") }
  }
}

extension BigFloat {
  fileprivate static func sin(_ x: BigFloat) -> BigFloat {
    BigFloat(precision: x.precision) { result in x.withPointer { _ = mpfr_sin(result, $0, MPFR_RNDN) } }
  }

  fileprivate static func cos(_ x: BigFloat) -> BigFloat {
    BigFloat(precision: x.precision) { result in x.withPointer { _ = mpfr_cos(result, $0, MPFR_RNDN) } }
  }
}
