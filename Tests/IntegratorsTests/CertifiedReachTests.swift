import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// How far certified runs come: the digits that each number has, what a run does without them, and values of any size.
@Suite struct CertifiedReachTests {
  /// A field of scalars, from a function of them.
  private static func field(
    _ count: Int, _ velocity: ([Node]) throws -> [Node]
  ) throws -> VectorField {
    let graph = Graph()
    let state = (0..<count).map { graph.variable(.scalar, name: "x\($0)") }
    return try VectorField(graph: graph, state: state, velocity: velocity(state))
  }

  private static func start(_ values: Rational...) -> [Matrix<Rational>] {
    values.map { Matrix(column: [$0]) }
  }

  private static func shortfall(_ error: IntegrationError?) -> CertifiedShortfall? {
    guard case .notCertified(let shortfall)? = error else { return nil }
    return shortfall
  }

  /// y' = y² ends at 1: what comes before has its digits, and the reason is told.
  @Test(arguments: [8, 20]) func samplesBeforeAStopAreReturned(_ digits: Int) throws {
    let times: [Rational] = [0, Rational(1, 2), Rational(9, 10), 2]
    let trajectory = try CertifiedIntegrator(digits: digits)
      .integrateToStop(Self.field(1) { [try $0[0] * $0[0]] }, from: Self.start(1), at: times)
    #expect(trajectory.samples.map(\.time) == Array(times.prefix(3)))
    for sample in trajectory.samples {
      #expect(sample.state[0][0, 0].contains(1 / (1 - sample.time)))
      #expect(sample.missingDigits(digits) <= 0)
    }
    let time = try #require(trajectory.stop?.time)
    #expect(time > 0.9 && time < 1.0000001, "\(trajectory.stop.map(String.init(describing:)) ?? "")")
  }

  /// Each number has its promise: e^-t beside e^t.
  @Test(arguments: [6, 25]) func smallNumbersBesideLargeOnesHaveTheirDigits(_ digits: Int) throws {
    let sample = try CertifiedIntegrator(digits: digits).integrate(
      Self.field(2) { [$0[0], try -$0[1]] }, from: Self.start(1, 1), at: [30]
    ).samples[0]
    let t = Ball(30, precision: 400)
    #expect(sample.state[0][0, 0].contains(Ball.exp(t)) && sample.state[1][0, 0].contains(Ball.exp(-t)))
    #expect(sample.state[1][0, 0].log10Radius <= -Double(digits))
  }

  /// Growth that takes many times the digits asked for.
  @Test func growthTakesTheDigitsThatItTakes() throws {
    // x'' = x through a start of which the growing part vanishes: x = e^-t.
    let sample = try CertifiedIntegrator(digits: 6).integrate(
      Self.field(2) { [$0[1], $0[0]] }, from: Self.start(1, -1), at: [100]
    ).samples[0]
    #expect(sample.missingDigits(6) <= 0)
    #expect(sample.state[0][0, 0].contains(Ball.exp(Ball(-100, precision: 400))))
  }

  /// Beyond the range of doubles, upwards and downwards.
  @Test(arguments: [800, isExtended ? 10_000 : 1600]) func valuesHaveAnySize(_ time: Int) throws {
    let t = Ball(time, precision: 256)
    let growing = try CertifiedIntegrator(digits: 8)
      .integrate(Self.field(1) { [$0[0]] }, from: Self.start(1), at: [Rational(time)]).samples[0]
    #expect(growing.state[0][0, 0].contains(Ball.exp(t)) && growing.missingDigits(8) <= 0)
    let falling = try CertifiedIntegrator(digits: 8)
      .integrate(Self.field(1) { [try -$0[0]] }, from: Self.start(1), at: [Rational(time)]).samples[0]
    #expect(falling.state[0][0, 0].contains(Ball.exp(-t)) && falling.missingDigits(8) <= 0)
  }

