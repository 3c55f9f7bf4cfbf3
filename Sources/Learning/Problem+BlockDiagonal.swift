import ComputationGraph
import Multiprecision

extension Problem {
  /// Block-diagonal natural gradient flow: θ_b' = -F_b⁺ ∇_b L for each block b of parameters, where F_b is the
  /// block of the Fisher matrix of the training inputs. The problem's own flow is not looked at.
  ///
  /// With J_b = ∂f/∂θ_b and rows R of it that form a basis of its row space, F_b⁺ J_bᵀ = Rᵀ A⁻¹ R J_bᵀ with
  /// A = (R J_bᵀ) D (J_b Rᵀ): the route `rankFactor`, on explicit Jacobians. Each basis is taken at the start,
  /// by pivots that are certainly positive; where one loses rank, an integration stops.
  ///
  /// **Assumptions**: a family whose outputs are independent (not categorical).
  /// **Units**: as with the Fisher matrix of the training inputs, loss and Fisher matrix both sums or both means.
  /// **Source**: docs/theory, T11. **Complexity**: one reverse pass for each output.
  ///
  /// - Parameter blocks: indices of parameter matrices; each in one block.
  public func blockDiagonalField(blocks: [[Int]]) throws -> VectorField {
    guard likelihood != .categorical else {
      throw ProblemError(
        field: "likelihood", "found \(likelihood.rawValue), expected a family of independent outputs")
    }
    guard blocks.joined().sorted() == Array(model.parameterShapes.indices) else {
      throw ProblemError(field: "blocks", "found \(blocks), expected each parameter in one block")
    }
    let groups = try trainingGroups()
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let outputs = try model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let observed = try groups.points.values(of: outputs)
    let counts = graph.constant(Matrix(column: groups.points.entries.map { groups.counts.elements[$0] }))
    let variances = try counts * groups.points.values(of: likelihood.varianceFactors(outputs))
    let residual = try outputResidual(parameters, groups: groups)
    var velocity = parameters
    for block in blocks {
      let jacobian = try graph.jacobian(of: observed, by: block.map { parameters[$0] })
      let basis = try jacobian.select(rows: independentRows(of: jacobian, parameters))
      let cross = try basis.times(jacobian.transposed())
      let weighted =
        try variances.broadcast(to: Shape(cross.shape.columns, cross.shape.rows)) * cross.transposed()
      let solution = try cross.times(weighted).solving(cross.times(residual))
      let direction = try basis.transposed().times(solution)
      var start = 0
      for index in block {
        let shape = parameters[index].shape
        let part = try direction.slice(rows: start..<start + shape.count, columns: 0..<1)
        velocity[index] = try -part.reshaped(to: shape)
        start += shape.count
      }
    }
    return try VectorField(graph: graph, state: parameters, velocity: velocity)
  }

  /// That each block's Jacobian has full row rank: proved at the start; later an integration stops where it fails.
  public func blockDiagonalConditions(blocks: [[Int]]) throws -> [Condition] {
    let groups = try trainingGroups()
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let outputs = try model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let observed = try groups.points.values(of: outputs)
    return try blocks.enumerated().map { index, block in
      let jacobian = try graph.jacobian(of: observed, by: block.map { parameters[$0] })
      let rank = try independentRows(of: jacobian, parameters).count
      let rows = jacobian.shape.rows
      return Condition(
        "the Jacobian of block \(index + 1) has full row rank",
        rank == rows ? .monitored : rows > jacobian.shape.columns ? .violated : .undecided,
        "rank \(rank) or more of \(rows) rows at t = 0, by positive pivots")
    }
  }

  /// Rows of a Jacobian that are certainly independent at the initial parameters, as many as pivoting finds.
  private func independentRows(of jacobian: Node, _ parameters: [Node]) throws -> [Int] {
    let precision = RankCertificate.leastPrecision
    let kernel = try jacobian.graph.evaluate(
      [jacobian.times(jacobian.transposed())],
      variables: zip(parameters, initial).map { ($0, $1.map { Ball($0, precision: precision) }) },
      precision: precision)[0]
    return try RankCertificate.pivots(kernel, atMost: min(jacobian.shape.rows, jacobian.shape.columns))
  }
}
