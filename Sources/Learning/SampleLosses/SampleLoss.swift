import ComputationGraph
import Multiprecision

/// A loss L = Σ_n ℓ_n(f_n) of models with one output, with a metric Σ_n h_n(f_n) df_n² on their outputs: what
/// natural gradient flow needs beyond the exponential families with canonical link of `Likelihood`.
///
/// Everything is written twice: as a graph for the power series, and number by number for collocation.
public protocol SampleLoss: Sendable {
  /// ∂L/∂f for outputs N × 1; N × 1.
  func gradient(_ outputs: Node) throws(ShapeError) -> Node
  /// h > 0 for outputs N × 1; N × 1.
  func metric(_ outputs: Node) throws(ShapeError) -> Node
  /// Both for the output of one sample.
  func values(_ output: BigFloat, sample: Int) -> (gradient: BigFloat, metric: BigFloat)
}