  @Test func aGaussianGrowsBeyondDoubles() throws {
    let graph = Graph()
    let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(graph: graph, state: [x, t], velocity: [try 2 * t * x, graph.constant(1)])
    let sample = try CertifiedIntegrator(digits: 8).integrate(field, from: Self.start(1, 0), at: [30])
      .samples[0]
    #expect(sample.state[0][0, 0].contains(Ball.exp(Ball(900, precision: 8192))))
    #expect(sample.missingDigits(8) <= 0)
  }

  /// Far from normal: x' = 3x + 1000y, y' = -2y.
  @Test func couplingsInOneDirectionAreWeighedDown() throws {
    let trajectory = try CertifiedIntegrator(digits: 8).integrate(
      Self.field(2) { [try 3 * $0[0] + 1000 * $0[1], try -2 * $0[1]] }, from: Self.start(1, 1), at: [2])
    // x = 201 e^3t - 200 e^-2t.
    let (up, down) = (Ball.exp(Ball(6, precision: 200)), Ball.exp(Ball(-4, precision: 200)))
    let exact = Ball(201, precision: 200) * up - Ball(200, precision: 200) * down
    #expect(trajectory.samples[0].state[0][0, 0].contains(exact))
    #expect(trajectory.samples[0].state[1][0, 0].contains(down))
  }

  /// A start at an equilibrium stays there, however unstable it is: where that is known exactly, and nothing else starts
  /// there.
  @Test func equilibriaStay() throws {
    let field = try Self.field(1) { [try $0[0] * ($0[0] + Rational(-73, 2))] }
    let still = try CertifiedIntegrator(digits: 20).integrate(
      field, from: Self.start(Rational(73, 2)), at: [0, 1, 1_000_000])
    #expect(still.samples.count == 3)
    #expect(still.samples.allSatisfy { $0.state[0][0, 0].contains(Rational(73, 2)) && $0.radius.isZero })
    // Nearly there: it leaves, to 0 or to infinity.
    let near = try CertifiedIntegrator(digits: 6).integrateToStop(
      field, from: Self.start(Rational(73, 2) - Rational(1, 1 << 40)), at: [2])
    #expect(try #require(near.samples.first).state[0][0, 0].log10UpperMagnitude < -6)
    // Of x' = √x and of x' = 1/x · 0 nothing is said.
    let root = try Self.field(1) { [try $0[0].sqrt()] }
    #expect(try Equilibrium.state(of: root, at: Self.start(0), precision: 100) == nil)
    let third = try Self.field(1) { [try $0[0] + Rational(-1, 3)] }
    #expect(try Equilibrium.state(of: third, at: Self.start(Rational(1, 3)), precision: 100) == nil)
  }

  // MARK: Coordinates that move with the flow

  private static func lorenz() throws -> VectorField {
    try field(3) { x in
      try [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - Rational(8, 3) * x[2]]
    }
  }

  /// Lorenz' system loses 0.4 digits a unit of time, its Lyapunov exponent, and no more: by a logarithmic norm it is 1.5.
  @Test func digitsAreLostAtTheFlowsOwnRate() throws {
    let time = isExtended ? 100 : 25
    let start = Self.start(15, 15, 36)
    var run = try CertifiedRun(
      of: Self.lorenz(), from: InitialBox(start), at: [Rational(time)], digits: 24 + time / 2,
      wantedDigits: 20,
      budget: .init().started())
    try TaylorIntegrator(digits: 24 + time / 2, estimatesError: false).forEachStep(
      of: Self.lorenz(), from: start, at: [Rational(time)]
    ) { try run.verify($0, progress: nil) { _ in true } }
    #expect(run.isProved && run.samples.count == 1)
    #expect(try #require(run.samples.first).missingDigits(20) <= 0)
  }

