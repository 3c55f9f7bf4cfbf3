import ComputationGraph
import Multiprecision
import Testing

/// One use of an operation, on which every general check is run.
struct OperationCase: Sendable, CustomTestStringConvertible {
  /// What values an operand takes.
  enum Operand: Sendable {
    case any(Shape)
    /// Entries between 1/2 and 5/2.
    case positive(Shape)
    /// A square matrix with a dominant diagonal.
    case regular(Int)

    var shape: Shape {
      switch self {
      case .any(let shape), .positive(let shape): shape
      case .regular(let size): Shape(size, size)
      }
    }
  }

  let name: String
  let operands: [Operand]
  let build: @Sendable ([Node]) throws -> Node

  init(_ name: String, _ operands: [Operand], _ build: @escaping @Sendable ([Node]) throws -> Node) {
    (self.name, self.operands, self.build) = (name, operands, build)
  }

  var testDescription: String { name }

  /// The operation on fresh variables of a fresh graph.
  func graph() throws -> (graph: Graph, variables: [Node], output: Node) {
    let graph = Graph()
    let variables = operands.enumerated().map { graph.variable($1.shape, name: "x_\($0)") }
    return (graph, variables, try build(variables))
  }

  func values(_ generator: inout SplitMix64) -> [Matrix<Rational>] {
    operands.map { operand in
      let noise = generator.matrix(operand.shape)
      switch operand {
      case .any: return noise.map { $0 * 2 }
      case .positive: return noise.map { $0 + Rational(3, 2) }
      case .regular(let size): return noise + Matrix<Rational>.identity(size).map { $0 * Rational(size + 1) }
      }
    }
  }

  func directions(_ generator: inout SplitMix64) -> [Matrix<Rational>] {
    operands.map { generator.matrix($0.shape) }
  }
}

extension [Matrix<Rational>] {
  func rounded(_ precision: Int) -> [Matrix<BigFloat>] { map { Matrix<BigFloat>($0, precision: precision) } }
}

extension Matrix<BigFloat> {
  /// log2 of the largest magnitude among the entries.
  var log2Magnitude: Double { (elements.map(\.log10Magnitude).max() ?? -.infinity) * 3.321_928_094_887_362 }

  /// ⟨a, b⟩ = Σ a_ij b_ij
  func dot(_ other: Matrix<BigFloat>) -> BigFloat {
    zip(elements, other.elements).reduce(.zero) { $0 + $1.0 * $1.1 }
  }
}
