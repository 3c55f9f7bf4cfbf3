import ComputationGraph
import Multiprecision

extension Problem {
  /// Gradient flow of the logistic loss in the clock s = log(1 + t), for times that are far beyond any number of
  /// steps in t: on separable data everything happens on a scale of log t.
  ///
  ///     dθ/ds = -e^s ∇L(θ),   e^s (μ - y) = (1 - y) e^(s - softplus(-f)) - y e^(s - softplus(f)).
  ///
  /// Nothing overflows or cancels: where a margin has grown to about s, the exponents are of order 1. In this clock
  /// the flow is not stiff, so that the cost of an integration grows as s, not as e^s.
  ///
  /// **Shapes**: the state is the parameters and, last, s as a 1 × 1 matrix, which starts at 0.
  /// **Source**: docs/theory, T5.
  /// - Throws: `ProblemError` unless the flow is gradient flow and the likelihood Bernoulli.
  public func logTimeVectorField() throws -> VectorField {
    guard flow == .gradient else {
      throw ProblemError(field: "flow", "found a natural gradient, whose clock is t; expected gradient flow")
    }
    guard likelihood == .bernoulli else {
      throw ProblemError(field: "likelihood", "found \(likelihood.rawValue), expected bernoulli")
    }
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let clock = graph.variable(.scalar, name: "s")
    let groups = try trainingGroups()
    let outputs = try model.outputs(parameters, inputs: graph.constant(groups.points.inputs))
    let residual =
      try graph.constant(groups.counts)
      * Likelihood.scaledBernoulliResidual(
        outputs, targets: groups.targets, clock: clock)
    let entries = try residual.reshaped(to: Shape(residual.shape.count, 1)).select(
      rows: groups.points.entries)
    let gradient = try groups.points.pullback(model, parameters, entries)
    return try VectorField(
      graph: graph, state: parameters + [clock],
      velocity: gradient.map { try -(lossScale * $0) } + [graph.constant(1)])
  }

  /// The exact initial state of `logTimeVectorField`.
  public var logTimeInitial: [Matrix<Rational>] { initial + [Matrix(column: [0])] }
}

extension Likelihood {
  /// e^s (σ(f) - y) without overflow or cancellation, entry by entry; a term whose factor is 0 everywhere is left
  /// out.
  static func scaledBernoulliResidual(
    _ outputs: Node, targets: Matrix<Rational>, clock: Node
  ) throws(ShapeError) -> Node {
    let y = outputs.graph.constant(targets)
    let s = try clock.broadcast(to: outputs.shape)
    let toZero =
      targets.elements.allSatisfy { $0 == 1 } ? nil : try (1 - y) * (s - (-outputs).softplus()).exp()
    let toOne = targets.elements.allSatisfy(\.isZero) ? nil : try y * (s - outputs.softplus()).exp()
    switch (toZero, toOne) {
    case (let zero?, let one?): return try zero - one
    case (let zero?, nil): return zero
    case (nil, let one?): return try -one
    case (nil, nil): return outputs
    }
  }
}
