import ComputationGraph
import Multiprecision

/// An exponential family with its canonical link: outputs are natural parameters (logits), the mean parameter
/// is A', the variance A''. The loss of a sample is A(f) - y f, up to a constant that does not depend on f.
///
/// Targets are mean parameters: numbers for `gaussian`, class 0 or 1 for `bernoulli`, counts for `poisson`,
/// one-hot rows for `categorical`. The mean target of a group of samples with equal inputs is one as well.
public enum Likelihood: String, Sendable, CaseIterable {
  case gaussian, bernoulli, categorical, poisson

  /// The mean parameters of outputs (N × K).
  public func mean(_ outputs: Node) throws(ShapeError) -> Node {
    switch self {
    case .gaussian: return outputs
    case .bernoulli: return try outputs.logistic()
    case .poisson: return try outputs.exp()
    case .categorical: return try inverseProbabilities(outputs).reciprocal()
    }
  }

  /// 1/p_k = Σ_j e^(f_j - f_k), N × K: a sum of positive terms, so nothing cancels.
  private func inverseProbabilities(_ outputs: Node) throws(ShapeError) -> Node {
    var sum: Node?
    for j in 0..<outputs.shape.columns {
      let reference = try outputs.slice(rows: 0..<outputs.shape.rows, columns: j..<j + 1)
      let term = try (reference.broadcast(to: outputs.shape) - outputs).exp()
      sum = try sum.map { (partial) throws(ShapeError) in try partial + term } ?? term
    }
    return sum ?? outputs
  }

  /// The loss of outputs (N × K) against mean targets, with the given weight for each row; 1 × 1.
  ///
  /// Bernoulli is Σ softplus(f) - y f, written as (1 - y) softplus(f) + y softplus(-f), which does not cancel.
  public func loss(_ outputs: Node, targets: Matrix<Rational>, weights: [Rational]) throws(ShapeError) -> Node
  {
    let graph = outputs.graph
    let y = graph.constant(targets)
    let terms: Node
    switch self {
    case .gaussian:
      let residual = try outputs - y
      terms = try Rational(1, 2) * (residual * residual)
    case .bernoulli:
      terms = try (1 - y) * outputs.softplus() + y * (-outputs).softplus()
    case .poisson: terms = try outputs.exp() - y * outputs
    case .categorical: terms = try y * inverseProbabilities(outputs).log()
    }
    let weight = graph.constant(Matrix(rows: weights.count, columns: 1, elements: weights))
    return try (terms * weight.broadcast(to: terms.shape)).sum()
  }

  /// The variances of outputs (N × K) of a family whose outputs are independent; the probabilities, from which
  /// the variance matrix diag(p) - p pᵀ of each sample follows, for the categorical.
  func varianceFactors(_ outputs: Node) throws(ShapeError) -> Node {
    switch self {
    case .gaussian: return outputs.graph.constant(1, shape: outputs.shape)
    // μ - μ² would cancel at large margins.
    case .bernoulli: return try outputs.logistic() * (-outputs).logistic()
    case .poisson, .categorical: return try mean(outputs)
    }
  }

  /// The number of free output directions of a sample: K, or K - 1 for the categorical.
  public func freeOutputs(_ outputCount: Int) -> Int { self == .categorical ? outputCount - 1 : outputCount }

  /// Whether the variance does not depend on the outputs.
  public var hasConstantVariance: Bool { self == .gaussian }
}
