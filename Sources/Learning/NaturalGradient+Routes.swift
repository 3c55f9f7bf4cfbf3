import ComputationGraph
import Multiprecision

/// The routes of `NaturalGradientRoute`, as nodes.
extension NaturalGradient {
  /// The outputs' velocity -D⁻¹(μ - y), divided by each point's weight over its sample count.
  private func naturalResidual(_ parameters: [Node]) throws -> Node {
    let graph = parameters[0].graph
    let outputs = try problem.model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let residual = try problem.likelihood.naturalResidual(outputs, targets: groups.targets)
    let free = residual.shape.columns
    let K = problem.model.outputCount
    return try residual.reshaped(to: Shape(residual.shape.count, 1))
      .select(rows: groups.points.entries.map { $0 / K * free + $0 % K })
  }

  func outputVelocity(_ parameters: [Node]) throws -> [Node] {
    guard let (points, weights) = points, let trainingPlaces else {
      throw ProblemError(
        field: "flow.fisher", "the route \(NaturalGradientRoute.outputs) needs every training input")
    }
    let graph = parameters[0].graph
    let rates = zip(trainingPlaces, groups.points.entries).map { place, entry in
      groups.counts.elements[entry] / weights[place]
    }
    var residual = try naturalResidual(parameters)
    if rates.contains(where: { $0 != 1 }) {
      residual = try graph.constant(Matrix(rows: rates.count, columns: 1, elements: rates)) * residual
    }
    let target = try residual.embedded(rows: trainingPlaces, in: Shape(points.count, 1))
    let kernel = try points.kernel(problem.model, parameters, with: points)
    return try points.pullback(problem.model, parameters, kernel.solving(target)).map { try -$0 }
  }

  func endToEndVelocity(_ parameters: [Node]) throws -> [Node] {
    if let system = try endToEndSystem {
      return try endToEndVelocity(parameters, system.units, natural: system.naturalGradient(parameters))
    }
    let gradient = try endToEndGradient(parameters)
    return try endToEndVelocity(
      parameters, try unitPoints, natural: endToEndFisher(parameters).solving(gradient))
  }

  /// -J⁺ times the natural gradient at `units`, where J has full row rank.
  func endToEndVelocity(_ parameters: [Node], _ units: OutputPoints, natural: Node) throws -> [Node] {
    let kernel = try units.kernel(problem.model, parameters, with: units)
    return try units.pullback(problem.model, parameters, kernel.solving(natural)).map { try -$0 }
  }

  /// ∇_β L at the unit points: entry (i, k) is Σ over training points of x_i ∂L/∂f_k.
  private func endToEndGradient(_ parameters: [Node]) throws -> Node {
    let residual = try problem.outputResidual(parameters, groups: groups)
    return try designMatrix(groups.points, in: residual.graph).transposed().times(residual)
  }

  /// M: the Fisher matrix of β in the coordinates of the unit points.
  private func endToEndFisher(_ parameters: [Node]) throws -> Node {
    let graph = parameters[0].graph
    guard let (points, weights) = points else {
      guard case .secondMoment(let moment) = measure else { return graph.identity(try unitPoints.count) }
      let K = problem.model.outputCount
      let size = problem.model.inputCount * K
      return graph.constant(
        Matrix(rows: size, columns: size) { row, column in
          row % K == column % K ? moment[row / K, column / K] : 0
        })
    }
    let design = try designMatrix(points, in: graph)
    return try design.transposed().times(applyMetric(to: design, parameters, points, weights))
  }

  /// Points × unit points: entry (n, k), (i, k') is x_{n,i} if k = k'.
  private func designMatrix(_ points: OutputPoints, in graph: Graph) throws -> Node {
    let K = points.outputCount
    let units = try unitPoints
    try points.checkMemory(ofSquareWith: units)
    return graph.constant(
      Matrix(rows: points.count, columns: units.count) { row, column in
        let (entry, unit) = (points.entries[row], units.entries[column])
        return entry % K == unit % K ? points.inputs[entry / K, unit / K] : 0
      })
  }

