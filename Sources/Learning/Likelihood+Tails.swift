import ComputationGraph
import Multiprecision

/// Residuals and variances of outputs in forms that keep their relative accuracy however large the margins are.
///
/// A probability near 1 is never subtracted from 1: what is left is taken from the other tail. Terms whose factor is 0 are
/// not computed with, since they may be as large as e^margin.
extension Likelihood {
  /// μ - y, N × K.
  ///
  /// Bernoulli: (1 - y) σ(f) - y σ(-f). Categorical: (1 - y_k) p_k - y_k Σ_{j≠k} p_j.
  func residual(_ outputs: Node, targets: Matrix<Rational>) throws(ShapeError) -> Node {
    let graph = outputs.graph
    switch self {
    case .gaussian, .poisson: return try mean(outputs) - graph.constant(targets)
    case .bernoulli:
      return try Self.signed(outputs, targets: targets) { (f) throws(ShapeError) in try f.logistic() }
    case .categorical:
      let relative = try RelativeLogits(outputs, targets: targets)
      let probabilities = try relative.probabilities()
      let others = try probabilities.times(Self.othersSum(outputs.shape.columns, in: graph))
      return try graph.constant(targets.map { 1 - $0 }) * probabilities - graph.constant(targets) * others
    }
  }

  /// D⁻¹ (μ - y): the velocity, up to sign, that natural gradient flow gives the outputs. N × K for
  /// one-output families; N × (K - 1) contrasts f_k - f_K for the categorical.
  ///
  /// Bernoulli: (1 - y)(1 + e^f) - y (1 + e^-f). Poisson: 1 - y e^-f. Categorical: y_K/p_K - y_k/p_k.
  public func naturalResidual(_ outputs: Node, targets: Matrix<Rational>) throws(ShapeError) -> Node {
    let graph = outputs.graph
    switch self {
    case .gaussian: return try outputs - graph.constant(targets)
    case .poisson:
      let counted = targets.elements.indices.filter { !targets.elements[$0].isZero }
      let factors = graph.constant(Matrix(column: counted.map { targets.elements[$0] }))
      let one = graph.constant(1, shape: outputs.shape)
      return try counted.isEmpty
        ? one
        : one
          - Self.at(counted, of: outputs) { (f) throws(ShapeError) in try factors * (-f).exp() }
    case .bernoulli:
      return try Self.signed(outputs, targets: targets) { (f) throws(ShapeError) in try f.exp() + 1 }
    case .categorical:
      let scaled = try RelativeLogits(outputs, targets: targets).targetsOverProbabilities()
      let (rows, columns) = (outputs.shape.rows, outputs.shape.columns)
      let last = try scaled.slice(rows: 0..<rows, columns: columns - 1..<columns)
      let others = try scaled.slice(rows: 0..<rows, columns: 0..<columns - 1)
      return try last.broadcast(to: others.shape) - others
    }
  }

  /// The directions in which the outputs of one input are measured, each independent of the others: the Fisher matrix of
  /// the outputs is Σ_a V_a a aᵀ over them.
  ///
  /// One output each; for the categorical, where diag(p) - p pᵀ = Σ_{k<l} p_k p_l (e_k - e_l)(e_k - e_l)ᵀ, the
  /// differences of two outputs.
  func measuredDirections(_ outputCount: Int) -> [(plus: Int, minus: Int?)] {
    guard self == .categorical else { return (0..<outputCount).map { ($0, nil) } }
    return (0..<outputCount).flatMap { k in (k + 1..<max(outputCount, k + 1)).map { (k, $0) } }
  }

  /// log V_a of the measured directions, N × directions.
  ///
  /// Bernoulli, with the margin m: -m - 2 softplus(-m). Categorical: log p_k + log p_l.
  ///
  /// - Parameter targets: they decide which way of writing it is taken, not its value.
  func logVariances(_ outputs: Node, targets: Matrix<Rational>) throws(ShapeError) -> Node {
    switch self {
    case .gaussian: return outputs.graph.zero(outputs.shape)
    case .poisson: return outputs
    case .bernoulli:
      let margins = try Self.signs(targets.map { 2 * $0 >= 1 ? 1 : -1 }, of: outputs)
      return try -(margins + 2 * (-margins).softplus())
    case .categorical:
      let logarithms = try RelativeLogits(outputs, targets: targets).logProbabilities()
      let directions = measuredDirections(outputs.shape.columns)
      let rows = Array(0..<outputs.shape.rows)
      return try logarithms.select(rows: rows, columns: directions.map(\.plus))
        + logarithms.select(rows: rows, columns: directions.compactMap(\.minus))
    }
  }

  /// (μ - y)_a / V_a of the measured directions, N × directions: μ - y is Σ_a V_a times this times a.
  ///
  /// Categorical: y_l/p_l - y_k/p_k.
  func measuredResidual(_ outputs: Node, targets: Matrix<Rational>) throws(ShapeError) -> Node {
    guard self == .categorical else { return try naturalResidual(outputs, targets: targets) }
    let scaled = try RelativeLogits(outputs, targets: targets).targetsOverProbabilities()
    let directions = measuredDirections(outputs.shape.columns)
    let rows = Array(0..<outputs.shape.rows)
    return try scaled.select(rows: rows, columns: directions.compactMap(\.minus))
      - scaled.select(rows: rows, columns: directions.map(\.plus))
  }

  /// (1 - y) g(f) - y g(-f), entry by entry; of a class only the term that counts is computed.
  private static func signed(
    _ outputs: Node, targets: Matrix<Rational>, _ g: (Node) throws(ShapeError) -> Node
  ) throws(ShapeError) -> Node {
    let graph = outputs.graph
    let factors = graph.constant(targets.map { $0 == 1 ? -1 : 1 - $0 })
    let signs = targets.map { $0 == 1 ? Rational(-1) : 1 }
    let first = try factors * g(Self.signs(signs, of: outputs))
    let mixed = targets.elements.indices.filter { !targets.elements[$0].isZero && targets.elements[$0] != 1 }
    if mixed.isEmpty { return first }
    let rest = graph.constant(Matrix(column: mixed.map { targets.elements[$0] }))
    return try first - at(mixed, of: outputs) { (f) throws(ShapeError) in try rest * g(-f) }
  }

  /// Outputs with signs.
  private static func signs(_ signs: Matrix<Rational>, of outputs: Node) throws(ShapeError) -> Node {
    if signs.elements.allSatisfy({ $0 == 1 }) { return outputs }
    if signs.elements.allSatisfy({ $0 == -1 }) { return try -outputs }
    return try outputs.graph.constant(signs) * outputs
  }

  /// A function of some entries, in a matrix that is zero elsewhere.
  private static func at(
    _ entries: [Int], of outputs: Node, _ body: (Node) throws(ShapeError) -> Node
  ) throws(ShapeError) -> Node {
    let column = Shape(outputs.shape.count, 1)
    return try body(outputs.reshaped(to: column).select(rows: entries))
      .embedded(rows: entries, in: column).reshaped(to: outputs.shape)
  }

  /// K × K, 0 on the diagonal and 1 beside it: a row of probabilities times it has Σ_{j≠k} p_j.
  static func othersSum(_ count: Int, in graph: Graph) -> Node {
    graph.constant(Matrix(rows: count, columns: count) { $0 == $1 ? 0 : 1 })
  }
}
