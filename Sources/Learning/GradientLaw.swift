import ComputationGraph
import Multiprecision

/// **Gradient law.** For a model linear in x, W = W(θ), whose inputs span R^d and whose Fisher measure is the
/// training inputs, natural gradient flow moves W by Newton's flow whatever the parametrisation, so
///
///     ∇L(W(t)) = e^(-t) ∇L(W(0)).
///
/// Gaussian: W(t) = W* + (W(0) - W*) e^(-t). Bernoulli and categorical: the free outputs' matrix V(t) (see
/// `freeMatrix`) is the unique zero of G(V) = e^t ∇L(V) - ∇L(V(0)), found by Newton's method along t and enclosed
/// by an interval Newton step.
///
/// **Shapes**: W is K × d; V is K × d, for the categorical (K - 1) × d. **Assumptions**: rank X = d; ∂V/∂θ of
/// full row rank along the path; loss and Fisher matrix normalised alike. **Error bound**: rigorous balls.
/// **Edge cases**: for the categorical V are contrasts. W itself follows for the linear model only, whose column
/// sums 1ᵀW are conserved; other parametrisations add what they like to all rows.
/// **Throws**: `LinearAlgebraError.undecided` where no precision tried certifies the zero.
/// **Source**: derived in docs/theory, T4 and T10.
public struct GradientLaw: ClosedForm {
  public let name = "gradient law"
  public let section = "T4"
  public let conditions: [Condition]
  public let problem: Problem
  let groups: Problem.TrainingGroups

  /// Nil unless the model is linear in x, the measure the training inputs, every target observed, and the
  /// family Gaussian, Bernoulli or categorical.
  init?(problem: Problem, gradient: NaturalGradient) throws {
    guard problem.model.isLinearInInputs, gradient.measure == .trainingInputs,
      problem.data.targets.elements.allSatisfy({ $0 != nil }), problem.likelihood != .poisson
    else { return nil }
    self.problem = problem
    groups = gradient.groups
    let d = problem.model.inputCount
    let inputRank = groups.points.inputs.rank()
    let name = "the end-to-end matrix's Jacobian has full row rank"
    // Of the linear model the weights are the matrix, however large it is.
    let isMatrix = problem.model is DeepLinearModel && problem.model.hasConstantJacobian
    conditions = [
      Condition(
        "the inputs span", inputRank == d ? .certified : .violated,
        "rank \(inputRank) of \(d) dimensions, exactly"),
      isMatrix
        ? Condition(name, .certified, "the weights are the matrix")
        : try RankCertificate.condition(
          name, model: problem.model, parameters: problem.initial, points: try gradient.unitPoints),
    ]
  }

  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    let free = try freeMatrix(at: time, precision: precision)
    let inputs = problem.data.inputs.map { Ball($0, precision: precision) }
    guard problem.likelihood == .categorical else {
      let outputs = inputs * free.transposed()
      return ClosedFormValues(
        outputs: outputs.map { $0 }, means: outputs.map { problem.likelihood.mean($0) }, endToEnd: free)
    }
    let contrasts = inputs * free.transposed()
    let means = Matrix(
      rows: (0..<contrasts.rows).map { row in
        Likelihood.logProbabilities(contrasts: contrasts.row(row)).map { Optional(Ball.exp($0)) }
      })
    var values = ClosedFormValues(means: means)
    if problem.model.hasConstantJacobian {
      let matrix = try lifted(free, precision: precision)
      values.endToEnd = matrix
      values.outputs = (inputs * matrix.transposed()).map { $0 }
    }
    return values
  }

  /// W(t), K × d.
  ///
  /// - Parameter guess: where to start Newton's method, for V(t); nil follows the zero from time 0. It decides
  ///   how long the search takes, not what is certified: the zero is unique.
  /// - Throws: `ProblemError` for the categorical and a model whose law says nothing about the sum of the rows.
  public func endToEnd(
    at time: Rational, precision: Int, near guess: Matrix<Ball>? = nil
  ) throws -> Matrix<Ball> {
    let free = try freeMatrix(at: time, precision: precision, near: guess)
    guard problem.likelihood == .categorical else { return free }
    guard problem.model.hasConstantJacobian else {
      throw ProblemError(
        field: "model", "the \(name) determines contrasts of the end-to-end matrix's rows, not the rows")
    }
    return try lifted(free, precision: precision)
  }

  /// V(t): the end-to-end matrix W, for the categorical the contrasts w_k - w_K of its rows with the last one.
  public func freeMatrix(
    at time: Rational, precision: Int, near guess: Matrix<Ball>? = nil
  ) throws -> Matrix<Ball> {
    let start = try initialFreeMatrix(precision: precision)
    guard problem.likelihood == .gaussian else {
      let zero = NewtonFlowZero(
        groups: groups, likelihood: problem.likelihood, start: start, precision: precision)
      return try zero.solution(at: time, near: guess)
    }
    let limit = try leastSquares().map { Ball($0, precision: precision) }
    let decay = Ball.exp(Ball(-time, precision: precision))
    return limit + (start - limit).map { $0 * decay }
  }

  /// W(0) in balls.
  func initialEndToEnd(precision: Int) throws -> Matrix<Ball> {
    let units = try NaturalGradient(problem: problem).unitPoints.inputs
    return try problem.initialOutputs(at: units, precision: precision).transposed()
  }

  /// V(0) in balls.
  public func initialFreeMatrix(precision: Int) throws -> Matrix<Ball> {
    let start = try initialEndToEnd(precision: precision)
    guard problem.likelihood == .categorical else { return start }
    return Matrix(rows: start.rows - 1, columns: start.columns) { start[$0, $1] - start[start.rows - 1, $1] }
  }

  /// The W with these contrasts whose column sums are those of W(0): w_K = (Σ_k w_k(0) - Σ_k v_k)/K.
  private func lifted(_ contrasts: Matrix<Ball>, precision: Int) throws -> Matrix<Ball> {
    let start = try initialEndToEnd(precision: precision)
    let classes = Ball(start.rows, precision: precision)
    let last = (0..<start.columns).map { column in
      let conserved = start.column(column).reduce(Ball(0, precision: precision), +)
      return (conserved - contrasts.column(column).reduce(Ball(0, precision: precision), +)) / classes
    }
    return Matrix(rows: start.rows, columns: start.columns) { row, column in
      row < contrasts.rows ? contrasts[row, column] + last[column] : last[column]
    }
  }

  /// The minimiser of the squared loss, exactly: W*ᵀ = (Xᵀ C X)⁻¹ Xᵀ C ȳ with the sample counts C.
  func leastSquares() throws -> Matrix<Rational> {
    let x = groups.points.inputs
    let weighted = Matrix<Rational>(rows: x.rows, columns: x.columns) { x[$0, $1] * groups.counts[$0, 0] }
    return try (weighted.transposed() * x).solve(weighted.transposed() * groups.targets).transposed()
  }
}
