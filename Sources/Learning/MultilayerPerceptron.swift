import ComputationGraph
import Multiprecision

/// A fully connected network: h_0 = x, z_l = W_l h_{l-1} + b_l, h_l = φ(z_l), f = z_L.
///
/// With the sensitivities Δ_l = ∂f/∂z_l the kernel is Σ_l (h_{l-1}·h_{l-1}' + bias) (Δ_l·Δ_l').
public struct MultilayerPerceptron: Model {
  public enum Activation: String, Sendable, CaseIterable {
    case tanh, softplus, logistic

    func value(_ z: Node) throws(ShapeError) -> Node {
      switch self {
      case .tanh: try z.tanh()
      case .softplus: try z.softplus()
      case .logistic: try z.logistic()
      }
    }

    func derivative(_ z: Node) throws(ShapeError) -> Node {
      switch self {
      case .tanh:
        let value = try z.tanh()
        return try 1 - value * value
      case .softplus: return try z.logistic()
      case .logistic:
        let value = try z.logistic()
        return try value - value * value
      }
    }
  }

  public let widths: [Int]
  public let activation: Activation
  public let hasBias: Bool

  /// - Throws: `ModelError` for fewer than two widths or one below 1.
  public init(widths: [Int], activation: Activation, hasBias: Bool = true) throws(ModelError) {
    guard widths.count >= 2, widths.allSatisfy({ $0 >= 1 }) else {
      throw ModelError(field: "widths", "found \(widths), expected at least two positive integers")
    }
    self.widths = widths
    self.activation = activation
    self.hasBias = hasBias
  }

  public var depth: Int { widths.count - 1 }
  public var inputCount: Int { widths[0] }
  public var outputCount: Int { widths[depth] }
  public var isLinearInInputs: Bool { false }
  public var hasConstantJacobian: Bool { depth == 1 }

  public var parameterNames: [String] {
    (1...depth).flatMap { hasBias ? ["W_\($0)", "b_\($0)"] : ["W_\($0)"] }
  }

  public var parameterShapes: [Shape] {
    (1...depth).flatMap { layer in
      let weights = Shape(widths[layer], widths[layer - 1])
      return hasBias ? [weights, Shape(widths[layer], 1)] : [weights]
    }
  }

  private func weights(_ parameters: [Node], _ layer: Int) -> Node {
    parameters[hasBias ? 2 * (layer - 1) : layer - 1]
  }

  /// h_0, ..., h_{L-1} and z_1, ..., z_L, each N × width.
  private func forward(_ parameters: [Node], inputs: Node) throws(ShapeError) -> (h: [Node], z: [Node]) {
    var h = [inputs]
    var z: [Node] = []
    for layer in 1...depth {
      var value = try h[layer - 1].times(weights(parameters, layer).transposed())
      if hasBias {
        let bias = parameters[2 * layer - 1]
        value = try value + bias.transposed().broadcast(to: value.shape)
      }
      z.append(value)
      if layer < depth { h.append(try activation.value(value)) }
    }
    return (h, z)
  }

  public func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node {
    let z = try forward(parameters, inputs: inputs).z
    return z[depth - 1]
  }

  public func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node? { nil }

  /// For each layer l = 1, ..., L: h_{l-1} and Δ_l at the given output entries, entries × width.
  private func factors(
    _ parameters: [Node], _ points: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> [(h: Node, delta: Node)] {
    let (h, z) = try forward(parameters, inputs: points.inputs)
    let inputRows = points.entries.map { $0 / outputCount }
    let outputRows = points.entries.map { $0 % outputCount }
    var delta = try points.inputs.graph.identity(outputCount).select(rows: outputRows)
    var factors = [(h: try h[depth - 1].select(rows: inputRows), delta: delta)]
    for layer in stride(from: depth - 1, through: 1, by: -1) {
      let slope = try activation.derivative(z[layer - 1]).select(rows: inputRows)
      let above = weights(parameters, layer + 1)
      let propagated =
        layer == depth - 1 ? try above.select(rows: outputRows) : try delta.times(above)
      delta = try propagated * slope
      factors.append((try h[layer - 1].select(rows: inputRows), delta))
    }
    return factors.reversed()
  }

  public func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    let leftFactors = try factors(parameters, left)
    let rightFactors = try factors(parameters, right)
    var sum: Node?
    for (a, b) in zip(leftFactors, rightFactors) {
      var ofInputs = try a.h.times(b.h.transposed())
      if hasBias { ofInputs = try ofInputs + 1 }
      let term = try ofInputs * a.delta.times(b.delta.transposed())
      sum = try sum.map { (partial) throws(ShapeError) in try partial + term } ?? term
    }
    return sum ?? left.inputs.graph.zero(Shape(left.entries.count, right.entries.count))
  }
}
