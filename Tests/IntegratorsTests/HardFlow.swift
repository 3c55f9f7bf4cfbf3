import CMPFR
import ComputationGraph
import Integrators
import Multiprecision

/// A flow with a known solution that asks for honesty of an error estimate.
struct HardFlow: CustomStringConvertible {
  let name: String
  let field: VectorField
  /// The velocity in floating point, without series.
  let velocity: (_ state: [BigFloat]) throws -> [BigFloat]
  let initial: [Rational]
  let times: [Rational]
  /// The first entries of the state.
  let solution: (_ time: BigFloat) -> [BigFloat]

  var description: String { "\(name) from \(initial) at \(times)" }

  /// - Parameter velocities: of the entries but the last, which is the time.
  init(
    _ name: String, from initial: [Rational], at times: [Rational],
    _ velocities: (_ x: [Node], _ time: Node) throws -> [Node],
    solution: @escaping (_ time: BigFloat) -> [BigFloat]
  ) throws {
    let graph = Graph()
    let state = graph.variable(Shape(initial.count + 1, 1), name: "x")
    let entries = try (0...initial.count).map { try state.select(rows: [$0]) }
    let velocity = try Node.stacked(
      velocities(Array(entries.dropLast()), entries[initial.count]) + [graph.constant(1)])
    field = try VectorField(graph: graph, state: [state], velocity: [velocity])
    self.velocity = { values in
      try graph.evaluate(
        [velocity], variables: [(state, Matrix(column: values))], precision: values[0].precision)[0].elements
    }
    (self.name, self.initial, self.times, self.solution) = (name, initial + [0], times, solution)
  }

  /// By how many powers of ten the worst entry of a sample is farther from the solution than its radius; negative where
  /// none is.
  func excess(_ state: [BigFloat], radius: [BigFloat], at time: Rational) -> Double {
    let exact = solution(BigFloat(time, precision: 2 * state[0].precision + 2_000))
    return zip(zip(state, radius), exact).map { found, exact in
      let error = (found.0 - exact).log10Magnitude
      return error == -.infinity ? error : error - found.1.log10Magnitude
    }.max() ?? -.infinity
  }
}

