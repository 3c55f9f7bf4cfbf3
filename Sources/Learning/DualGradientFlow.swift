import ComputationGraph
import Multiprecision

/// Gradient flow of a linear or diagonal model in N dual variables: with q' = -∂L/∂f at f = Xβ and z = Xᵀq, β is a
/// function of z alone, whatever the loss.
///
/// **Derivation**: θ' = -∇L moves every factor of coordinate i by the same z_i' = -(Xᵀ∂L/∂f)_i times its slope, an
/// equation in one variable that integrates. **Shapes**: the state is q (N × 1) and, for the clock log(1 + t), s.
/// **Units**: L is a sum over samples; squared loss is ½(f - y)². **Source**: docs/theory, T5.
public struct DualGradientFlow: Sendable {
  /// β as a function of z = Xᵀq.
  public enum Path: Sendable {
    /// β = β(0) + z.
    case linear(start: [Rational])
    /// u² - v²: β = u(0)² e^(kz) - v(0)² e^(-kz), with k = 4.
    case squares(u: [Rational], v: [Rational], rate: Rational = 4)
    /// u^L - v^L, L > 2, u(0) and v(0) positive: β = u(0)^L (1 - k u(0)^(L-2) z)^-p - v(0)^L (1 + k v(0)^(L-2) z)^-p,
    /// with k = L(L - 2) and p = L/(L - 2).
    case powers(depth: Int, u: [Rational], v: [Rational], rate: Rational, exponent: Rational)

    /// u^L - v^L with its own k and p.
    public static func powers(depth: Int, u: [Rational], v: [Rational]) -> Path {
      .powers(
        depth: depth, u: u, v: v, rate: Rational(depth * (depth - 2)), exponent: Rational(depth, depth - 2))
    }
  }

  /// What the flow's time is.
  public enum Clock: Sendable {
    case time
    /// s = log(1 + t); for the logistic loss.
    case logarithm
  }

  /// X, N × d.
  public let inputs: Matrix<Rational>
  public let targets: [Rational]
  public let likelihood: Likelihood
  public let path: Path
  public let clock: Clock

  /// - Throws: `ProblemError` for other than one target an input, for Poisson or categorical targets, and for the
  ///   logarithmic clock with another loss than the logistic one.
  public init(
    inputs: Matrix<Rational>, targets: [Rational], likelihood: Likelihood, path: Path, clock: Clock = .time
  ) throws(ProblemError) {
    guard targets.count == inputs.rows else {
      throw ProblemError(field: "data.targets", "found \(targets.count) for \(inputs.rows) inputs")
    }
    guard likelihood == .gaussian || likelihood == .bernoulli else {
      throw ProblemError(
        field: "likelihood", "found \(likelihood.rawValue), expected gaussian or bernoulli")
    }
    guard clock == .time || likelihood == .bernoulli else {
      throw ProblemError(field: "likelihood", "found gaussian, expected bernoulli for the clock log(1 + t)")
    }
    (self.inputs, self.targets, self.likelihood) = (inputs, targets, likelihood)
    (self.path, self.clock) = (path, clock)
  }

  /// The exact initial state: zeros.
  public var initial: [Matrix<Rational>] {
    let zero = Matrix<Rational>(rows: inputs.rows, columns: 1, repeating: 0)
    return clock == .time ? [zero] : [zero, Matrix(column: [0])]
  }

  /// q' as a graph.
  public func vectorField() throws -> VectorField {
    let graph = Graph()
    let q = graph.variable(Shape(inputs.rows, 1), name: "q")
    let outputs = try graph.constant(inputs).times(endToEnd(q))
    let y = Matrix(column: targets)
    switch clock {
    case .time:
      let residual = try likelihood.residual(outputs, targets: y)
      return try VectorField(graph: graph, state: [q], velocity: [-residual])
    case .logarithm:
      let s = graph.variable(.scalar, name: "s")
      let residual = try Likelihood.scaledBernoulliResidual(outputs, targets: y, clock: s)
      return try VectorField(graph: graph, state: [q, s], velocity: [-residual, graph.constant(1)])
    }
  }

  /// β (d × 1) from the dual variables q (N × 1).
  public func endToEnd(_ q: Node) throws(ShapeError) -> Node {
    let graph = q.graph
    let z = try graph.constant(inputs).transposed().times(q)
    func column(_ values: [Rational]) -> Node { graph.constant(Matrix(column: values)) }
    switch path {
    case .linear(let start): return try column(start) + z
    case .squares(let u, let v, let rate):
      let growth = try (rate * z).exp()
      let rising = try column(u.map { $0 * $0 }) * growth
      return try rising - column(v.map { $0 * $0 }) * growth.reciprocal()
    case .powers(let depth, let u, let v, let rate, let exponent):
      let slope = { (values: [Rational]) in column(values.map { rate * Self.power($0, depth - 2) }) }
      let rising = try (1 - slope(u) * z).power(-exponent)
      let falling = try (slope(v) * z + 1).power(-exponent)
      return try column(u.map { Self.power($0, depth) }) * rising
        - column(v.map { Self.power($0, depth) }) * falling
    }
  }

  static func power(_ base: Rational, _ exponent: Int) -> Rational {
    (0..<exponent).reduce(Rational(1)) { product, _ in product * base }
  }
}
