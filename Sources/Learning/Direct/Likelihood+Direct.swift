import Multiprecision

/// Means and variances of the outputs of one input, as numbers.
extension Likelihood {
  /// One row of a matrix S: which outputs it takes, and with which factors.
  typealias RootRow = [(output: Int, factor: BigFloat)]

  /// ∂L/∂f = μ(f) - y for each of the K outputs; zero where the target is unobserved. Nothing cancels where
  /// the target is a class.
  func outputGradient(_ outputs: [BigFloat], targets: [Rational?], precision: Int) -> [BigFloat] {
    let probabilities = self == .categorical ? Self.softmax(outputs) : []
    return outputs.enumerated().map { k, f in
      guard let target = targets[k] else { return BigFloat(zeroWithPrecision: precision) }
      let y = BigFloat(target, precision: precision)
      switch self {
      case .gaussian: return f - y
      case .poisson: return BigFloat.exp(f) - y
      case .bernoulli:
        let rest = BigFloat(1 - target, precision: precision)
        return rest * BigFloat.logistic(f) - y * BigFloat.logistic(-f)
      case .categorical:
        guard target == 1 else { return probabilities[k] - y }
        let others = probabilities.indices.filter { $0 != k }.map { probabilities[$0] }
        return -others.reduce(BigFloat.zero, +)
      }
    }
  }

  /// Rows S with Sᵀ S = D, the variance matrix of the kept outputs.
  ///
  /// The categorical's D = diag(p) - p pᵀ is singular; it has K - 1 rows, one for each choice "class k, or one
  /// after k": with the tails s_k = p_k + ... + p_K, row k is √(p_k s_{k+1}/s_k) (e_k - Σ_{j>k} p_j/s_{k+1} e_j).
  /// All sums are of positive terms. It takes all outputs: a categorical target is observed or not as a whole.
  func varianceRoot(_ outputs: [BigFloat], kept: [Int], precision: Int) -> [RootRow] {
    switch self {
    case .gaussian: return kept.map { [($0, BigFloat(1, precision: precision))] }
    case .poisson: return kept.map { [($0, BigFloat.exp(outputs[$0].scaled(byPowerOfTwo: -1)))] }
    case .bernoulli:
      return kept.map { k in
        [(k, BigFloat.sqrt(BigFloat.logistic(outputs[k]) * BigFloat.logistic(-outputs[k])))]
      }
    case .categorical:
      let p = Self.softmax(outputs)
      var tails = p
      for k in p.indices.dropLast().reversed() { tails[k] += tails[k + 1] }
      return p.indices.dropLast().map { k in
        let factor = BigFloat.sqrt(p[k] * tails[k + 1] / tails[k])
        return [(k, factor)] + (k + 1..<p.count).map { ($0, -factor * p[$0] / tails[k + 1]) }
      }
    }
  }

  /// e^(f_k) / Σ_j e^(f_j), with the largest output subtracted first.
  private static func softmax(_ outputs: [BigFloat]) -> [BigFloat] {
    guard let largest = outputs.max() else { return [] }
    let weights = outputs.map { BigFloat.exp($0 - largest) }
    let total = weights.reduce(BigFloat.zero, +)
    return weights.map { $0 / total }
  }
}