  /// Contraction far faster than the flow costs no digits either, whatever the norm's logarithmic norm is: HIRES.
  @Test func stiffFlowsKeepTheirDigits() throws {
    let field = try Self.field(8) { y in
      let r = try 280 * y[5] * y[7]
      return try [
        Rational(-171, 100) * y[0] + Rational(43, 100) * y[1] + Rational(832, 100) * y[2]
          + Rational(7, 10_000),
        Rational(171, 100) * y[0] - Rational(875, 100) * y[1],
        Rational(-1003, 100) * y[2] + Rational(43, 100) * y[3] + Rational(35, 1000) * y[4],
        Rational(832, 100) * y[1] + Rational(171, 100) * y[2] - Rational(112, 100) * y[3],
        Rational(-1745, 1000) * y[4] + Rational(43, 100) * y[5] + Rational(43, 100) * y[6],
        Rational(69, 100) * y[3] + Rational(171, 100) * y[4] - Rational(43, 100) * y[5] + Rational(69, 100)
          * y[6] - r,
        r - Rational(181, 100) * y[6], Rational(181, 100) * y[6] - r,
      ]
    }
    let trajectory = try CertifiedIntegrator(digits: 15, budget: .init(steps: 2000)).integrate(
      field, from: Self.start(1, 0, 0, 0, 0, 0, 0, Rational(57, 10_000)), at: [40])
    #expect(try #require(trajectory.samples.first).missingDigits(15) <= 0)
  }

  /// A coupling of any size in one direction, with starts known up to a radius.
  @Test(arguments: [3, 30, 100]) func couplingsOfAnySizeAreServed(_ power: Int) throws {
    let coupling = try Rational(10).power(power)
    let field = try Self.field(2) { try [3 * $0[0] + coupling * $0[1], -2 * $0[1]] }
    let trajectory = try CertifiedIntegrator(digits: 8).integrate(
      field, from: Self.start(1, 1), at: [Rational(1, 2), 2])
    // y = e^-2t, x = e^3t + c/5 (e^3t - e^-2t).
    for sample in trajectory.samples {
      let t = Ball(sample.time, precision: 900)
      let (grown, decayed) = (Ball.exp(t + t + t), Ball.exp(-t - t))
      #expect(sample.state[0][0, 0].overlaps(grown + Ball(coupling / 5, precision: 900) * (grown - decayed)))
      #expect(sample.state[1][0, 0].overlaps(decayed))
      #expect(sample.missingDigits(8) <= 0)
    }
  }

  /// A number beside one of another size has rounding errors of its own, and a domain.
  @Test func sizesDoNotMix() throws {
    let large = try Rational(10).power(68) / 3
    let field = try Self.field(2) { try [Rational(-1) * $0[0], Rational(-1, 10) * $0[1].sqrt()] }
    let trajectory = try CertifiedIntegrator(digits: 8).integrate(
      field, from: Self.start(large, Rational(1, 4)), at: [1])
    let sample = try #require(trajectory.samples.first)
    let bits = 400
    #expect(sample.state[0][0, 0].overlaps(Ball(large, precision: bits) * .exp(Ball(-1, precision: bits))))
    // √y = 1/2 - t/20.
    #expect(sample.state[1][0, 0].contains(Rational(81, 400)))
    #expect(sample.missingDigits(8) <= 0)
  }

