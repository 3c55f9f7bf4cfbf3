import ComputationGraph
import Multiprecision

/// Logits of samples relative to one class of each, the most frequent target: f_k - f_c. Where the sample is classified
/// well these are negative, and no exponential of them is large.
struct RelativeLogits {
  private let targets: Matrix<Rational>
  /// f_k - f_c, N × K, and Σ_k e^(f_k - f_c) = 1/p_c, N × 1.
  private let contrasts: Node, total: Node
  private let classes: [Int]

  /// - Parameter outputs: N × K.
  init(_ outputs: Node, targets: Matrix<Rational>) throws(ShapeError) {
    let (rows, columns) = (outputs.shape.rows, outputs.shape.columns)
    self.targets = targets
    let classes = (0..<rows).map { row in
      let largest = (0..<columns).max { targets[row, $0] < targets[row, $1] } ?? 0
      return targets[row, largest].isZero ? columns - 1 : largest
    }
    let reference = try outputs.reshaped(to: Shape(outputs.shape.count, 1))
      .select(rows: classes.indices.map { $0 * columns + classes[$0] })
    self.classes = classes
    contrasts = try outputs - reference.broadcast(to: outputs.shape)
    total = try contrasts.exp().sumOfColumns()
  }

  /// p, N × K: positive terms only.
  func probabilities() throws(ShapeError) -> Node {
    try contrasts.exp() * total.reciprocal().broadcast(to: contrasts.shape)
  }

  /// log p, N × K.
  func logProbabilities() throws(ShapeError) -> Node {
    try contrasts - total.log().broadcast(to: contrasts.shape)
  }

  /// y_k/p_k, N × K, computed where y_k is not 0 only.
  func targetsOverProbabilities() throws(ShapeError) -> Node {
    let graph = contrasts.graph
    let columns = contrasts.shape.columns
    let entries = targets.elements.indices.filter { !targets.elements[$0].isZero }
    if entries.isEmpty { return graph.zero(contrasts.shape) }
    var inverse = try total.select(rows: entries.map { $0 / columns })
    let others = entries.indices.filter { classes[entries[$0] / columns] != entries[$0] % columns }
    let column = Shape(contrasts.shape.count, 1)
    if !others.isEmpty {
      let moved = try contrasts.reshaped(to: column).select(rows: entries)
      inverse = try inverse * (-moved).exp()
    }
    let values = entries.map { targets.elements[$0] }
    if values.contains(where: { $0 != 1 }) { inverse = try graph.constant(Matrix(column: values)) * inverse }
    return try inverse.embedded(rows: entries, in: column).reshaped(to: contrasts.shape)
  }
}
