import ComputationGraph
import Multiprecision

/// The three ways to compute a natural gradient without forming and inverting the Fisher matrix.
public enum NaturalGradientRoute: String, Sendable, CaseIterable {
  /// θ' = Jᵀ (J Jᵀ)⁻¹ f', where J is the Jacobian at the measure's distinct inputs, of full row rank, and f'
  /// the outputs' velocity, which the likelihood knows: D⁻¹(μ - y) at training inputs, 0 elsewhere.
  case outputs
  /// θ' = -Jbᵀ (Jb Jbᵀ)⁻¹ M⁻¹ ∇_β L for models linear in x under a spanning measure: Jb = ∂β/∂θ has full row
  /// rank and M, the Fisher matrix of β, is positive definite.
  case endToEnd
  /// θ' = -Rᵀ A⁻¹ (R Jᵀ) r with A = (R J_νᵀ) D (J_ν Rᵀ), where R are rows of J_ν that form a basis of its row
  /// space: the Moore–Penrose natural gradient for any constant rank.
  case rankFactor
  /// θ' = -(F + λ)⁻¹ ∇L by the Woodbury identity, for damping λ > 0.
  case damped
}

/// The natural gradient of a problem: the measure's points, ranks at the start, and the velocity as nodes.
struct NaturalGradient {
  let problem: Problem
  let measure: FisherMeasure
  let damping: Rational
  let groups: Problem.TrainingGroups

  /// The measure as points with weights; nil for a second-moment matrix.
  let points: (outputs: OutputPoints, weights: [Rational])?
  /// Training point → the measure's point that is the same output; nil if one is missing.
  let trainingPlaces: [Int]?

  init(problem: Problem) throws {
    guard case .naturalGradient(let measure, let damping) = problem.flow else {
      throw ProblemError(field: "flow.kind", "expected natural-gradient")
    }
    self.problem = problem
    self.measure = measure
    self.damping = damping
    groups = try problem.trainingGroups()
    let (training, points) = (groups.points, Self.points(of: measure, problem: problem, groups: groups))
    self.points = points
    trainingPlaces = points.flatMap { Self.places(of: training, in: $0.outputs) }
  }

  private static func points(
    of measure: FisherMeasure, problem: Problem, groups: Problem.TrainingGroups
  ) -> (outputs: OutputPoints, weights: [Rational])? {
    let model = problem.model
    switch measure {
    case .secondMoment: return nil
    case .trainingInputs, .observedEntries:
      return (groups.points, groups.points.entries.map { groups.counts.elements[$0] })
    case .allEntries:
      let points = OutputPoints(inputs: groups.points.inputs, model: model, likelihood: problem.likelihood)
      let sampleCounts = problem.data.groups().map { Rational($0.samples.count) }
      return (points, points.entries.map { sampleCounts[$0 / model.outputCount] })
    case .inputs(let inputs, let weights):
      var places: [[Rational]: Int] = [:]
      var distinct: [[Rational]] = []
      var total: [Rational] = []
      for row in 0..<inputs.rows {
        if let place = places[inputs.row(row)] {
          total[place] += weights[row]
        } else {
          places[inputs.row(row)] = distinct.count
          distinct.append(inputs.row(row))
          total.append(weights[row])
        }
      }
      let points = OutputPoints(inputs: Matrix(rows: distinct), model: model, likelihood: problem.likelihood)
      return (points, points.entries.map { total[$0 / model.outputCount] })
    }
  }

  private static func places(of training: OutputPoints, in points: OutputPoints) -> [Int]? {
    let K = training.outputCount
    var known: [[Rational]: [Int: Int]] = [:]
    for (place, entry) in points.entries.enumerated() {
      known[points.inputs.row(entry / K), default: [:]][entry % K] = place
    }
    var places: [Int] = []
    for entry in training.entries {
      guard let place = known[training.inputs.row(entry / K)]?[entry % K] else { return nil }
      places.append(place)
    }
    return places
  }

  /// The unit inputs: the outputs there are the entries of the end-to-end matrix, column by column.
  var unitPoints: OutputPoints {
    OutputPoints(
      inputs: .identity(problem.model.inputCount), model: problem.model, likelihood: problem.likelihood)
  }

