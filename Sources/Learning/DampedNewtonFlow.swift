import ComputationGraph
import Multiprecision

/// Damped natural gradient flow of logistic regression on its training inputs, on β itself:
///
///     β' = (Σ s(1-s) z zᵀ + λ)⁻¹ Σ s z,   z_n = y_n x_n,   s_n = σ(-z_n·β).
///
/// At λ = 0 it is Newton's flow, which needs a time t for margins t; once λ outweighs the Hessian, at about
/// t = log 1/λ, it is gradient flow with time t/λ, whose margins grow as log t. On the logarithmic clock
/// s = log(1 + t) both are cheap: with e^s s_n = exp(s - softplus(m_n)) nothing overflows, underflows or cancels,
/// and late steps grow with s.
///
/// **Shapes**: Z is N × d, β is d × 1. **Units**: loss and Fisher matrix are sums. **Source**: docs/theory, T8.
public struct DampedNewtonFlow: Sendable {
  /// Z, one row z_n for each sample.
  public let margins: Matrix<Rational>
  /// λ ≥ 0.
  public let damping: Rational

  public init(margins: Matrix<Rational>, damping: Rational) {
    (self.margins, self.damping) = (margins, damping)
  }

  /// The flow in time t, on the state (β).
  public func field() throws -> VectorField {
    let graph = Graph()
    let weights = graph.variable(Shape(margins.columns, 1), name: "beta")
    return try VectorField(graph: graph, state: [weights], velocity: [velocity(weights, clock: nil)])
  }

  /// The flow in s = log(1 + t), on the state (β, s).
  public func logarithmicField() throws -> VectorField {
    let graph = Graph()
    let weights = graph.variable(Shape(margins.columns, 1), name: "beta")
    let clock = graph.variable(.scalar, name: "s")
    return try VectorField(
      graph: graph, state: [weights, clock], velocity: [velocity(weights, clock: clock), graph.constant(1)])
  }

  /// dβ/dt, or dβ/ds = e^s dβ/dt.
  private func velocity(_ weights: Node, clock: Node?) throws -> Node {
    let graph = weights.graph
    let rows = graph.constant(margins)
    let scores = try rows.times(weights)
    let right = try scores.softplus()
    let logarithm = try clock.map { try $0.broadcast(to: scores.shape) - right } ?? -right
    let variances = try (-right - (-scores).softplus()).exp()
    let weighted = try variances.broadcast(to: rows.shape) * rows
    let metric = try rows.transposed().times(weighted) + damping * graph.identity(margins.columns)
    return try metric.solving(rows.transposed().times(logarithm.exp()))
  }
}
