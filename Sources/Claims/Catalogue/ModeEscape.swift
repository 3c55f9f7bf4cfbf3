import ComputationGraph
import Integrators
import Learning
import Multiprecision

/// How long a mode of T6 stays small: the time from σ0 to σ1 ≤ s/2, as σ0 → 0.
///
/// t = ∫ dσ/(L σ^q (s - σ)) with q = 2 - 2/L, and 1/(s - σ) = 1/s + σ/(s(s - σ)), so for L ≥ 3
///
///     t = (σ0^-(q-1) - σ1^-(q-1))/(s(L - 2)) + rest,  0 ≤ rest ≤ σ1^(2/L)/s²,
///
/// and for L = 2, t = (log(s/σ0) + log(σ1/(s - σ1)) + log(1 - σ0/s))/2s, with -2σ0/s ≤ log(1 - σ0/s) ≤ 0.
/// What follows the first term does not depend on σ0, or vanishes with it. **Source**: docs/theory, T6.
struct ModeEscape: Sendable {
  let depth: Int
  let settings: CheckSettings
  private let target = Rational(3, 2)
  private let exponents = [10, 30, 50]

  init(depth: Int, settings: CheckSettings) { (self.depth, self.settings) = (depth, settings) }

  func instance() -> Instance {
    Instance(
      "escape from 10^-10, 10^-30, 10^-50, depth \(depth)",
      observed: {
        .joined(try exponents.map(time))
      },
      predicted: { bounds { self.bounds($0) } },
      controls: [
        depth == 2
          ? .init("log(s/σ0)/s") { bounds { self.logarithmic($0, factor: 1) } }
          : .init("log(s/σ0)/2s, as at depth 2") { bounds { self.logarithmic($0, factor: 2) } }
      ])
  }

  private func bounds(_ one: (Int) -> Measurement.Bounds) -> Measurement {
    Measurement(exponents.map { .init("time from 10^-\($0)", one($0)) }, isRigorous: true)
  }

  /// log(σ1/σ0): rational, and such that σ1 is a little below s/2 = 3/4.
  private func logarithmicAge(_ exponent: Int) -> Rational {
    // log 10 = 2.302585..., log(4/3) = 0.287682...
    Rational(exponent * 2_302_585 - 287_683, 1_000_000)
  }

  /// 10^-exponent.
  private func start(_ exponent: Int) -> Rational {
    (0..<exponent).reduce(1) { product, _ in product / 10 }
  }

  /// The time, integrated over x = log(σ/σ0): dt = σ^(2/L - 1)/(L(s - σ)) dx, in units of a power of ten near
  /// σ0^-(1 - 2/L).
  private func time(_ exponent: Int) throws -> Measurement {
    let unit = start(exponent * (depth - 2) / depth)
    let trajectory = IntegratedTrajectory(
      from: [0, 0].map { Matrix(column: [$0]) }, at: [logarithmicAge(exponent)], settings,
      digits: settings.workingDigits + exponent
    ) {
      let graph = Graph()
      let (x, t) = (graph.variable(.scalar, name: "x"), graph.variable(.scalar, name: "t"))
      let sigma = try start(exponent) * x.exp()
      let velocity = try sigma.power(Rational(2, depth) - 1) / (Rational(depth) / unit * (target - sigma))
      return try VectorField(graph: graph, state: [x, t], velocity: [graph.constant(1), velocity])
    }
    return try trajectory.measure("time from 10^-\(exponent)") { try (1 / unit) * $0[1] }
  }

  private func ball(_ value: Rational) -> Ball { Ball(value, precision: settings.precision + 400) }

  /// σ1 = σ0 e^age.
  private func end(_ exponent: Int) -> Ball { ball(start(exponent)) * .exp(ball(logarithmicAge(exponent))) }

  private func bounds(_ exponent: Int) -> Measurement.Bounds {
    guard depth > 2 else {
      return logarithmic(
        exponent, factor: settings.constant("t6-singular-modes: 2 in the escape at depth 2", 2))
    }
    let (s, end) = (ball(target), end(exponent))
    let power = 1 - settings.constant("t6-singular-modes: 2 in the escape's power", 2) / Rational(depth)
    let rate = Rational(depth) - settings.constant("t6-singular-modes: 2 in the escape's factor L - 2", 2)
    let leading = (Ball.pow(ball(start(exponent)), -power) - .pow(end, -power)) / (rate * s)
    return .between(leading, leading + Ball.pow(end, Rational(2, depth)) / (s * s))
  }

  private func logarithmic(_ exponent: Int, factor: Rational) -> Measurement.Bounds {
    let (s, start, end) = (ball(target), ball(start(exponent)), end(exponent))
    let upper = (Ball.log(s / start) + .log(end / (s - end))) / (factor * s)
    return .between(upper - start / (s * s), upper)
  }
}
