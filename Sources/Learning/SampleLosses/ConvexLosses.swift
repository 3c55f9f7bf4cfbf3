import ComputationGraph
import Multiprecision

/// ℓ_n = e^(-y_n f_n) for labels ±1, with the metric ℓ''_n = e^(-y_n f_n) (Gauss–Newton).
public struct ExponentialLoss: SampleLoss {
  /// ±1.
  public let labels: [Rational]

  public init(labels: [Rational]) { self.labels = labels }

  private func loss(_ outputs: Node) throws(ShapeError) -> Node {
    try (-(outputs.graph.constant(Matrix(column: labels)) * outputs)).exp()
  }

  public func gradient(_ outputs: Node) throws(ShapeError) -> Node {
    try -(outputs.graph.constant(Matrix(column: labels)) * loss(outputs))
  }

  public func metric(_ outputs: Node) throws(ShapeError) -> Node { try loss(outputs) }

  public func values(_ output: BigFloat, sample: Int) -> (gradient: BigFloat, metric: BigFloat) {
    let label = BigFloat(labels[sample], precision: output.precision)
    let loss = BigFloat.exp(-(label * output))
    return (-(label * loss), loss)
  }
}

/// ℓ_n = log cosh(f_n - y_n) with the metric ℓ''_n = 1 - tanh²(f_n - y_n).
public struct LogCoshLoss: SampleLoss {
  public let targets: [Rational]

  public init(targets: [Rational]) { self.targets = targets }

  public func gradient(_ outputs: Node) throws(ShapeError) -> Node {
    try (outputs - outputs.graph.constant(Matrix(column: targets))).tanh()
  }

  public func metric(_ outputs: Node) throws(ShapeError) -> Node {
    let slope = try gradient(outputs)
    return try 1 - slope * slope
  }

  public func values(_ output: BigFloat, sample: Int) -> (gradient: BigFloat, metric: BigFloat) {
    let slope = BigFloat.tanh(output - BigFloat(targets[sample], precision: output.precision))
    return (slope, BigFloat(1, precision: output.precision) - slope * slope)
  }
}