  /// What the Fisher matrix as a sum is divided by.
  private var fisherTotal: Rational {
    guard problem.normalisation == .mean else { return 1 }
    return switch measure {
    case .secondMoment: 1
    case .inputs(_, let weights): weights.reduce(0, +)
    case .trainingInputs: Rational(problem.data.count)
    case .allEntries: Rational(problem.data.targets.elements.count)
    case .observedEntries: Rational(problem.data.targets.elements.filter { $0 != nil }.count)
    }
  }

  /// Loss scale over Fisher scale.
  var rate: Rational { fisherTotal * problem.lossScale }

  /// The velocity of each parameter.
  ///
  /// - Parameter basis: for the route `rankFactor`, the rows of the Jacobian to use; nil chooses them at the
  ///   initial parameters.
  func velocity(_ parameters: [Node], route: NaturalGradientRoute, basis: [Int]? = nil) throws -> [Node] {
    let velocity =
      switch route {
      case .outputs: try outputVelocity(parameters)
      case .endToEnd: try endToEndVelocity(parameters)
      case .rankFactor: try rankFactorVelocity(parameters, basis: basis)
      case .damped: try dampedVelocity(parameters)
      }
    return rate == 1 ? velocity : try velocity.map { try rate * $0 }
  }

  /// The route that the problem's ranks at the start allow.
  func preferredRoute() throws -> NaturalGradientRoute {
    if damping.signum() > 0 { return .damped }
    if let points, trainingPlaces != nil, points.outputs.count <= problem.model.parameterCount,
      try hasFullRowRank(points.outputs)
    {
      return .outputs
    }
    if problem.model.isLinearInInputs, spans, try hasFullRowRank(unitPoints) { return .endToEnd }
    guard points != nil else {
      throw ProblemError(
        field: "flow.fisher.secondMoment", "needs initial parameters at which ∂β/∂θ has full row rank")
    }
    return .rankFactor
  }

  /// Whether M = Σ w A'' x xᵀ is positive definite for every β: the inputs span, every output is measured.
  var spans: Bool {
    guard let points else { return true }
    let free = problem.likelihood.freeOutputs(problem.model.outputCount)
    return points.outputs.inputs.rank() == problem.model.inputCount
      && points.outputs.count == points.outputs.inputs.rows * free
  }

  /// Whether the Jacobian at the points certainly has full row rank at the initial parameters.
  func hasFullRowRank(_ points: OutputPoints) throws -> Bool {
    try rank(points).rows.count == points.count
  }

  /// Rows of the Jacobian at the initial parameters that are certainly independent, as many as were found.
  func rank(_ points: OutputPoints) throws -> RankCertificate {
    try RankCertificate(model: problem.model, parameters: problem.initial, points: points)
  }

  // MARK: Routes

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

  private func outputVelocity(_ parameters: [Node]) throws -> [Node] {
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

  private func endToEndVelocity(_ parameters: [Node]) throws -> [Node] {
    let units = unitPoints
    let gradient = try endToEndGradient(parameters)
    let natural = try endToEndFisher(parameters).solving(gradient)
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
      guard case .secondMoment(let moment) = measure else { return graph.identity(unitPoints.count) }
      let K = problem.model.outputCount
      let size = problem.model.inputCount * K
      return graph.constant(
        Matrix(rows: size, columns: size) { row, column in
          row % K == column % K ? moment[row / K, column / K] : 0
        })
    }
    let design = designMatrix(points, in: graph)
    return try design.transposed().times(applyMetric(to: design, parameters, points, weights))
  }

  /// Points × unit points: entry (n, k), (i, k') is x_{n,i} if k = k'.
  private func designMatrix(_ points: OutputPoints, in graph: Graph) -> Node {
    let K = points.outputCount
    let units = unitPoints
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
      let sameInput = graph.constant(
        Matrix(rows: points.count, columns: points.count) {
          points.entries[$0] / K == points.entries[$1] / K ? 1 : 0
        })
      let probabilities = try factors.broadcast(to: matrix.shape)
      result = try probabilities * (matrix - sameInput.times(probabilities * matrix))
    } else {
      result = try factors.broadcast(to: matrix.shape) * matrix
    }
    if weights.contains(where: { $0 != 1 }) {
      result = try graph.constant(Matrix(column: weights)).broadcast(to: matrix.shape) * result
    }
    return result
  }

  private func rankFactorVelocity(_ parameters: [Node], basis: [Int]?) throws -> [Node] {
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
  private func dampedVelocity(_ parameters: [Node]) throws -> [Node] {
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
