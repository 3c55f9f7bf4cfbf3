import Multiprecision

/// A computation graph of matrices: an arena of nodes, each an operation on earlier nodes.
///
/// Equal subexpressions are shared, so a graph transformation (a derivative, a vector field) costs only what
/// is new in it. A graph belongs to the task that builds it.
public final class Graph {
  struct Entry {
    let operation: any Operation
    let operands: [Int]
    let shape: Shape
    let dependsOnVariables: Bool
  }

  private struct Key: Hashable {
    let operation: String
    let operands: [Int]
  }

  private(set) var entries: [Entry] = []
  private var known: [Key: Int] = [:]
  private var variableCount = 0

  public init() {}

  public var count: Int { entries.count }

  /// A matrix that is given from outside: a parameter, the state of a flow.
  public func variable(_ shape: Shape, name: String) -> Node {
    let operation = Variable(index: variableCount, shape: shape, name: name)
    variableCount += 1
    return insert(operation, operands: [], shape: shape, dependsOnVariables: true)
  }

  public func constant(_ value: Matrix<Rational>) -> Node {
    let operation = Constant(value: value)
    return insert(
      operation, operands: [], shape: Shape(value.rows, value.columns), dependsOnVariables: false)
  }

  public func constant(_ value: Rational, shape: Shape = .scalar) -> Node {
    constant(Matrix(rows: shape.rows, columns: shape.columns, repeating: value))
  }

  public func zero(_ shape: Shape) -> Node { constant(0, shape: shape) }

  public func identity(_ size: Int) -> Node {
    constant(Matrix(rows: size, columns: size) { row, column in row == column ? 1 : 0 })
  }

  /// The node of `operation` applied to `operands`; an equal node that exists already is returned as it is.
  public func apply(_ operation: any Operation, _ operands: [Node]) throws(ShapeError) -> Node {
    let shape = try operation.shape(of: operands.map(\.shape))
    return insert(
      operation, operands: operands.map(\.index), shape: shape,
      dependsOnVariables: operands.contains { entries[$0.index].dependsOnVariables })
  }

  private func insert(
    _ operation: any Operation, operands: [Int], shape: Shape, dependsOnVariables: Bool
  ) -> Node {
    let key = Key(operation: operation.key, operands: operands)
    if let index = known[key] { return Node(graph: self, index: index) }
    let index = entries.count
    entries.append(
      Entry(
        operation: operation, operands: operands, shape: shape, dependsOnVariables: dependsOnVariables))
    known[key] = index
    return Node(graph: self, index: index)
  }

  /// The indices of the nodes that `outputs` need, operands before results.
  func order(for outputs: [Node]) -> [Int] {
    var needed = [Bool](repeating: false, count: entries.count)
    for output in outputs { needed[output.index] = true }
    for index in stride(from: entries.count - 1, through: 0, by: -1) where needed[index] {
      for operand in entries[index].operands { needed[operand] = true }
    }
    return needed.indices.filter { needed[$0] }
  }
}

/// A matrix in a computation graph.
public struct Node {
  public let graph: Graph
  public let index: Int

  var entry: Graph.Entry { graph.entries[index] }
  public var shape: Shape { entry.shape }
  public var operation: any Operation { entry.operation }
  public var operands: [Node] { entry.operands.map { Node(graph: graph, index: $0) } }

  /// Whether the value is the same for every value of the variables.
  public var isConstant: Bool { !entry.dependsOnVariables }
}
