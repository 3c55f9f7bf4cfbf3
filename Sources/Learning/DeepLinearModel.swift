import ComputationGraph
import Multiprecision

/// f(x) = W_L ⋯ W_1 x, of any depth L ≥ 1 and any widths. Depth 1 is the linear model; with unit vectors for
/// inputs it is matrix factorisation.
///
/// With A_l = X W_1ᵀ ⋯ W_lᵀ and B_l = W_L ⋯ W_{l+1} the kernel is Σ_l (A_{l-1} A_{l-1}ᵀ) ⊗ (B_l B_lᵀ).
public struct DeepLinearModel: Model {
  /// d = widths[0], the hidden widths, K = the last.
  public let widths: [Int]

  /// - Throws: `ModelError` for fewer than two widths or one below 1.
  public init(widths: [Int]) throws(ModelError) {
    guard widths.count >= 2, widths.allSatisfy({ $0 >= 1 }) else {
      throw ModelError(field: "widths", "found \(widths), expected at least two positive integers")
    }
    self.widths = widths
  }

  public var depth: Int { widths.count - 1 }
  public var inputCount: Int { widths[0] }
  public var outputCount: Int { widths[depth] }
  public var largestRank: Int { widths.min() ?? 0 }
  public var parameterNames: [String] { (1...depth).map { "W_\($0)" } }
  public var parameterShapes: [Shape] { (1...depth).map { Shape(widths[$0], widths[$0 - 1]) } }
  public var isLinearInInputs: Bool { true }
  public var hasConstantJacobian: Bool { depth == 1 }

  public func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node {
    try hidden(parameters, inputs: inputs, layers: depth)
  }

  /// A_l = X W_1ᵀ ⋯ W_lᵀ, N × widths[l].
  private func hidden(_ parameters: [Node], inputs: Node, layers: Int) throws(ShapeError) -> Node {
    var values = inputs
    for layer in 0..<layers { values = try values.times(parameters[layer].transposed()) }
    return values
  }

  /// B_l = W_L ⋯ W_{l+1}, K × widths[l]; nil stands for the identity at l = L.
  private func upper(_ parameters: [Node], above layer: Int) throws(ShapeError) -> Node? {
    var product: Node?
    for index in stride(from: depth - 1, through: layer, by: -1) {
      product =
        try product.map { (above) throws(ShapeError) in try above.times(parameters[index]) }
        ?? parameters[index]
    }
    return product
  }

  public func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node? {
    try upper(parameters, above: 0)
  }

  public func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    let graph = left.inputs.graph
    let K = outputCount
    var sum: Node?
    for layer in 1...depth {
      let a = try hidden(parameters, inputs: left.inputs, layers: layer - 1)
      let b = try hidden(parameters, inputs: right.inputs, layers: layer - 1)
      let ofInputs = try a.times(b.transposed())
        .select(rows: left.entries.map { $0 / K }, columns: right.entries.map { $0 / K })
      let outputGram =
        try upper(parameters, above: layer)
        .map { (upper) throws(ShapeError) in try upper.times(upper.transposed()) } ?? graph.identity(K)
      let ofOutputs =
        K == 1
        ? outputGram
        : try outputGram
          .select(rows: left.entries.map { $0 % K }, columns: right.entries.map { $0 % K })
      let term = try ofInputs * ofOutputs
      sum = try sum.map { (partial) throws(ShapeError) in try partial + term } ?? term
    }
    return sum ?? graph.zero(Shape(left.entries.count, right.entries.count))
  }
}
