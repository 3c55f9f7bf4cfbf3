extension Graph {
  /// Reverse mode: the products cotangentᵀ · ∂output/∂variable, as new nodes of this graph.
  ///
  /// - Parameters:
  ///   - outputs: pairs of a node and its cotangent, which has the node's shape.
  ///   - variables: the nodes to differentiate with respect to.
  /// - Returns: for each variable a node of its shape (zero where nothing depends on it).
  public func pullback(_ outputs: [(node: Node, cotangent: Node)], to variables: [Node]) throws -> [Node] {
    var cotangents: [Int: Node] = [:]
    func accumulate(_ cotangent: Node, at index: Int) throws {
      if let present = cotangents[index] {
        cotangents[index] = try present + cotangent
      } else {
        cotangents[index] = cotangent
      }
    }
    for (node, cotangent) in outputs {
      guard node.shape == cotangent.shape else {
        throw ShapeError("cotangent", [node.shape, cotangent.shape], expected: "the shape of its node")
      }
      try accumulate(cotangent, at: node.index)
    }
    let reachesVariable = dependence(on: variables)
    let targets = Set(variables.map(\.index))
    for index in order(for: outputs.map(\.node)).reversed() where reachesVariable(index) {
      guard let cotangent = cotangents[index], !targets.contains(index) else { continue }
      let node = Node(graph: self, index: index)
      let contributions = try node.operation.cotangents(
        of: node, operands: node.operands, cotangent: cotangent)
      for (operand, contribution) in zip(node.operands, contributions) where reachesVariable(operand.index) {
        if let contribution { try accumulate(contribution, at: operand.index) }
      }
    }
    return variables.map { cotangents[$0.index] ?? zero($0.shape) }
  }

  /// Forward mode: the directional derivative of each output, as new nodes of this graph.
  ///
  /// - Parameter directions: pairs of a variable and its tangent, which has the variable's shape.
  public func pushforward(_ outputs: [Node], along directions: [(variable: Node, tangent: Node)]) throws
    -> [Node]
  {
    var tangents: [Int: Node] = [:]
    for (variable, tangent) in directions {
      guard variable.shape == tangent.shape else {
        throw ShapeError("tangent", [variable.shape, tangent.shape], expected: "the shape of its variable")
      }
      tangents[variable.index] = tangent
    }
    for index in order(for: outputs) where tangents[index] == nil {
      let node = Node(graph: self, index: index)
      let operandTangents = node.operands.map { tangents[$0.index] }
      guard operandTangents.contains(where: { $0 != nil }) else { continue }
      tangents[index] = try node.operation.tangent(
        of: node, operands: node.operands, tangents: operandTangents)
    }
    return outputs.map { tangents[$0.index] ?? zero($0.shape) }
  }

  /// The Jacobian of `output` with respect to `variables`, row by row: entry (i, p) is the derivative of the
  /// i-th entry of the output (row-major) by the p-th parameter (variables in order, each row-major).
  ///
  /// Complexity: one reverse pass for each entry of the output. For checks and small models; the kernel
  /// J Jᵀ of a model is contracted without it.
  public func jacobian(of output: Node, by variables: [Node]) throws -> Node {
    let rows = try (0..<output.shape.count).map { entry in
      let seed = constant(
        .init(rows: output.shape.rows, columns: output.shape.columns) { row, column in
          row * output.shape.columns + column == entry ? 1 : 0
        })
      let gradients = try pullback([(output, seed)], to: variables)
      return try Node.joined(gradients.map { try $0.reshaped(to: Shape(1, $0.shape.count)) })
    }
    return try Node.stacked(rows)
  }

  private func dependence(on variables: [Node]) -> (Int) -> Bool {
    var depends = [Bool](repeating: false, count: entries.count)
    for variable in variables { depends[variable.index] = true }
    for index in entries.indices where !depends[index] {
      depends[index] = entries[index].operands.contains { depends[$0] }
    }
    return { $0 < depends.count && depends[$0] }
  }
}
