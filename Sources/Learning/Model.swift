import ComputationGraph
import Multiprecision

/// A parametrised function x → f(x; θ), written once, as a computation graph.
///
/// Inputs are the rows of an N × d matrix, outputs the rows of an N × K matrix. An output entry is counted as
/// n·K + k. Parameters are a list of matrices; as one vector they are taken in order, each row by row.
public protocol Model: Sendable {
  /// d, the number of entries of an input.
  var inputCount: Int { get }
  /// K, the number of entries of an output.
  var outputCount: Int { get }
  /// The names of the parameters, in order: `W_1`, `b_1`, `u`, ...
  var parameterNames: [String] { get }
  var parameterShapes: [Shape] { get }

  /// f at each row of `inputs` (N × d): N × K.
  func outputs(_ parameters: [Node], inputs: Node) throws(ShapeError) -> Node

  /// The kernel J Jᵀ between output entries: entry (a, b) is the inner product of the parameter gradients of
  /// left entry a and right entry b. Contracted layer by layer, without the Jacobian.
  ///
  /// - Parameters:
  ///   - left: inputs, N × d, and the output entries n·K + k wanted.
  ///   - right: likewise.
  /// - Returns: left entries × right entries.
  func kernel(
    _ parameters: [Node], _ left: (inputs: Node, entries: [Int]), _ right: (inputs: Node, entries: [Int])
  ) throws(ShapeError) -> Node

  /// The matrix W (K × d) with f(x) = W x, for models that are linear in x; nil for others.
  func endToEndMatrix(_ parameters: [Node]) throws(ShapeError) -> Node?

  /// Whether f(x) = W(θ) x.
  var isLinearInInputs: Bool { get }
  /// For models that are linear in x, the largest rank of W(θ) for any θ.
  var largestRank: Int { get }
  /// Whether the Jacobian ∂f/∂θ does not depend on θ.
  var hasConstantJacobian: Bool { get }

  /// For each scalar parameter one that a symmetry ties it to at `parameters` (itself if there is none).
  ///
  /// A permutation of the parameters that leaves every output and these parameters as they are makes the columns
  /// of J equal that it exchanges; they then stay equal along every flow. So J has at most as many different
  /// columns as there are representatives.
  func tiedParameters(_ parameters: [Matrix<Rational>]) -> [Int]
}

extension Model {
  public var largestRank: Int { min(inputCount, outputCount) }
  public var hasConstantJacobian: Bool { false }
  public func tiedParameters(_ parameters: [Matrix<Rational>]) -> [Int] { Array(0..<parameterCount) }

  /// P, the number of scalar parameters.
  public var parameterCount: Int { parameterShapes.reduce(0) { $0 + $1.count } }

  /// Fresh variables for the parameters.
  public func parameterVariables(in graph: Graph) -> [Node] {
    zip(parameterShapes, parameterNames).map { graph.variable($0, name: $1) }
  }
}

/// A model whose description is not one.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The field of the description.
  public let field: String
  public let reason: String

  public init(field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }

  public var description: String { "\(field): \(reason)" }
}