  /// The time up to which digits are said to be proved is one at which each number has them.
  @Test func provedIsWhatEachNumberHas() throws {
    let large = try Rational(10).power(30)
    let field = try Self.field(3) { try [Rational(-1000) * $0[1], 1000 * $0[0], 3 * $0[2]] }
    let times = (1...13).map { Rational($0) }
    let trajectory = try CertifiedIntegrator(digits: 10, budget: .init(steps: 4000)).integrateToStop(
      field, from: Self.start(large, 0, Rational(1, 3)), at: times)
    let stop = try #require(Self.shortfall(trajectory.stop))
    #expect(
      stop.time < Double(trajectory.samples.count + 1), "\(stop.time), \(trajectory.samples.count) samples")
  }

  /// Of a state that grows by e^1000 within some steps distances grow as much: no digit of it is lost.
  @Test func whatGrowsWithTheStateIsNotLost() throws {
    let graph = Graph()
    let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(
      graph: graph, state: [x, t], velocity: [24 * ((t + Rational(28, 5)) * x), graph.constant(1)])
    let start = [Matrix<Rational>(column: [Rational(5, 2)]), Matrix(column: [0])]
    var run = try CertifiedRun(
      of: field, from: InitialBox(start), at: [5], digits: 40, wantedDigits: 20, budget: .init().started())
    try TaylorIntegrator(digits: 40, estimatesError: false).forEachStep(of: field, from: start, at: [5]) {
      try run.verify($0, progress: nil) { _ in true }
    }
    let sample = try #require(run.samples.first)
    #expect(run.isProved && sample.missingDigits(20) <= 0)
    let exact = Ball(Rational(5, 2), precision: 400) * .exp(Ball(972, precision: 400))
    #expect(sample.state[0][0, 0].overlaps(exact))
  }

  /// What a step does not show, the field far away within it, ends the step early: the next one is expanded there.
  @Test func aPulseIsNotSteppedOver() throws {
    let graph = Graph()
    let (x, t) = (graph.variable(Shape(1, 1), name: "x"), graph.variable(Shape(1, 1), name: "t"))
    let up = try (1000 * (t + Rational(-63, 50))).logistic()
    let down = try (1000 * (t + Rational(-129, 100))).logistic()
    let field = try VectorField(
      graph: graph, state: [x, t], velocity: try [up - down, graph.constant(Matrix(rows: [[Rational(1)]]))])
    let trajectory = try CertifiedIntegrator(digits: 6, budget: .init(seconds: 60)).integrate(
      field, from: [Matrix(column: [0]), Matrix(column: [0])], at: [1, 2])
    // ∫ (σ(1000 (t - a)) - σ(1000 (t - b))) dt is b - a = 3/100 up to e^-740.
    #expect(trajectory.samples[0].state[0][0, 0].magnitude.log10UpperMagnitude < -6)
    #expect(trajectory.samples[1].state[0][0, 0].contains(Rational(3, 100)))
  }

  /// Two bodies with eccentricity 0.9, over three periods: the orbit returns to its start.
  @Test func eccentricOrbitsClose() throws {
    let field = try Self.field(4) { z in
      let cube = try (z[0] * z[0] + z[1] * z[1]).power(Rational(-3, 2))
      return [z[2], z[3], try -z[0] * cube, try -z[1] * cube]
    }
    // v² = 19 is not rational: of the constants of motion the energy is held against its value.
    let speed = Rational(4_358_898_943_540_673, 1_000_000_000_000_000)
    let sample = try CertifiedIntegrator(digits: 12)
      .integrate(field, from: Self.start(Rational(1, 10), 0, 0, speed), at: [19]).samples[0]
    let z = sample.state.map { $0[0, 0] }
    let energy =
      (z[2] * z[2] + z[3] * z[3]).scaled(byPowerOfTwo: -1) - .pow(z[0] * z[0] + z[1] * z[1], Rational(-1, 2))
    #expect(energy.contains(speed * speed / 2 - 10) && energy.log10Radius < -9, "\(energy)")
    #expect((z[0] * z[3] - z[1] * z[2]).contains(speed / 10))
  }

  // MARK: Budgets

  @Test func secondsCountFromTheStartOfTheBudget() async throws {
    let budget = IntegrationBudget(seconds: 0).started()
    let trajectory = try CertifiedIntegrator(digits: 10, budget: budget)
      .integrateToStop(Self.field(1) { [$0[0]] }, from: Self.start(1), at: [0, 1])
    #expect(trajectory.samples.map(\.time) == [0])
    #expect(Self.shortfall(trajectory.stop)?.time == 0)
  }

  /// A run that cannot have its digits within the seconds ends with them, tells what it would take, and keeps what it has.
  @Test func whatTheRestWouldTakeIsTold() throws {
    // Lorenz: some 0.4 digits are lost for each unit of time, and more are in the bounds.
    let field = try Self.field(3) { z in
      [
        try 10 * (z[1] - z[0]), try 28 * z[0] - z[1] - z[0] * z[2],
        try z[0] * z[1] - Rational(8, 3) * z[2],
      ]
    }
    let clock = ContinuousClock.now
    let trajectory = try CertifiedIntegrator(digits: 6, budget: .init(seconds: 2))
      .integrateToStop(field, from: Self.start(1, 1, 1), at: [Rational(1, 10), 10_000])
    #expect((ContinuousClock.now - clock) / .seconds(1) < 8)
    #expect(trajectory.samples.map(\.time) == [Rational(1, 10)])
    let shortfall = try #require(Self.shortfall(trajectory.stop))
    #expect(shortfall.time >= 0.1 && (shortfall.neededDigits ?? 0) > 1000, "\(shortfall.description)")
  }

  @Test func memoryIsRefusedBeforeItIsTaken() throws {
    let trajectory = try CertifiedIntegrator(digits: 10, budget: .init(bytes: 1000))
      .integrateToStop(Self.field(1) { [$0[0]] }, from: Self.start(1), at: [0, 1])
    #expect(trajectory.samples.isEmpty)
    #expect(Self.shortfall(trajectory.stop)?.reason.contains("MiB") == true)
  }

  /// A start known up to a radius is what opens the tube: that ends soon.
  @Test func wideStartsEnd() throws {
    let trajectory = try CertifiedIntegrator(digits: 10).integrateToStop(
      Self.field(1) { [try $0[0] * $0[0]] },
      from: InitialBox(centre: Self.start(1), radii: Self.start(Rational(1, 2))), at: [Rational(99, 100)])
    #expect(trajectory.samples.isEmpty && trajectory.stop != nil)
  }

  // MARK: Weights

  /// |x|_k ≤ 2^c |x|_l, and |x_i| ≤ 2^k_i |x|_k.
  @Test func weightsConvert() throws {
    try forEachTrial(50) { seed, generator in
      let n = Int.random(in: 1...5, using: &generator)
      func weights() -> StateWeights {
        StateWeights((0..<n).map { _ in Int.random(in: -8...8, using: &generator) })
      }
      let (k, l) = (weights(), weights())
      let x = try (0..<n).map { _ in
        try Rational(Int.random(in: -99...99, using: &generator))
          * .powerOfTwo(Int.random(in: -9...9, using: &generator))
      }
      func norm(_ weights: StateWeights) -> Ball {
        .euclideanNorm(zip(x, weights.exponents).map { Ball($0, precision: 64).scaled(byPowerOfTwo: -$1) })
      }
      #expect(k.exponents.min() == 0 && l.exponents.min() == 0)
      let bound = norm(l).scaled(byPowerOfTwo: k.log2Ratio(to: l))
      #expect(!Ball.certainlyLess(bound, norm(k)), "seed \(seed): \(k), \(l), \(x)")
      for (entry, bound) in zip(x, k.bounds(norm(k))) {
        #expect(!Ball.certainlyLess(bound, Ball(entry.magnitude, precision: 64)), "seed \(seed)")
      }
    }
  }

  /// A matrix that is symmetric in other units, and a triangular one.
  @Test func balancedWeightsMakeTheNormSmall() throws {
    let oscillator = Matrix<Double>(rows: [[0, 1], [1_000_000, 0]])
    let found = StateWeights(count: 2).balanced(oscillator, floor: 0.1)
    #expect(found.exponents == [0, 10])
    let triangular = Matrix<Double>(rows: [[3, 1000], [0, 2]])
    let weights = StateWeights(count: 2).balanced(triangular, floor: 0.1)
    #expect(weights.exponents[1] == 0 && (10...15).contains(weights.exponents[0]))
  }
}