extension HardFlow {
  /// An equilibrium that repels, or a solution that does; started on it, or a little beside it.
  static func unstable(_ generator: inout SplitMix64) throws -> HardFlow {
    let c = Rational(Int.random(in: -500...500, using: &generator), Int.random(in: 3...97, using: &generator))
    let a = Rational(Int.random(in: 1...30, using: &generator), 10)
    let end = Rational(Int.random(in: 20...90, using: &generator)) / a
    let times = [end / 3, end]
    let exponent = Int.random(in: 5...40, using: &generator)
    let offset = try Rational(10).power(-exponent)
    func big(_ value: Rational, _ like: BigFloat) -> BigFloat { BigFloat(value, precision: like.precision) }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      return try HardFlow("x' = \(a)((x-c) - (x-c)³), c = \(c)", from: [c], at: times) { x, _ in
        let u = try x[0] + -c
        return try [a * (u - u * u * u)]
      } solution: {
        [big(c, $0)]
      }
    case 1:
      return try HardFlow("x' = \(a) tanh(x-c), c = \(c)", from: [c], at: times) { x, _ in
        try [a * (x[0] + -c).tanh()]
      } solution: {
        [big(c, $0)]
      }
    case 2:
      return try HardFlow("x' = c + \(a)((x-ct) - (x-ct)³), c = \(c)", from: [0], at: times) { x, t in
        let u = try x[0] - c * t
        return try [a * (u - u * u * u) + c]
      } solution: {
        [big(c, $0) * $0]
      }
    default:
      // u = u₀ e^(at)/√(1 + u₀²(e^(2at) - 1)).
      return try HardFlow(
        "x' = \(a)((x-c) - (x-c)³), c = \(c), beside it", from: [c + offset], at: times
      ) { x, _ in
        let u = try x[0] + -c
        return try [a * (u - u * u * u)]
      } solution: { t in
        let (u, growth) = (big(offset, t), BigFloat.exp(big(a, t) * t))
        let one = BigFloat(1, precision: t.precision)
        return [big(c, t) + u * growth / .sqrt(one + u * u * (growth * growth - one))]
      }
    }
  }

  /// A pulse that is far below rounding at the start, rises and falls.
  static func bump(_ generator: inout SplitMix64) throws -> HardFlow {
    let w =
      try Rational(10).power(Int.random(in: 1...3, using: &generator))
      * Rational(Int.random(in: 10...50, using: &generator), 10)
    let s = Rational(Int.random(in: 1...99, using: &generator), 100)
    let amplitude = Rational(Int.random(in: 1...100, using: &generator), 10)
    let start = Rational(Int.random(in: -20...20, using: &generator), 10)
    let times: [Rational] = [s / 2, s, 1, 2]
    func big(_ value: Rational, _ like: BigFloat) -> BigFloat { BigFloat(value, precision: like.precision) }
    /// ∫ exp(-w²(t-s)²) from 0.
    func area(_ t: BigFloat) -> BigFloat {
      let (w, s) = (big(w, t), big(s, t))
      return .sqrt(.pi(precision: t.precision)) * (.erf(w * (t - s)) + .erf(w * s)) / (w + w)
    }
    func pulse(_ t: Node) throws -> Node {
      let d = try w * (t + -s)
      return try (-(d * d)).exp()
    }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      return try HardFlow("x' = \(amplitude) bump(w = \(w), s = \(s))", from: [start], at: times) { _, t in
        try [amplitude * pulse(t)]
      } solution: {
        [big(start, $0) + big(amplitude, $0) * area($0)]
      }
    case 1:
      return try HardFlow("x' = w x bump, y' = -y, w = \(w), s = \(s)", from: [start, 1], at: times) { x, t in
        try [w * (x[0] * pulse(t)), -x[1]]
      } solution: {
        [big(start, $0) * .exp(big(w, $0) * area($0)), .exp(-$0)]
      }
    case 2:
      return try HardFlow(
        "x' = \(amplitude) bump, y' = y(1-y), w = \(w), s = \(s)", from: [start, Rational(1, 2)], at: times
      ) { x, t in
        try [amplitude * pulse(t), x[1] * (1 - x[1])]
      } solution: {
        [big(start, $0) + big(amplitude, $0) * area($0), .logistic($0)]
      }
    default:
      return try HardFlow("x' = A σ(1-σ), σ(w(t-s)), w = \(w), s = \(s)", from: [start], at: times) { _, t in
        let z = try (w * (t + -s)).logistic()
        return try [amplitude * (z * (1 - z))]
      } solution: { t in
        let (w, s) = (big(w, t), big(s, t))
        return [big(start, t) + big(amplitude, t) / w * (.logistic(w * (t - s)) - .logistic(-(w * s)))]
      }
    }
  }

  /// A switch that is thrown at a time.
  static func steepSwitch(_ generator: inout SplitMix64) throws -> HardFlow {
    let w = Rational(Int.random(in: 50...3000, using: &generator))
    let s = Rational(Int.random(in: 20...80, using: &generator), 100)
    let start = Rational(Int.random(in: -20...20, using: &generator), 10)
    let times: [Rational] = [s, 1]
    func big(_ value: Rational, _ like: BigFloat) -> BigFloat { BigFloat(value, precision: like.precision) }
    func z(_ t: BigFloat) -> BigFloat { .logistic(big(w, t) * (t - big(s, t))) }
    func zero(_ t: BigFloat) -> BigFloat { BigFloat(0, precision: t.precision) }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      return try HardFlow("x' = w σ(1-σ), w = \(w), s = \(s)", from: [start], at: times) { _, t in
        let z = try (w * (t + -s)).logistic()
        return try [w * (z * (1 - z))]
      } solution: {
        [big(start, $0) + z($0) - z(zero($0))]
      }
    case 1:
      return try HardFlow("x' = w x σ(1-σ), w = \(w), s = \(s)", from: [start], at: times) { x, t in
        let z = try (w * (t + -s)).logistic()
        return try [w * (x[0] * (z * (1 - z)))]
      } solution: {
        [big(start, $0) * .exp(z($0) - z(zero($0)))]
      }
    case 2:
      return try HardFlow("x' = σ - x + w σ(1-σ), w = \(w), s = \(s)", from: [start], at: times) { x, t in
        let z = try (w * (t + -s)).logistic()
        return try [z - x[0] + w * (z * (1 - z))]
      } solution: {
        [z($0) + (big(start, $0) - z(zero($0))) * .exp(-$0)]
      }
    default:
      return try HardFlow("x' = w(1 - tanh²), w = \(w), s = \(s)", from: [start], at: times) { _, t in
        let z = try (w * (t + -s)).tanh()
        return try [w * (1 - z * z)]
      } solution: { t in
        [big(start, t) + .tanh(big(w, t) * (t - big(s, t))) - .tanh(-(big(w, t) * big(s, t)))]
      }
    }
  }

  /// Growth from starts far below 1.
  static func tinyStart(_ generator: inout SplitMix64) throws -> HardFlow {
    let exponent = 2 * Int.random(in: 1...150, using: &generator)
    let start = try Rational(10).power(-exponent)
    let half = Rational(Int(Double(exponent) * 2.302_585 / 2))
    func big(_ value: Rational, _ like: BigFloat) -> BigFloat { BigFloat(value, precision: like.precision) }
    func one(_ like: BigFloat) -> BigFloat { BigFloat(1, precision: like.precision) }
    /// p' = p(1-p).
    func logistic(_ time: BigFloat) -> BigFloat {
      let growth = big(start, time) * .exp(time)
      return growth / (one(time) - big(start, time) + growth)
    }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      return try HardFlow("x' = x(1-x)", from: [start], at: [half, 2 * half + 5, 2 * half + 300]) { x, _ in
        try [x[0] * (1 - x[0])]
      } solution: {
        [logistic($0)]
      }
    case 1:
      return try HardFlow("x' = x", from: [start], at: [half, 2 * half + 5]) { x, _ in
        [x[0]]
      } solution: {
        [big(start, $0) * .exp($0)]
      }
    case 2:
      // Two balanced factors: p = uv has p' = 2p(1-p).
      let root = try Rational(10).power(-exponent / 2)
      return try HardFlow("u' = v(1-uv), v' = u(1-uv)", from: [root, root], at: [half, half + 10]) { x, _ in
        let rest = try 1 - x[0] * x[1]
        return try [x[1] * rest, x[0] * rest]
      } solution: { time in
        let p = BigFloat.sqrt(logistic(time + time))
        return [p, p]
      }
    default:
      return try HardFlow("x' = x(1-x), y' = -y", from: [start, 1], at: [half, 2 * half + 5]) { x, _ in
        try [x[0] * (1 - x[0]), -x[1]]
      } solution: {
        [logistic($0), .exp(-$0)]
      }
    }
  }
}

extension BigFloat {
  fileprivate static func erf(_ x: BigFloat) -> BigFloat {
    BigFloat(precision: x.precision) { result in x.withPointer { _ = mpfr_erf(result, $0, MPFR_RNDN) } }
  }
}
