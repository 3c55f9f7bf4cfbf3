import ComputationGraph
import Multiprecision

/// The loss Σ v_n (A(f_n) - y_n f_n) of a family of one output with the metric Σ w_n A''(f_n): sample weights that
/// loss and Fisher matrix need not share.
public struct WeightedLoss: SampleLoss {
  public let likelihood: Likelihood
  public let targets: [Rational]
  /// v and w, positive, one for each sample.
  public let weights: (loss: [Rational], fisher: [Rational])

  /// - Throws: `ProblemError` for the categorical family, and where there are not as many weights as targets.
  public init(
    _ likelihood: Likelihood, targets: [Rational], weights: (loss: [Rational], fisher: [Rational])
  ) throws(ProblemError) {
    guard likelihood != .categorical, weights.loss.count == targets.count,
      weights.fisher.count == targets.count, (weights.loss + weights.fisher).allSatisfy({ $0.signum() > 0 })
    else {
      throw ProblemError(
        field: "weights", "expected a family of one output and a positive weight for each target")
    }
    (self.likelihood, self.targets, self.weights) = (likelihood, targets, weights)
  }

  public func gradient(_ outputs: Node) throws(ShapeError) -> Node {
    try outputs.graph.constant(Matrix(column: weights.loss))
      * likelihood.residual(outputs, targets: Matrix(column: targets))
  }

  public func metric(_ outputs: Node) throws(ShapeError) -> Node {
    try outputs.graph.constant(Matrix(column: weights.fisher)) * likelihood.varianceFactors(outputs)
  }

  public func values(_ output: BigFloat, sample: Int) -> (gradient: BigFloat, metric: BigFloat) {
    let precision = output.precision
    let gradient = likelihood.outputGradient([output], targets: [targets[sample]], precision: precision)[0]
    let root = likelihood.varianceRoot([output], kept: [0], precision: precision)[0][0].factor
    return (
      BigFloat(weights.loss[sample], precision: precision) * gradient,
      BigFloat(weights.fisher[sample], precision: precision) * root * root
    )
  }
}
