import ComputationGraph
import Multiprecision

/// f(x) = x·β(θ) with one output and β given coordinate by coordinate.
///
/// The kernel is X diag(κ) Xᵀ with κ_i = |∂β_i/∂θ|².
public struct DiagonalModel: Model {
  public enum Form: String, Sendable, CaseIterable {
    /// β = u_1 ∘ ⋯ ∘ u_L.
    case product
    /// β = u^L - v^L.
    case difference
  }

  public let inputCount: Int
  public let form: Form
  /// L ≥ 1.
  public let depth: Int

  /// - Throws: `ModelError` for a dimension or depth below 1.
  public init(inputCount: Int, form: Form, depth: Int) throws(ModelError) {
    guard inputCount >= 1 else {
      throw ModelError(field: "dimension", "found \(inputCount), expected at least 1")
    }
    guard depth >= 1 else { throw ModelError(field: "depth", "found \(depth), expected at least 1") }
    self.inputCount = inputCount
    self.form = form
    self.depth = depth
  }

  public var outputCount: Int { 1 }
  public var parameterNames: [String] {
    form == .difference ? ["u", "v"] : (1...depth).map { "u_\($0)" }
  }
  public var parameterShapes: [Shape] { parameterNames.map { _ in Shape(inputCount, 1) } }
  public var isLinearInInputs: Bool { true }
  public var hasConstantJacobian: Bool { depth == 1 }

  /// β, d × 1.
  private func coefficients(_ parameters: [Node]) throws(ShapeError) -> Node {
    switch form {
    case .difference: return try parameters[0].power(depth) - parameters[1].power(depth)
    case .product:
      var product = parameters[0]
      for factor in parameters.dropFirst() { product = try product * factor }
      return product
    }
  }

  /// κ, d × 1.
  private func squaredGradients(_ parameters: [Node]) throws(ShapeError) -> Node {
    switch form {
    case .difference:
      let exponent = 2 * (depth - 1)
      let sum = try parameters[0].power(exponent) + parameters[1].power(exponent)
      return try Rational(depth * depth) * sum
    case .product:
      var sum: Node?
      for layer in parameters.indices {
        var product: Node?
        for other in parameters.indices where other != layer {
          let factor = parameters[other]
          product =
            try product.map { (partial) throws(ShapeError) in try partial * factor } ?? factor
        }
        let slope = product ?? parameters[0].graph.constant(1, shape: Shape(inputCount, 1))
        let square = try slope * slope
        sum = try sum.map { (partial) throws(ShapeError) in try partial + square } ?? square
      }
      return sum ?? parameters[0].graph.zero(Shape(inputCount, 1))
    }
  }

  public func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node {
    try inputs.times(coefficients(parameters))
  }

  public func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node? {
    try coefficients(parameters).transposed()
  }

  public func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    let a = try left.inputs.select(rows: left.entries)
    let b = try right.inputs.select(rows: right.entries)
    let weights = try squaredGradients(parameters).transposed().broadcast(to: a.shape)
    return try (a * weights).times(b.transposed())
  }
}
