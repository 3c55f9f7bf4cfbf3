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
  ///
  /// - Throws: `MemoryLimitError` where they are too many.
  var unitPoints: OutputPoints {
    get throws(MemoryLimitError) {
      let d = problem.model.inputCount
      try MemoryAccount.current.check(
        MemoryAccount.bytes(numbers: MemoryAccount.product(d, max(d, problem.model.outputCount))),
        for: "the unit inputs of a model with \(d)")
      return OutputPoints(inputs: .identity(d), model: problem.model, likelihood: problem.likelihood)
    }
  }

  /// What the Fisher matrix as a sum is divided by.
  var fisherTotal: Rational {
    guard problem.normalisation == .mean else { return 1 }
    return switch measure {
    case .secondMoment: 1
    case .inputs(_, let weights): weights.reduce(0, +)
    case .trainingInputs: Rational(problem.data.sampleCount)
    case .allEntries:
      Rational(problem.data.isMatrix ? problem.data.targets.elements.count : problem.data.count)
    case .observedEntries: Rational(problem.data.sampleCount)
    }
  }

  /// Loss scale over Fisher scale.
  var rate: Rational { fisherTotal * problem.lossScale }

  /// The velocity by `endToEnd` in the bases of a system.
  func velocity(_ parameters: [Node], system: EndToEndSystem) throws -> [Node] {
    try scaled(endToEndVelocity(parameters, system.units, natural: system.naturalGradient(parameters)))
  }

  private func scaled(_ velocity: [Node]) throws -> [Node] {
    rate == 1 ? velocity : try velocity.map { try rate * $0 }
  }

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
    return try scaled(velocity)
  }

  /// The system of the route `endToEnd` where it is more than a constant matrix; nil where it does not apply.
  ///
  /// - Throws: `MemoryLimitError` where its rows are too many.
  var endToEndSystem: EndToEndSystem? {
    get throws(MemoryLimitError) {
      problem.likelihood.hasConstantVariance ? nil : try EndToEndSystem(problem: problem, gradient: self)
    }
  }

  /// The route that the problem's ranks at the start allow.
  func preferredRoute() throws -> NaturalGradientRoute {
    if damping.signum() > 0 { return .damped }
    if let points, trainingPlaces != nil, points.outputs.count <= problem.model.parameterCount,
      try hasFullRowRank(points.outputs)
    {
      return .outputs
    }
    if problem.model.isLinearInInputs, spans, try hasFullRowRank(try unitPoints) { return .endToEnd }
    if let system = try endToEndSystem, try hasFullRowRank(system.units) { return .endToEnd }
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
    try RankCertificate.structuralBound(problem.model, points) == points.count
      && rank(points).rows.count == points.count
  }

  /// Rows of the Jacobian at the initial parameters that are certainly independent, as many as were found.
  func rank(_ points: OutputPoints) throws -> RankCertificate {
    try RankCertificate(model: problem.model, parameters: problem.initial, points: points)
  }
}
