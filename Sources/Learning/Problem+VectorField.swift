import ComputationGraph
import Multiprecision

extension Problem {
  /// The training samples by distinct input: mean targets and sample counts. Samples that share an input share
  /// its output, so loss and gradient depend on them through these only.
  struct TrainingGroups {
    let points: OutputPoints
    /// Distinct inputs × K; unobserved targets are 0 and not among the points.
    let targets: Matrix<Rational>
    /// Distinct inputs × K: how many samples observe the entry.
    let counts: Matrix<Rational>
  }

  func trainingGroups() throws(ProblemError) -> TrainingGroups {
    let groups = data.groups()
    let K = model.outputCount
    var targets: [Rational] = []
    var counts: [Rational] = []
    for group in groups {
      for k in 0..<K {
        let observed = group.samples.compactMap { data.targets[$0, k] }
        let count = Rational(observed.count)
        counts.append(count)
        targets.append(observed.isEmpty ? 0 : observed.reduce(0, +) / count)
      }
    }
    let free = likelihood.freeOutputs(K)
    let entries = (0..<groups.count).flatMap { g in (0..<free).map { g * K + $0 } }
      .filter { !counts[$0].isZero }
    let inputs = Matrix(rows: groups.map(\.input))
    return TrainingGroups(
      points: OutputPoints(
        inputs: inputs, entries: entries, outputCount: K, areContrasts: likelihood == .categorical),
      targets: Matrix(rows: groups.count, columns: K, elements: targets),
      counts: Matrix(rows: groups.count, columns: K, elements: counts))
  }

  /// What the loss as a sum is multiplied by: one over the samples for means, 1 for sums.
  var lossScale: Rational { normalisation == .mean ? Rational(1, data.sampleCount) : 1 }

  /// The flow as a vector field on the parameters.
  ///
  /// - Parameter route: how the natural gradient is computed; chosen from the problem if nil.
  /// - Throws: `ProblemError`; `ShapeError` from the graph; `LinearAlgebraError`.
  public func vectorField(route: NaturalGradientRoute? = nil) throws -> VectorField {
    guard case .naturalGradient = flow else {
      let graph = Graph()
      let parameters = model.parameterVariables(in: graph)
      return try VectorField(
        graph: graph, state: parameters,
        velocity: lossGradient(parameters).map { try -(lossScale * $0) })
    }
    let gradient = try NaturalGradient(problem: self)
    let route = try route ?? gradient.preferredRoute()
    if route == .endToEnd, var system = try gradient.endToEndSystem {
      _ = try system.adapt(to: initial.map { Matrix($0, precision: 128) }, limit: WeightedBasis.choiceBits)
      return try endToEndField(gradient, system)
    }
    guard route == .rankFactor, let points = gradient.points?.outputs else {
      let graph = Graph()
      let parameters = model.parameterVariables(in: graph)
      return try VectorField(
        graph: graph, state: parameters, velocity: gradient.velocity(parameters, route: route))
    }
    let rank = try gradient.rank(points)
    guard rank.isCertified else { throw LinearAlgebraError.undecided }
    let generic = try RankCertificate.genericLowerBound(model, points, tiedAs: initial)
    guard rank.rows.count >= generic else {
      throw ProblemError(
        field: "initial",
        "found a Jacobian of rank \(rank.rows.count) where it has rank \(generic) or more nearby, expected a rank "
          + "that stays: natural gradient flow is not continuous there")
    }
    return try rankFactorField(gradient, points, basis: rank.rows)
  }

  /// The natural gradient through the end-to-end matrix; where the variances along the flow leave the basis in which it is
  /// written behind, the field prefers another one.
  private func endToEndField(_ gradient: NaturalGradient, _ system: EndToEndSystem) throws -> VectorField {
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let velocity = try gradient.velocity(parameters, system: system)
    return try VectorField(
      graph: graph, state: parameters, velocity: velocity,
      preferred: { state in
        var other = system
        guard try other.adapt(to: state, limit: WeightedBasis.toleranceBits) else { return nil }
        return try endToEndField(gradient, other)
      })
  }

  /// The natural gradient through a basis of the Jacobian's rows; where that degenerates along the flow though
  /// the rank does not, the field is renewed with another basis of as many rows.
  private func rankFactorField(
    _ gradient: NaturalGradient, _ points: OutputPoints, basis: [Int]
  ) throws -> VectorField {
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let velocity = try gradient.velocity(parameters, route: .rankFactor, basis: basis)
    return try VectorField(graph: graph, state: parameters, velocity: velocity) { state in
      let other = try RankCertificate.basis(model: model, state: state, points: points, count: basis.count)
      guard let other, other != basis else { return nil }
      return try rankFactorField(gradient, points, basis: other)
    }
  }

  /// ∇L, one matrix for each parameter, for the loss as a sum over samples.
  func lossGradient(_ parameters: [Node]) throws -> [Node] {
    let groups = try trainingGroups()
    return try groups.points.pullback(model, parameters, outputResidual(parameters, groups: groups))
  }

  /// ∂L/∂f at the training points: the sum over the samples of each of μ - y; count × 1.
  func outputResidual(_ parameters: [Node], groups: TrainingGroups) throws -> Node {
    let graph = parameters[0].graph
    let outputs = try model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let residual =
      try graph.constant(groups.counts) * likelihood.residual(outputs, targets: groups.targets)
    return try residual.reshaped(to: Shape(residual.shape.count, 1)).select(rows: groups.points.entries)
  }

  /// The graph of observables at parameters: outputs and means at the training inputs in input order, the
  /// end-to-end matrix, the loss.
  public func observables(_ parameters: [Node]) throws -> Observables {
    let graph = parameters[0].graph
    let outputs = try model.outputs(parameters, inputs: graph.constant(data.inputs))
    let groups = try trainingGroups()
    let atGroups = try model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    return Observables(
      outputs: outputs, means: try likelihood.mean(outputs),
      endToEnd: try model.endToEndMatrix(parameters),
      loss: try lossScale * loss(atGroups, groups: groups))
  }

  /// The loss as the sum over samples; entries without observation do not count.
  func loss(_ outputs: Node, groups: TrainingGroups) throws -> Node {
    let graph = outputs.graph
    if likelihood == .gaussian {
      // The samples' targets are needed, not only their means: Σ ½ (f - y)² = Σ ½ c (f - ȳ)² + ½ Σ (y - ȳ)².
      var spread = Rational(0)
      for (g, group) in data.groups().enumerated() {
        for k in 0..<model.outputCount {
          for sample in group.samples {
            guard let target = data.targets[sample, k] else { continue }
            let deviation = target - groups.targets[g, k]
            spread += deviation * deviation
          }
        }
      }
      let residual = try outputs - graph.constant(groups.targets)
      let squares = try graph.constant(groups.counts) * (residual * residual)
      return try Rational(1, 2) * squares.sum() + Rational(1, 2) * spread
    }
    let weights = (0..<groups.counts.rows).map { groups.counts[$0, 0] }
    return try likelihood.loss(outputs, targets: groups.targets, weights: weights)
  }

  public struct Observables {
    /// N × K, logits.
    public let outputs: Node
    /// N × K, mean parameters.
    public let means: Node
    /// K × d, for models linear in x.
    public let endToEnd: Node?
    public let loss: Node
  }
}
