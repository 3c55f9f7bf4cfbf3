import ComputationGraph
import Multiprecision
import Testing

@testable import Integrators

/// The certified integrator against solutions known in closed form, and its bounds made wrong on purpose.
@Suite struct CertifiedIntegratorTests {
  /// The time counts as unknown where the start does: z' = t, t' = 1 from (0, 1/10) ends at 51, not 50.
  @Test func anUncertainTimeMovesTheState() throws {
    let graph = Graph()
    let (z, t) = (graph.variable(.scalar, name: "z"), graph.variable(.scalar, name: "t"))
    let field = try VectorField(
      graph: graph, state: [z, t], velocity: [Rational(1, 1) * t, graph.constant(1)])
    let zero = Matrix<Rational>(column: [0])
    let tenth = Matrix(column: [Rational(1, 10)])
    let end = try CertifiedIntegrator(digits: 20).integrateToStop(
      field, from: InitialBox(centre: [zero, zero], radii: [tenth, tenth]), at: [10]
    ).samples[0].state
    #expect(end[0][0, 0].contains(51) && end[1][0, 0].contains(Rational(101, 10)))
  }

  /// Where the series ends early nothing hides how times are rounded: x' = x + y = -y'.
  @Test(arguments: [5, 8, 12, 30]) func timesAreRoundedWithin(_ digits: Int) throws {
    let field = try VectorField.column(2) { [try $0[0] + $0[1], try -($0[0] + $0[1])] }
    let times = [Rational(1, 6), Rational(1, 3), Rational(7, 11)]
    let trajectory = try CertifiedIntegrator(digits: digits).integrate(
      field, from: [Matrix(column: [Rational(1, 4), Rational(1, 2)])], at: times)
    for sample in trajectory.samples {
      let x = Rational(1, 4) + Rational(3, 4) * sample.time
      #expect(sample.state[0][0, 0].contains(x) && sample.state[0][1, 0].contains(Rational(3, 4) - x))
    }
  }

