import Integrators
import Multiprecision

/// The parameters' velocity by direct linear algebra: explicit Jacobians, and for the natural gradient
/// F⁺ ∇L = B⁺ (B⁺)ᵀ ∇L with B = D^½ J over the measure and B⁺ from orthogonal factorisations.
///
/// It shares nothing but the arithmetic and the problem's data with `vectorField`: every sample, a duplicate
/// too, is a row of its own, and no law of the outputs is used.
struct DirectVectorField {
  let precision: Int
  private let problem: Problem
  private let model: any ExplicitJacobian
  private let inputs: [[BigFloat]]
  private let lossScale: BigFloat
  private let fisher: (measure: DirectMeasure, damping: BigFloat?)?

  /// - Throws: `ProblemError` for a model without explicit Jacobian; `LinearAlgebraError` for a second moment
  ///   that is not positive definite in this precision.
  init(_ problem: Problem, precision: Int) throws {
    guard let model = problem.model as? any ExplicitJacobian else {
      throw ProblemError(field: "model.kind", "has no Jacobian apart from its graph, which collocation needs")
    }
    (self.problem, self.model, self.precision) = (problem, model, precision)
    let data = problem.data
    try Self.checkMemory(problem, precision: precision)
    inputs = (0..<data.count).map { data.inputs.row($0).map { BigFloat($0, precision: precision) } }
    lossScale = BigFloat(
      problem.normalisation == .mean ? Rational(1, data.sampleCount) : 1, precision: precision)
    switch problem.flow {
    case .gradient: fisher = nil
    case .naturalGradient(let measure, let damping):
      fisher = (
        try DirectMeasure(measure, problem: problem, precision: precision),
        damping.isZero ? nil : BigFloat(damping, precision: precision)
      )
    }
  }

  /// Throws where the explicit Jacobians, and what their factorisations take besides, are too large.
  private static func checkMemory(_ problem: Problem, precision: Int) throws(MemoryLimitError) {
    let (P, K) = (problem.model.parameterCount, problem.model.outputCount)
    var inputs = problem.data.count
    var isDamped = false
    if case .naturalGradient(let measure, let damping) = problem.flow {
      isDamped = !damping.isZero
      switch measure {
      case .trainingInputs, .allEntries, .observedEntries: break
      case .inputs(let points, _): inputs = max(inputs, points.rows)
      case .secondMoment(let moment): inputs = max(inputs, moment.rows)
      }
    }
    let rows = MemoryAccount.sum(MemoryAccount.product(inputs, K), isDamped ? P : 0)
    try MemoryAccount.current.check(
      MemoryAccount.bytes(
        numbers: MemoryAccount.sum(MemoryAccount.product(4, rows, P), MemoryAccount.product(K, K)),
        precision: precision),
      for: "the Jacobian of \(rows) outputs by \(P) parameters")
  }

  /// θ', where a pseudo-inverse of the Fisher matrix was taken its rank, and about how many bits that lost; parameters in
  /// order, each row by row.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where the rank is not clear.
  func velocity(at state: [BigFloat]) throws(LinearAlgebraError) -> (
    velocity: [BigFloat], rank: Int?, lostBits: Double
  ) {
    let parameters = problem.matrices(state)
    let training = model.evaluate(parameters, at: inputs, precision: precision)
    let gradient = lossGradient(training)
    guard let (measure, damping) = fisher else { return (gradient.map { -$0 }, nil, 0) }
    let jacobian =
      measure.isTraining
      ? training : model.evaluate(parameters, at: measure.points.map(\.input), precision: precision)
    let rows = fisherRoot(measure, jacobian)
    if let damping {
      let product = try GramPseudoInverse.applyDamped(rows: rows, damping: damping, to: gradient)
      return (product.map { -$0 }, nil, 0)
    }
    let (product, rank, lostBits) = try GramPseudoInverse.apply(rows: rows, to: gradient)
    return (product.map { -$0 }, rank, lostBits)
  }

  /// ∇L = Σ_n J_nᵀ (μ_n - y_n).
  private func lossGradient(_ training: OutputJacobian) -> [BigFloat] {
    let count = training.parameterCount
    let sum = BigFloatBuffer(count: count, precision: precision)
    for (sample, outputs) in training.outputs.enumerated() {
      let residual = problem.likelihood.outputGradient(
        outputs, targets: problem.data.targets.row(sample), precision: precision)
      for (k, value) in residual.enumerated() where !value.isZero {
        sum.add(
          lossScale * value, times: training.gradients, at: training.row(sample, k).lowerBound, to: 0..<count)
      }
    }
    return (0..<count).map { sum[$0] }
  }

  /// The rows of B: for each point √weight · S J with Sᵀ S its outputs' variance.
  private func fisherRoot(_ measure: DirectMeasure, _ jacobian: OutputJacobian) -> BigFloatBuffer {
    let count = jacobian.parameterCount
    let roots = zip(measure.points, jacobian.outputs).map { point, outputs in
      problem.likelihood.varianceRoot(outputs, kept: point.outputs, precision: precision)
    }
    let rows = BigFloatBuffer(count: roots.reduce(0) { $0 + $1.count } * count, precision: precision)
    var start = 0
    for (index, root) in roots.enumerated() {
      let scale = BigFloat.sqrt(measure.points[index].weight)
      for row in root {
        for (output, factor) in row {
          rows.add(
            scale * factor, times: jacobian.gradients, at: jacobian.row(index, output).lowerBound,
            to: start..<start + count)
        }
        start += count
      }
    }
    return rows
  }
}
