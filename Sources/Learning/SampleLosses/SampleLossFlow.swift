import ComputationGraph
import Integrators
import Multiprecision

/// θ' = -G⁺∇L with G = Jᵀ h J: natural gradient flow of a `SampleLoss` in its own metric, on the training inputs.
///
/// **Shapes**: inputs N × d; the model has one output. **Assumptions**: the rank of J stays what it is at the start.
/// **Source**: docs/theory, T1.
public struct SampleLossFlow: Sendable {
  public let model: any Model
  public let inputs: Matrix<Rational>
  public let loss: any SampleLoss
  public let initial: [Matrix<Rational>]
  public let times: [Rational]

  /// - Throws: `ProblemError` for models of several outputs, inputs or parameters of other shapes.
  public init(
    model: any Model, inputs: Matrix<Rational>, loss: any SampleLoss, initial: [Matrix<Rational>],
    times: [Rational]
  ) throws(ProblemError) {
    guard model.outputCount == 1, inputs.columns == model.inputCount else {
      throw ProblemError(field: "model", "expected one output, and inputs of \(inputs.columns) entries")
    }
    guard initial.map(\.shape) == model.parameterShapes else {
      throw ProblemError(field: "initial.parameters", "expected the shapes of \(model.parameterNames)")
    }
    (self.model, self.inputs, self.loss) = (model, inputs, loss)
    (self.initial, self.times) = (initial, times)
  }

  private var points: OutputPoints {
    OutputPoints(inputs: inputs, entries: Array(0..<inputs.rows), outputCount: 1, areContrasts: false)
  }

  /// The hypothesis that J has full row rank along the path.
  public func rankCondition() throws -> Condition {
    try RankCertificate.condition(
      "the Jacobian has full row rank on the training inputs", model: model, parameters: initial,
      points: points)
  }

  /// With R rows of J that are a basis of its row space and C = R Jᵀ: θ' = -Rᵀ (C h Cᵀ)⁻¹ C ∂L/∂f. That f' is
  /// -h⁻¹ ∂L/∂f where the rank is full is not used.
  ///
  /// - Throws: `ProblemError` for a rank that is lower than nearby; `LinearAlgebraError.undecided`.
  public func vectorField() throws -> VectorField {
    let rank = try RankCertificate(model: model, parameters: initial, points: points)
    guard rank.isCertified else { throw LinearAlgebraError.undecided }
    guard try rank.rows.count >= RankCertificate.genericLowerBound(model, points, tiedAs: initial) else {
      throw ProblemError(field: "initial", "found a Jacobian of lower rank than nearby")
    }
    let graph = Graph()
    let parameters = model.parameterVariables(in: graph)
    let outputs = try model.outputs(parameters, inputs: graph.constant(inputs))
    let basis = points.subset(rank.rows)
    let cross = try basis.kernel(model, parameters, with: points)
    let weighted =
      try loss.metric(outputs).broadcast(to: Shape(points.count, basis.count)) * cross.transposed()
    let solution = try cross.times(weighted).solving(cross.times(loss.gradient(outputs)))
    let velocity = try basis.pullback(model, parameters, solution).map { try -$0 }
    return try VectorField(graph: graph, state: parameters, velocity: velocity)
  }

  /// The solution at the flow's times by the second stack: explicit Jacobians, G⁺ by orthogonal factorisations of
  /// h^½ J, collocation.
  ///
  /// - Throws: `IntegrationError`; `ProblemError` for models without explicit Jacobian; `CancellationError`.
  public func integrateByCollocation(digits: Int, budget: IntegrationBudget = .init()) throws -> Trajectory {
    guard let model = model as? any ExplicitJacobian else {
      throw ProblemError(field: "model.kind", "has no Jacobian apart from its graph, which collocation needs")
    }
    let bits = 4 * Precision.bits(forDigits: max(digits, 1)) + 1_024
    let start = initial.flatMap { $0.elements.map { BigFloat($0, precision: bits) } }
    return try CollocationIntegrator(digits: digits, budget: budget)
      .integrate({ try velocity(model, at: $0) }, from: start, at: times)
      .mapStates { $0.flatMap { model.matrices($0.elements) } }
  }

  private func velocity(_ model: some ExplicitJacobian, at state: [BigFloat]) throws -> [BigFloat] {
    let precision = state.first?.precision ?? Precision.minimum
    let samples = (0..<inputs.rows).map { inputs.row($0).map { BigFloat($0, precision: precision) } }
    let jacobian = model.evaluate(model.matrices(state), at: samples, precision: precision)
    let count = state.count
    let gradient = BigFloatBuffer(count: count, precision: precision)
    let rows = BigFloatBuffer(count: samples.count * count, precision: precision)
    for sample in samples.indices {
      let values = loss.values(jacobian.outputs[sample][0], sample: sample)
      let place = jacobian.row(sample, 0).lowerBound
      gradient.add(values.gradient, times: jacobian.gradients, at: place, to: 0..<count)
      rows.add(
        BigFloat.sqrt(values.metric), times: jacobian.gradients, at: place,
        to: sample * count..<(sample + 1) * count)
    }
    return try GramPseudoInverse.apply(rows: rows, to: (0..<count).map { gradient[$0] }).product.map { -$0 }
  }
}