  struct Known: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let count: Int
    let velocity: @Sendable ([Node]) throws -> [Node]
    let initial: [Rational]
    /// The exact state at a time, in balls.
    let solution: @Sendable (_ start: [Ball], _ time: Ball) -> [Ball]
  }

  private static func one(_ ball: Ball) -> Ball { Ball(1, precision: ball.precision) }

  static let known: [Known] = [
    Known(
      testDescription: "margin m' = 1 + e^-m", count: 1, velocity: { [try (-$0[0]).exp() + 1] },
      initial: [Rational(-2, 5)],
      solution: { start, t in [Ball.log((one(t) + .exp(start[0])) * .exp(t) - one(t))] }),
    Known(
      testDescription: "logistic y' = y - y²", count: 1, velocity: { [try $0[0] - $0[0] * $0[0]] },
      initial: [Rational(1, 10)],
      solution: { start, t in [one(t) / (one(t) + (one(t) / start[0] - one(t)) * .exp(-t))] }),
    Known(
      testDescription: "decay at a reciprocal y' = -1/y", count: 1, velocity: { [try -$0[0].reciprocal()] },
      initial: [3], solution: { start, t in [.sqrt(start[0] * start[0] - t - t)] }),
    Known(
      testDescription: "tanh y' = 1 - y²", count: 1, velocity: { [try 1 - $0[0] * $0[0]] }, initial: [0],
      solution: { _, t in [.tanh(t)] }),
    Known(
      testDescription: "softplus of itself, through its derivative", count: 2,
      // y = t, z = softplus(t): z' = σ(y).
      velocity: { [$0[0].graph.constant(1), try $0[0].logistic()] }, initial: [0, 0],
      solution: { _, t in [t, .softplus(t) - .log(one(t) + one(t))] }),
    Known(
      testDescription: "square root y' = √y", count: 1, velocity: { [try $0[0].sqrt()] }, initial: [4],
      solution: { _, t in
        let root = Ball(2, precision: t.precision) + t / Ball(2, precision: t.precision)
        return [root * root]
      }),
    Known(
      testDescription: "a solve: y' = (1 + y²)⁻¹ y (1 + y²)", count: 1,
      velocity: {
        let matrix = try $0[0] * $0[0] + 1
        return [try matrix.solving($0[0] * matrix)]
      }, initial: [Rational(1, 3)], solution: { start, t in [start[0] * .exp(t)] }),
  ]

  @Test(arguments: known, [12, 30, 60, 500] + (isExtended ? [1000] : []))
  func exactSolutionsAreContained(_ known: Known, _ digits: Int) throws {
    let times: [Rational] = [0, Rational(1, 3), 1, 2]
    let trajectory = try CertifiedIntegrator(digits: digits)
      .integrate(
        VectorField.column(known.count, known.velocity), from: [Matrix(column: known.initial)], at: times)
    #expect(trajectory.samples.map(\.time) == times)
    for sample in trajectory.samples {
      let precision = 4 * digits + 128
      let exact = known.solution(
        known.initial.map { Ball($0, precision: precision) }, Ball(sample.time, precision: precision))
      for (ball, value) in zip(sample.state[0].elements, exact) {
        #expect(
          ball.contains(value) || ball.overlaps(value) && sample.time.isZero,
          "\(sample.time): \(ball), \(value)")
        #expect(ball.log10Radius - max(0, ball.log10UpperMagnitude) <= -Double(digits), "\(ball)")
      }
    }
  }

  /// Random starts of the margin's equation: the balls contain the closed form, and those of twice the digits are
  /// inside.
  @Test func randomInstancesAreContained() throws {
    var generator = SplitMix64(seed: 7)
    for trial in 0..<(20 * trialMultiplier) {
      let start = Rational(Int(generator.next() % 81) - 40, 10)
      let time = Rational(Int(generator.next() % 60) + 1, 10)
      func sample(_ digits: Int) throws -> Ball {
        try CertifiedIntegrator(digits: digits)
          .integrate(
            VectorField.column(1) { [try (-$0[0]).exp() + 1] }, from: [Matrix(column: [start])], at: [time]
          )
          .samples[0].state[0][0, 0]
      }
      let (coarse, fine) = (try sample(15), try sample(30))
      let t = Ball(time, precision: 256)
      let exact = t + .log(Ball.exp(Ball(start, precision: 256)) - .expMinusOne(-t))
      #expect(coarse.contains(exact) && fine.contains(exact), "trial \(trial): m(0) = \(start), t = \(time)")
      #expect(coarse.contains(fine), "trial \(trial): m(0) = \(start), t = \(time)")
    }
  }

  /// Beyond the range of doubles: a field without closed form, whose balls at more digits are inside.
  @Test(arguments: [300, 600]) func moreDigitsAreInside(_ digits: Int) throws {
    func state(_ digits: Int) throws -> [Ball] {
      let field = try VectorField.column(3) { x in
        [try x[1].tanh() - x[0] * x[2], try x[0].logistic() - x[1].sqrt(), try (x[0] + x[2]).reciprocal()]
      }
      return try CertifiedIntegrator(digits: digits).integrate(
        field, from: [Matrix(column: [Rational(1, 3), 2, 1])], at: [1]
      ).samples[0].state[0].elements
    }
    for (coarse, fine) in zip(try state(digits), try state(digits + 40)) {
      #expect(coarse.contains(fine) && coarse.log10Radius <= -Double(digits))
      #expect(fine.log10Radius <= -Double(digits + 40))
    }
  }

  /// A start known up to a radius: solutions from its ends are contained.
  @Test(arguments: [100, 1_000_000, 1_000_000_000_000]) func boxesAreCarriedAlong(_ exponent: Int) throws {
    let radius = Rational(1, exponent)
    let box = InitialBox(centre: [Matrix(column: [Rational(1, 10)])], radii: [Matrix(column: [radius])])
    let trajectory = try CertifiedIntegrator(digits: 20).integrateToStop(
      VectorField.column(1) { [try $0[0] - $0[0] * $0[0]] }, from: box, at: [1])
    let ball = trajectory.samples[0].state[0][0, 0]
    for start in [Rational(1, 10) - radius, Rational(1, 10), Rational(1, 10) + radius] {
      let t = Ball(1, precision: 200)
      let exact = Self.known[1].solution([Ball(start, precision: 200)], t)[0]
      #expect(ball.contains(exact), "\(start)")
    }
    // About e^(μ t) times as wide, not more.
    #expect(ball.log10Radius < log10(4 / Double(exponent)))
  }

  @Test func aFlowThatBlowsUpFailsBeforeItDoes() throws {
    do {
      _ = try CertifiedIntegrator(digits: 20).integrate(
        VectorField.column(1) { [try $0[0] * $0[0]] }, from: [Matrix(column: [1])], at: [2])
      Issue.record("y' = y² passes its pole")
    } catch let error as IntegrationError {
      #expect((error.time ?? 2) < 1.0000001, "\(error)")
    }
  }

  /// A Duffing oscillator: the energy that the exact flow preserves is within the balls' energy.
  /// A tube is as wide as the growth found in the first one asks for: where the logarithmic norm is large, since the
  /// Jacobian is far from normal, pieces are not halved for that.
  @Test func tubesFollowTheGrowth() throws {
    let graph = Graph()
    let (x, y) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "y"))
    let field = try VectorField(graph: graph, state: [x, y], velocity: [200 * y - x, y - y * y * y])
    let start = [Matrix(column: [Rational(1)]), Matrix(column: [Rational(1, 2)])]
    let candidate = try TaylorIntegrator(digits: 40, estimatesError: false)
      .integrate(field, from: start, at: [1])
    let certified = try CertifiedIntegrator(digits: 20).integrate(field, from: start, at: [1])
    #expect(certified.steps <= 2 * candidate.statistics.steps, "\(certified.steps) pieces")
    // y = 1/√(1 + 3 e^-2t).
    let one = Ball(1, precision: 200)
    let exact = one / .sqrt(one + Ball(3, precision: 200) * .exp(Ball(-2, precision: 200)))
    #expect(certified.samples[0].state[1][0, 0].contains(exact))
  }

  @Test func aHamiltonianFlowKeepsItsEnergy() throws {
    let trajectory = try CertifiedIntegrator(digits: 30).integrate(
      VectorField.column(2) { [$0[1], try -$0[0] - $0[0] * $0[0] * $0[0]] }, from: [Matrix(column: [1, 0])],
      at: [5, 20])
    for sample in trajectory.samples {
      let (q, p) = (sample.state[0][0, 0], sample.state[0][1, 0])
      let (position, momentum) = (q * q, p * p)
      let energy = momentum + momentum + position + position + position * position
      #expect(energy.contains(3), "\(energy)")
    }
  }

  // MARK: Bounds made wrong

  /// Without the tail, with half the logarithmic norm, or with no tube check the bound is smaller than the true
  /// error somewhere: each part is needed.
  @Test func everyPartOfTheBoundIsNeeded() throws {
    // A crude candidate, y = 1 + s + s²/2 for y' = y over a unit step: its true error at the end is e - 5/2.
    let field = try VectorField.column(1) { [$0[0]] }
    let half = Rational(1, 2)
    let piece = DenseOutput.Piece(
      start: 0, step: 1,
      coefficients: [[1, 1, half].map { Matrix(column: [BigFloat($0, precision: 128)]) }])
    let polynomial = PolynomialPiece(piece, uniform: [nil], precision: 128)
    var verifier = try StepVerifier(field: field, places: [0], digits: 20, precision: 128)
    let defect = try #require(try polynomial.defect(by: &verifier))
    let exact = Distance.ball(norm: Ball(0, precision: 64), verifier.weights)
    let step = try #require(try verifier.normedStep(polynomial, from: exact, defect: defect.norm))
    let error = Ball.exp(Ball(1, precision: 128)) - Ball(Rational(5, 2), precision: 128)
    #expect(Ball.certainlyLess(error, step.distance(from: Ball(0, precision: 64), at: 1)))
    // The defect is s²/2 exactly, and its integral 1/6.
    #expect(step.defect.contains(Rational(1, 6)) || step.defect.log10UpperMagnitude < -0.77)
    #expect(!Ball.certainlyLess(error, step.defect), "without the growth the bound is wrong")
    let halved = NormStep(
      defect: step.defect, growth: step.growth.map { Ball(half, precision: 64) * $0 }, blur: step.blur,
      start: step.start, weights: step.weights)
    let fromAfar = Ball(1, precision: 64)
    // From a distance of 1 the flow takes it to e: half the norm would promise √e.
    #expect(
      Ball.certainlyLess(
        halved.distance(from: fromAfar, at: 1), Ball.exp(Ball(1, precision: 64)) + step.defect))
    #expect(!Ball.certainlyLess(step.distance(from: fromAfar, at: 1), Ball.exp(Ball(1, precision: 64))))
  }

  /// The logarithmic norm is that of the matrix, and tight.
  @Test func logarithmicNormsAreBounds() throws {
    let cases: [([[Double]], Double)] = [
      ([[1, 0], [0, -3]], 1), ([[0, 1], [1, 0]], 1), ([[-1, 0], [0, -1]], -1), ([[5]], 5),
      ([[-4, 0, 0], [0, -4, 0], [0, 0, -4]], -4), ([[2, 1], [1, 2]], 3),
    ]
    for (rows, exact) in cases {
      let bound = try #require(LogarithmicNorm.upperBound(of: Matrix(rows: rows)))
      #expect(bound >= exact && bound < exact + 0.1, "\(rows): \(bound)")
    }
    for entry in [Double.infinity, .nan] {
      #expect(LogarithmicNorm.upperBound(of: Matrix(column: [entry])) == nil)
      #expect(LogarithmicNorm.upperBound(of: Matrix(rows: [[1, entry], [entry, 2]])) == nil)
      #expect(LogarithmicNorm.upperBound(of: Matrix(rows: [[1, 0], [0, entry]])) == nil)
    }
  }
}
