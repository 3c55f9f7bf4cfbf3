import Multiprecision

/// What e^t ∇L and e^t ∇²L are made of, one sample at a time, in forms in which nothing overflows or cancels
/// however far the flow has run.
extension Likelihood {
  /// e^t (μ - y) of a sample's free outputs; nil for the families it is not written out for.
  ///
  /// Bernoulli: (1 - y) e^(t - softplus(-f)) - y e^(t - softplus(f)), entry by entry. Categorical, for contrasts
  /// f_k - f_K: p_k (1 - y_k) - y_k Σ_{j≠k} p_j, from logarithms of the probabilities.
  ///
  /// - Parameters:
  ///   - outputs: logits, or contrasts with the last class.
  ///   - targets: K mean targets.
  func scaledErrors(_ outputs: [Ball], targets: [Rational], at t: Ball) -> [Ball]? {
    switch self {
    case .gaussian, .poisson: return nil
    case .bernoulli:
      return zip(outputs, targets).map { f, y in
        Self.difference(
          of: y, up: Ball.exp(t - .softplus(-f)), down: Ball.exp(t - .softplus(f)), precision: t.precision)
      }
    case .categorical:
      let logarithms = Self.logProbabilities(contrasts: outputs)
      let scaled = logarithms.map { Ball.exp(t + $0) }
      return outputs.indices.map { k in
        Self.difference(
          of: targets[k], up: scaled[k], down: Self.sum(scaled, without: k), precision: t.precision)
      }
    }
  }

  /// e^t A'' of a sample's free outputs.
  ///
  /// Bernoulli: e^(t - softplus(f) - softplus(-f)) on the diagonal. Categorical: p_k Σ_{j≠k} p_j on the diagonal,
  /// -p_k p_l beside it.
  func scaledVariance(_ outputs: [Ball], at t: Ball) -> Matrix<Ball>? {
    switch self {
    case .gaussian, .poisson: return nil
    case .bernoulli:
      let zero = Ball(0, precision: t.precision)
      return Matrix(rows: outputs.count, columns: outputs.count) { k, l in
        k == l ? Ball.exp(t - .softplus(outputs[k]) - .softplus(-outputs[k])) : zero
      }
    case .categorical:
      let logarithms = Self.logProbabilities(contrasts: outputs)
      let probabilities = logarithms.map { Ball.exp($0) }
      let scaled = logarithms.map { Ball.exp(t + $0) }
      return Matrix(rows: outputs.count, columns: outputs.count) { k, l in
        k == l ? probabilities[k] * Self.sum(scaled, without: k) : -(scaled[k] * probabilities[l])
      }
    }
  }

  /// log p_1, ..., log p_K from the contrasts f_k - f_K: log p_k = f_k - max f - log Σ e^(f_j - max f), with the
  /// largest term, which is 1, left to log1p.
  static func logProbabilities(contrasts: [Ball]) -> [Ball] {
    let precision = contrasts.map(\.precision).max() ?? Precision.minimum
    let logits = contrasts + [Ball(0, precision: precision)]
    let top = logits.indices.max { logits[$0].midpoint < logits[$1].midpoint } ?? 0
    let shifted = logits.map { $0 - logits[top] }
    let others = sum(shifted.map { Ball.exp($0) }, without: top)
    let normaliser = Ball.log(onePlus: others)
    return shifted.indices.map { $0 == top ? -normaliser : shifted[$0] - normaliser }
  }

  private static func sum(_ terms: [Ball], without place: Int) -> Ball {
    terms.indices.filter { $0 != place }.reduce(Ball(0, precision: terms[place].precision)) { $0 + terms[$1] }
  }

  /// (1 - y) up - y down; a term whose factor is 0 is not computed with, so that it cannot be infinite.
  private static func difference(of y: Rational, up: Ball, down: Ball, precision: Int) -> Ball {
    var value = Ball(0, precision: precision)
    if y != 1 { value = value + Ball(1 - y, precision: precision) * up }
    if !y.isZero { value = value - Ball(y, precision: precision) * down }
    return value
  }
}
