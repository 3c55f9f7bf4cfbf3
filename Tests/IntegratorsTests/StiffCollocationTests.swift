import Multiprecision
import Testing

@testable import Integrators

/// The second stack on stiff flows: long steps, and no number outside its radius.
@Suite struct StiffCollocationTests {
  private typealias Velocity = (_ state: [BigFloat]) throws -> [BigFloat]

  private static func number(_ value: Rational, like other: BigFloat) -> BigFloat {
    BigFloat(value, precision: other.precision)
  }

  /// Checks all samples of a run against a solution; returns the steps, nil where the run was refused.
  @discardableResult private func check(
    _ velocity: Velocity, from initial: [Rational], at times: [Rational], digits: Int, seconds: Double = 30,
    solution: (_ time: BigFloat) -> [BigFloat]
  ) throws -> Int? {
    let trajectory: Trajectory
    do {
      trajectory = try CollocationIntegrator(digits: digits, budget: IntegrationBudget(seconds: seconds))
        .integrate(velocity, from: initial.map { BigFloat($0, precision: 4_000) }, at: times)
    } catch is IntegrationError {
      return nil
    }
    for sample in trajectory.samples {
      let state = sample.state[0].elements
      let exact = solution(BigFloat(sample.time, precision: 4_000))
      let log10Size = max(0, state.map(\.log10Magnitude).max() ?? 0)
      for (value, exact) in zip(state, exact) {
        let error = (value - exact).log10Magnitude
        #expect(
          error <= sample.log10Error + log10Size && sample.log10Error <= -Double(digits),
          "t = \(sample.time): 10^\(error) beside 10^\(sample.log10Error + log10Size)")
      }
    }
    return trajectory.statistics.steps
  }

  /// x' = -x, and two entries that are drawn to x and x² at a rate, turning about them.
  @Test(arguments: [(1_000_000, 0, 1), (1_000_000, 0, 0), (1_000, 20, -1), (1_000_000_000, 5, 2)], [12, 30])
  func stepsAreLong(_ flow: (rate: Int, turn: Int, offset: Int), digits: Int) throws {
    let times: [Rational] = [Rational(1, 100), 1, 5, 20]
    let steps = try check(
      { y in
        let (rate, turn) = (
          Self.number(Rational(flow.rate), like: y[0]), Self.number(Rational(flow.turn), like: y[0])
        )
        let (u, v) = (y[1] - y[0], y[2] - y[0] * y[0])
        return [
          -y[0], -y[0] - rate * u - turn * v, turn * u - rate * v - (y[0] * y[0]).scaled(byPowerOfTwo: 1),
        ]
      }, from: [1, 1 + Rational(flow.offset), 1 + Rational(flow.offset)], at: times, digits: digits
    ) { t in
      let x = BigFloat.exp(-t)
      // (1 + i)·offset·e^((-rate + i turn) t), by doubling of a short series.
      let decay = BigFloat.exp(-(t * Self.number(Rational(flow.rate), like: t)))
      let angle = t * Self.number(Rational(flow.turn), like: t)
      let (c, s) = Self.cosineAndSine(angle)
      let size = decay * Self.number(Rational(flow.offset), like: t)
      return [x, x + size * (c - s), x * x + size * (s + c)]
    }
    #expect(try #require(steps) < 600)
  }

  private static func cosineAndSine(_ x: BigFloat) -> (BigFloat, BigFloat) {
    let halvings = 20
    let small = x.scaled(byPowerOfTwo: -halvings)
    var (term, c, s) = (
      BigFloat(1, precision: x.precision), BigFloat(0, precision: x.precision),
      BigFloat(0, precision: x.precision)
    )
    for k in 0..<400 {
      switch k % 4 {
      case 0: c += term
      case 1: s += term
      case 2: c -= term
      default: s -= term
      }
      term = term * small / BigFloat(k + 1, precision: x.precision)
    }
    for _ in 0..<halvings { (c, s) = (c * c - s * s, (c * s).scaled(byPowerOfTwo: 1)) }
    return (c, s)
  }

  /// Prothero and Robinson: y' = -λ(y - g) + g', with g = 1/(1 + t²).
  @Test(arguments: [10_000, 10_000_000_000], [Rational(0), Rational(1, 3)])
  func protheroRobinson(rate: Int, offset: Rational) throws {
    let steps = try check(
      { y in
        let one = Self.number(1, like: y[0])
        let g = one / (one + y[1] * y[1])
        let slope = -(y[1] * g * g).scaled(byPowerOfTwo: 1)
        return [-(Self.number(Rational(rate), like: y[0]) * (y[0] - g)) + slope, one]
      }, from: [1 + offset, 0], at: [Rational(1, 10), 2, 10], digits: 20
    ) { t in
      let one = Self.number(1, like: t)
      let transient = BigFloat.exp(-(t * Self.number(Rational(rate), like: t)))
      return [one / (one + t * t) + Self.number(offset, like: t) * transient, t]
    }
    #expect(try #require(steps) < 500)
  }

  /// A fast direction that comes to repel: y' = k (t - c)(y - t²) + 2t, y = t² + y(0) e^(k((t-c)² - c²)/2). An implicit method damps
  /// what grows fast, and what is carried through its equations with it.
  @Test(arguments: [(60, 20), (200, 12), (1_000, 12)], [Rational(0), 1])
  func growthIsNotDamped(_ problem: (rate: Int, digits: Int), offset: Rational) throws {
    let middle = Rational(3, 2)
    try check(
      { y in
        let growth =
          Self.number(Rational(problem.rate), like: y[0]) * (y[1] - Self.number(middle, like: y[0]))
        return [growth * (y[0] - y[1] * y[1]) + y[1].scaled(byPowerOfTwo: 1), Self.number(1, like: y[0])]
      }, from: [offset, 0], at: [1, 2, Rational(5, 2), Rational(29, 10), Rational(16, 5)],
      digits: problem.digits, seconds: 10
    ) { t in
      let (distance, start) = (t - Self.number(middle, like: t), Self.number(middle, like: t))
      let exponent = Self.number(Rational(problem.rate, 2), like: t) * (distance * distance - start * start)
      return [t * t + Self.number(offset, like: t) * BigFloat.exp(exponent), t]
    }
  }

  /// An entry that decays to nothing and grows again: y' = k (t - 1) y.
  @Test(arguments: [40, 300]) func whatDecaysReturns(rate: Int) throws {
    try check(
      { y in
        let growth = Self.number(Rational(rate), like: y[0]) * (y[1] - Self.number(1, like: y[0]))
        return [growth * y[0], Self.number(1, like: y[0])]
      }, from: [1, 0], at: [1, 2], digits: 12, seconds: 10
    ) { t in
      let one = Self.number(1, like: t)
      let exponent = Self.number(Rational(rate, 2), like: t) * ((t - one) * (t - one) - one)
      return [BigFloat.exp(exponent), t]
    }
  }

  /// Linear flows with given eigenvectors and rates.
  @Test(arguments: 0..<12) func linearFlows(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    func random(_ range: ClosedRange<Int>) -> Rational { Rational(Int.random(in: range, using: &generator)) }
    let shears = (0..<3).map { _ in random(-3...3) }
    // A = V Λ V⁻¹ for the unipotent V.
    let vectors = Matrix<Rational>(rows: [[1, shears[0], shears[1]], [0, 1, shears[2]], [0, 0, 1]])
    let turn = Matrix<Rational>(rows: [
      [1, 0, 0], [random(-2...2), 1, 0], [random(-2...2), random(-2...2), 1],
    ])
    let v = turn * vectors
    let rates = try [
      random(-20...3) / 10, -random(1...99) * Rational(10).power(Int.random(in: 0...4, using: &generator)),
      -random(1...99) * Rational(10).power(Int.random(in: 4...9, using: &generator)),
    ]
    let diagonal = Matrix<Rational>(rows: 3, columns: 3) { $0 == $1 ? rates[$0] : 0 }
    let matrix = try v * diagonal * v.inverse()
    let start = (0..<3).map { _ in random(-9...9) / 7 }
    let parts = try (v.inverse() * Matrix(column: start)).elements
    let steps = try check(
      { y in
        (0..<3).map { row in
          (0..<3).reduce(Self.number(0, like: y[0])) { $0 + Self.number(matrix[row, $1], like: y[0]) * y[$1] }
        }
      }, from: start, at: [Rational(1, 1_000), 1, 4], digits: 10 + seed
    ) { t in
      (0..<3).map { row in
        (0..<3).reduce(Self.number(0, like: t)) {
          let factor = Self.number(v[row, $1] * parts[$1], like: t)
          return $0 + factor * BigFloat.exp(Self.number(rates[$1], like: t) * t)
        }
      }
    }
    #expect(try #require(steps) < 600)
  }

  /// A pulse between the stages of long steps.
  @Test(arguments: [1, 2, 3]) func pulsesAreNotSteppedOver(_ exponent: Int) throws {
    let width = try Rational(10).power(-exponent)
    let middle = Rational(731, 100)
    try check(
      { y in
        let one = Self.number(1, like: y[0])
        let distance = (y[2] - Self.number(middle, like: y[0])) / Self.number(width, like: y[0])
        return [
          Self.number(100_000, like: y[0]) * (one - y[0]),
          one / (Self.number(width, like: y[0]) * (one + distance * distance)), one,
        ]
      }, from: [0, 0, 0], at: [5, 20], digits: 10
    ) { t in
      func arctangent(_ z: BigFloat) -> BigFloat {
        // π/2 - arctan(1/z), the series of which falls fast for large z.
        let one = Self.number(1, like: z)
        let (x, sign) = (one / z.magnitude, z.signum())
        var (sum, power) = (Self.number(0, like: z), x)
        for k in 0..<200 {
          let term = power / Self.number(Rational(2 * k + 1), like: z)
          sum = k % 2 == 0 ? sum + term : sum - term
          power = power * x * x
        }
        let value = BigFloat.pi(precision: z.precision).scaled(byPowerOfTwo: -1) - sum
        return sign < 0 ? -value : value
      }
      let (w, m) = (Self.number(width, like: t), Self.number(middle, like: t))
      let decay = BigFloat.exp(-(t * Self.number(100_000, like: t)))
      return [Self.number(1, like: t) - decay, arctangent((t - m) / w) + arctangent(m / w), t]
    }
  }

  /// Van der Pol's oscillator with μ = 100 through its jumps, by two numbers of digits.
  @Test func vanDerPolThroughItsJumps() throws {
    func run(_ digits: Int) throws -> Trajectory {
      try CollocationIntegrator(digits: digits).integrate(
        { y in
          let one = Self.number(1, like: y[0])
          let hundred = Self.number(100, like: y[0])
          return [y[1], hundred * (one - y[0] * y[0]) * y[1] - y[0]]
        }, from: [2, 0].map { BigFloat($0, precision: 2_000) }, at: [50, 100, 170])
    }
    let (coarse, fine) = (try run(10), try run(14))
    for (left, right) in zip(coarse.samples, fine.samples) {
      let size = max(0, left.state[0].elements.map(\.log10Magnitude).max() ?? 0)
      for (a, b) in zip(left.state[0].elements, right.state[0].elements) {
        #expect((a - b).log10Magnitude <= left.log10Error + size, "at \(left.time)")
      }
    }
  }

  /// Flows that are not stiff have no implicit steps.
  @Test func implicitStepsAreForStiffFlowsOnly() throws {
    let method = try CollocationMethod(digits: 20, components: 3, budget: .init())
    var run = CollocationRun(
      method: method,
      field: { y in
        let (x, y, z) = (y[0], y[1], y[2])
        return [
          Self.number(10, like: x) * (y - x), x * (Self.number(28, like: x) - z) - y,
          x * y - Self.number(Rational(8, 3), like: x) * z,
        ]
      }, rounding: nil, budget: .init(), clockStart: .now)
    _ = try run.integrate(
      from: [1, 1, 1].map { BigFloat($0, precision: 200) }, at: [2], estimatesError: true, progress: nil)
    #expect(run.radau == nil)
  }
}