  /// D·B with the weights, where D is the Fisher matrix of the outputs at the points: diagonal, or for the
  /// categorical diag(p) - p pᵀ for each input, applied as p ∘ (B - Σ p ∘ B).
  private func applyMetric(
    to matrix: Node, _ parameters: [Node], _ points: OutputPoints, _ weights: [Rational]
  ) throws -> Node {
    let graph = parameters[0].graph
    let outputs = try problem.model.outputs(parameters, inputs: graph.constant(points.inputs))
    let factors = try problem.likelihood.varianceFactors(outputs)
      .reshaped(to: Shape(outputs.shape.count, 1)).select(rows: points.entries)
    var result: Node
    if points.areContrasts {
      let K = points.outputCount
      try points.checkMemory(ofSquareWith: points)
      let sameInput = graph.constant(
        Matrix(rows: points.count, columns: points.count) {
          $0 != $1 && points.entries[$0] / K == points.entries[$1] / K ? 1 : 0
        })
      // p_k (1 - p_k) B_k - p_k Σ_{j≠k} p_j B_j, with 1 - p_k as the sum of the others.
      let all = try problem.likelihood.varianceFactors(outputs)
      let others = try all.times(Likelihood.othersSum(all.shape.columns, in: graph))
        .reshaped(to: Shape(all.shape.count, 1)).select(rows: points.entries)
      let probabilities = try factors.broadcast(to: matrix.shape)
      result =
        try probabilities
        * (others.broadcast(to: matrix.shape) * matrix - sameInput.times(probabilities * matrix))
    } else {
      result = try factors.broadcast(to: matrix.shape) * matrix
    }
    if weights.contains(where: { $0 != 1 }) {
      result = try graph.constant(Matrix(column: weights)).broadcast(to: matrix.shape) * result
    }
    return result
  }

  func rankFactorVelocity(_ parameters: [Node], basis: [Int]?) throws -> [Node] {
    guard let (points, weights) = points else {
      throw ProblemError(field: "flow.fisher", "the route rankFactor needs inputs, not a second moment")
    }
    let basis = points.subset(try basis ?? rank(points).rows)
    let cross = try basis.kernel(problem.model, parameters, with: points)
    let fisher = try cross.times(applyMetric(to: cross.transposed(), parameters, points, weights))
    let toTraining =
      trainingPlaces.map { $0 == Array(0..<points.count) } ?? false
      ? cross : try basis.kernel(problem.model, parameters, with: groups.points)
    let gradient = try toTraining.times(problem.outputResidual(parameters, groups: groups))
    return try basis.pullback(problem.model, parameters, fisher.solving(gradient)).map { try -$0 }
  }

  /// For F and ∇L as sums, with the λ of their normalisation's Fisher matrix times what that divides F by:
  /// (F + λ)⁻¹ = (1/λ)(1 - Jᵀ (λ + D J Jᵀ)⁻¹ D J); where the measure is the training inputs the gradient is
  /// Jᵀ r and it simplifies to Jᵀ (λ + D J Jᵀ)⁻¹ r.
  func dampedVelocity(_ parameters: [Node]) throws -> [Node] {
    guard let (points, weights) = points else {
      throw ProblemError(field: "flow.damping", "damping needs a measure of inputs, not a second moment")
    }
    let graph = parameters[0].graph
    let damping = self.damping * fisherTotal
    let kernel = try points.kernel(problem.model, parameters, with: points)
    let damped =
      try damping * graph.identity(points.count)
      + applyMetric(to: kernel, parameters, points, weights)
    let residual = try problem.outputResidual(parameters, groups: groups)
    if let trainingPlaces {
      let target = try residual.embedded(rows: trainingPlaces, in: Shape(points.count, 1))
      return try points.pullback(problem.model, parameters, damped.solving(target)).map { try -$0 }
    }
    let cross = try points.kernel(problem.model, parameters, with: groups.points)
    let moved = try damped.solving(
      applyMetric(to: cross.times(residual), parameters, points, weights))
    let correction = try points.pullback(problem.model, parameters, moved)
    let gradient = try problem.lossGradient(parameters)
    return try zip(gradient, correction).map { gradient, correction in
      try (1 / damping) * (correction - gradient)
    }
  }
}
