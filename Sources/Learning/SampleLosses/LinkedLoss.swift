import ComputationGraph
import Multiprecision

/// A one-parameter family whose mean is another function of the output than the canonical one: with mean m(f) and
/// variance V, the gradient of the negative log-likelihood is (m - y) m'/V and the Fisher information m'²/V.
public struct LinkedLoss: SampleLoss {
  public enum Link: String, Sendable, CaseIterable {
    /// Bernoulli with m = 1 - exp(-e^f).
    case complementaryLogLog
    /// Poisson with m = log(1 + e^f).
    case softplus
    /// Gaussian of variance 1 with m = sinh f.
    case hyperbolicSine
    /// Exponential distribution, V = m², with m = e^f.
    case exponentialScale
  }

  /// What the outputs' metric is.
  public enum Metric: Sendable {
    case fisher
    /// ∂²ℓ/∂f², which differs from the Fisher information as the link is not canonical.
    case hessian
  }

  public let link: Link
  public let targets: [Rational]
  public let metricKind: Metric

  public init(_ link: Link, targets: [Rational], metric: Metric = .fisher) {
    (self.link, self.targets, metricKind) = (link, targets, metric)
  }

  /// m(f).
  public func mean(_ f: Node) throws(ShapeError) -> Node {
    switch link {
    case .complementaryLogLog: try 1 - (-f.exp()).exp()
    case .softplus: try f.softplus()
    case .hyperbolicSine: try Rational(1, 2) * (f.exp() - (-f).exp())
    case .exponentialScale: try f.exp()
    }
  }

  /// m'(f) and V(f).
  private func slopeAndVariance(_ f: Node) throws(ShapeError) -> (slope: Node, variance: Node) {
    let mean = try mean(f)
    switch link {
    case .complementaryLogLog:
      let rest = try 1 - mean
      return (try f.exp() * rest, try mean * rest)
    case .softplus: return (try f.logistic(), mean)
    case .hyperbolicSine:
      return (try Rational(1, 2) * (f.exp() + (-f).exp()), f.graph.constant(1, shape: f.shape))
    case .exponentialScale: return (mean, try mean * mean)
    }
  }

  private func residual(_ f: Node) throws(ShapeError) -> Node {
    try mean(f) - f.graph.constant(Matrix(column: targets))
  }

  public func gradient(_ f: Node) throws(ShapeError) -> Node {
    let (slope, variance) = try slopeAndVariance(f)
    return try residual(f) * slope / variance
  }

  /// The Hessian is the Fisher information plus (m - y) (m'/V)'.
  public func metric(_ f: Node) throws(ShapeError) -> Node {
    let (slope, variance) = try slopeAndVariance(f)
    let fisher = try slope * slope / variance
    guard metricKind == .hessian else { return fisher }
    return try fisher + residual(f) * ratioSlope(f, slope: slope, variance: variance)
  }

  /// (m'/V)'. For the complementary log-log link m'/V = e^f/m; for softplus σ/m.
  private func ratioSlope(_ f: Node, slope: Node, variance: Node) throws(ShapeError) -> Node {
    let mean = try mean(f)
    switch link {
    case .complementaryLogLog: return try f.exp() / mean * (1 - slope / mean)
    case .softplus: return try slope / mean * (1 - slope - slope / mean)
    case .hyperbolicSine: return mean
    case .exponentialScale: return try -mean.reciprocal()
    }
  }

  public func values(_ f: BigFloat, sample: Int) -> (gradient: BigFloat, metric: BigFloat) {
    let precision = f.precision
    let (one, y) = (BigFloat(1, precision: precision), BigFloat(targets[sample], precision: precision))
    let (mean, slope, variance, ratioSlope): (BigFloat, BigFloat, BigFloat, BigFloat)
    switch link {
    case .complementaryLogLog:
      let rate = BigFloat.exp(f)
      mean = -BigFloat.expMinusOne(-rate)
      (slope, variance) = (rate * (one - mean), mean * (one - mean))
      ratioSlope = rate / mean - rate * slope / (mean * mean)
    case .softplus:
      (mean, slope) = (BigFloat.softplus(f), BigFloat.logistic(f))
      variance = mean
      ratioSlope = slope * (one - slope) / mean - slope * slope / (mean * mean)
    case .hyperbolicSine:
      let (up, down) = (BigFloat.exp(f), BigFloat.exp(-f))
      mean = (up - down).scaled(byPowerOfTwo: -1)
      slope = (up + down).scaled(byPowerOfTwo: -1)
      (variance, ratioSlope) = (one, mean)
    case .exponentialScale:
      mean = BigFloat.exp(f)
      (slope, variance, ratioSlope) = (mean, mean * mean, -(one / mean))
    }
    let fisher = slope * slope / variance
    let metric = metricKind == .fisher ? fisher : fisher + (mean - y) * ratioSlope
    return ((mean - y) * slope / variance, metric)
  }
}
