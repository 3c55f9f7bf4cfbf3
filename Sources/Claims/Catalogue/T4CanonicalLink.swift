import ComputationGraph
import Learning
import Multiprecision

/// T4: the gradient law needs the canonical link.
extension Claim {
  static let t4CanonicalLink = Claim(
    id: "t4-canonical-link", title: "The gradient law needs the canonical link",
    statement:
      "With inputs that span, ∇L(β(t)) = e^-t ∇L(β(0)) under β' = -F⁻¹∇L if the Fisher matrix is the Hessian, as with "
      + "the logistic link; with another link of the same family, like the complementary log-log, it is false.",
    hypotheses: ["a linear model with one output; the inputs span", "the link is canonical"],
    section: "T4", theorem: nil,
    range: .init(
      claimed: "any data that span, logistic link",
      tested: "N = 6 and 8, d = 2 and 3, 2 streams, t ≤ 2, both links")
  ) { settings in
    [2, 3].enumerated().map { stream, dimension in
      var random = RandomInstances(settings, stream: UInt64(550 + stream))
      let count = 2 * dimension + 2
      let inputs = random.fullRankMatrix(count, dimension)
      let targets = random.targets(.bernoulli, count: count).map { $0 ?? 0 }
      let start = random.matrix(dimension, 1)
      let times: [Rational] = [0, Rational(1, 2), 2]
      func trajectory(_ link: Link) -> IntegratedTrajectory {
        IntegratedTrajectory(from: [start], at: times, settings) {
          let graph = Graph()
          let weights = graph.variable(Shape(dimension, 1), name: "β")
          return try VectorField(
            graph: graph, state: [weights], velocity: [link.velocity(weights, inputs, targets)])
        }
      }
      let (logistic, other) = (trajectory(.logistic), trajectory(.complementaryLogLog))
      let rate = settings.constant("t4-canonical-link: 1 in e^-t", 1)
      @Sendable func gradient(_ trajectory: IntegratedTrajectory, _ link: Link) throws -> Measurement {
        try trajectory.measure("∇L") { try link.gradient($0[0], inputs, targets) }
      }
      @Sendable func decay(_ observed: Measurement) -> Measurement {
        observed.map { index, _ in
          let age = Ball(rate * times[index / dimension], precision: settings.precision)
          return observed.entries[index % dimension].ball.map { .exp(-age) * $0 }
        }
      }
      return Instance(
        "linear, N = \(count), d = \(dimension)",
        conditions: {
          [
            Condition(
              "the inputs span", inputs.rank() == dimension ? .certified : .violated,
              "rank \(inputs.rank()) of \(dimension), exactly")
          ]
        },
        observed: { try gradient(logistic, .logistic) },
        predicted: { decay(try gradient(logistic, .logistic)) },
        controls: [
          .init("so it does with the complementary log-log link") {
            try gradient(other, .complementaryLogLog)
          } predicted: {
            decay(try gradient(other, .complementaryLogLog))
          }
        ])
    }
  }
}

/// A link of the Bernoulli family, p(f), with the loss -y log p - (1 - y) log(1 - p).
private enum Link {
  /// p = 1/(1 + e^-f).
  case logistic
  /// p = 1 - exp(-e^f).
  case complementaryLogLog

  /// ∂L/∂f and the Fisher information p'²/(p (1 - p)) of each sample, N × 1.
  private func residual(_ outputs: Node, _ targets: Matrix<Rational>) throws -> (
    residual: Node, information: Node
  ) {
    let y = outputs.graph.constant(targets)
    switch self {
    case .logistic:
      let p = try outputs.logistic()
      return (try p - y, try p - p * p)
    case .complementaryLogLog:
      // With u = e^f and q = e^-u: u for y = 0, -u q/(1 - q) for y = 1; information u² q/(1 - q).
      let u = try outputs.exp()
      let q = try (-u).exp()
      let odds = try q / (1 - q)
      return (try (1 - y) * u - y * u * odds, try u * u * odds)
    }
  }

  func gradient(_ weights: Node, _ inputs: Matrix<Rational>, _ targets: Matrix<Rational>) throws -> Node {
    let x = weights.graph.constant(inputs)
    return try x.transposed().times(residual(x.times(weights), targets).residual)
  }

  /// -F⁻¹∇L with F = Σ p'²/(p (1 - p)) x xᵀ.
  func velocity(_ weights: Node, _ inputs: Matrix<Rational>, _ targets: Matrix<Rational>) throws -> Node {
    let x = weights.graph.constant(inputs)
    let (residual, information) = try residual(x.times(weights), targets)
    let fisher = try x.transposed().times(information.broadcast(to: x.shape) * x)
    return try -fisher.solving(x.transposed().times(residual))
  }
}
