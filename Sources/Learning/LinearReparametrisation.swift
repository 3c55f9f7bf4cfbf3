import ComputationGraph
import Multiprecision

/// A model in other linear coordinates of its parameters: θ = A φ with an invertible A, where θ is the vector of
/// the base model's parameters, in order, each row by row. Its one parameter is φ, P × 1.
///
/// The kernel is J A Aᵀ Jᵀ, from the Jacobian itself, which is differentiated entry by entry: for small models.
///
/// **Source**: docs/theory, T8.
public struct LinearReparametrisation: Model {
  public let base: any Model
  /// A, P × P.
  public let matrix: Matrix<Rational>
  private let inverse: Matrix<Rational>

  /// - Throws: `ModelError` for a matrix that is not P × P or not invertible.
  public init(of base: any Model, by matrix: Matrix<Rational>) throws(ModelError) {
    let count = base.parameterCount
    guard matrix.rows == count, let inverse = try? matrix.inverse() else {
      throw ModelError(
        field: "matrix", "found \(matrix.rows)×\(matrix.columns), expected an invertible \(count)×\(count)")
    }
    (self.base, self.matrix, self.inverse) = (base, matrix, inverse)
  }

  public var inputCount: Int { base.inputCount }
  public var outputCount: Int { base.outputCount }
  public var parameterNames: [String] { ["phi"] }
  public var parameterShapes: [Shape] { [Shape(matrix.rows, 1)] }
  public var isLinearInInputs: Bool { base.isLinearInInputs }
  public var hasConstantJacobian: Bool { base.hasConstantJacobian }

  /// φ = A⁻¹ θ.
  public func coordinates(of parameters: [Matrix<Rational>]) -> [Matrix<Rational>] {
    [inverse * Matrix(column: parameters.flatMap(\.elements))]
  }

  /// The base model's parameters, θ = A φ.
  public func baseParameters(_ parameters: [Node]) throws(ShapeError) -> [Node] {
    let all = try parameters[0].graph.constant(matrix).times(parameters[0])
    var first = 0
    var result: [Node] = []
    for shape in base.parameterShapes {
      result.append(
        try all.slice(rows: first..<first + shape.count, columns: 0..<1).reshaped(to: shape))
      first += shape.count
    }
    return result
  }

  public func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node {
    try base.outputs(baseParameters(parameters), inputs: inputs)
  }

  public func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node? {
    try base.endToEndMatrix(baseParameters(parameters))
  }

  public func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    try jacobian(parameters, left).times(jacobian(parameters, right).transposed())
  }

  /// ∂f/∂φ at some output entries.
  private func jacobian(
    _ parameters: [Node], _ points: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node {
    let outputs = try outputs(parameters, inputs: points.inputs)
    do {
      return try outputs.graph.jacobian(of: outputs, by: parameters).select(rows: points.entries)
    } catch let error as ShapeError {
      throw error
    } catch {
      throw ShapeError("jacobian", [outputs.shape], expected: "operations with a derivative (\(error))")
    }
  }
}
