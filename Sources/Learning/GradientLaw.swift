import ComputationGraph
import Multiprecision

/// **Gradient law.** For a model linear in x, W = W(θ), whose inputs span R^d and whose Fisher measure is the
/// training inputs, natural gradient flow moves W by Newton's flow whatever the parametrisation, so
///
///     ∇L(W(t)) = e^(-t) ∇L(W(0)).
///
/// Gaussian: W(t) = W* + (W(0) - W*) e^(-t). Bernoulli with one output: W(t) is the unique zero of
/// G(β) = e^t ∇L(β) - ∇L(β(0)), found by Newton's method along t and enclosed by an interval Newton step.
///
/// **Shapes**: W is K × d. **Assumptions**: rank X = d; ∂W/∂θ of full row rank along the path; loss and Fisher
/// matrix normalised alike. **Error bound**: rigorous balls.
/// **Throws**: `LinearAlgebraError.undecided` where no precision tried certifies the zero.
/// **Source**: derived in docs/theory, T4.
public struct GradientLaw: ClosedForm {
  public let name = "gradient law"
  public let section = "T4"
  public let conditions: [Condition]
  public let problem: Problem
  let groups: Problem.TrainingGroups

  /// Nil unless the model is linear in x, the measure the training inputs, every target observed, and the
  /// family Gaussian, or Bernoulli with one output.
  init?(problem: Problem, gradient: NaturalGradient) throws {
    guard problem.model.isLinearInInputs, gradient.measure == .trainingInputs,
      problem.data.targets.elements.allSatisfy({ $0 != nil }),
      problem.likelihood == .gaussian || (problem.likelihood == .bernoulli && problem.model.outputCount == 1)
    else { return nil }
    self.problem = problem
    groups = gradient.groups
    let d = problem.model.inputCount
    let inputRank = groups.points.inputs.rank()
    let units = gradient.unitPoints
    conditions = [
      Condition(
        "the inputs span", inputRank == d ? .certified : .violated,
        "rank \(inputRank) of \(d) dimensions, exactly"),
      try RankCertificate.condition(
        "the end-to-end matrix's Jacobian has full row rank", model: problem.model,
        parameters: problem.initial,
        points: units),
    ]
  }

  public func values(at time: Rational, precision: Int) throws -> ClosedFormValues {
    let matrix = try endToEnd(at: time, precision: precision)
    let inputs = problem.data.inputs.map { Ball($0, precision: precision) }
    let outputs = inputs * matrix.transposed()
    return ClosedFormValues(
      outputs: outputs.map { $0 }, means: outputs.map { problem.likelihood.mean($0) }, endToEnd: matrix)
  }

  /// W(t), K × d.
  ///
  /// - Parameter guess: where to start Newton's method; nil follows the zero from time 0. It decides how long
  ///   the search takes, not what is certified: the zero is unique.
  public func endToEnd(
    at time: Rational, precision: Int, near guess: Matrix<Ball>? = nil
  ) throws -> Matrix<Ball> {
    let start = try initialEndToEnd(precision: precision)
    switch problem.likelihood {
    case .gaussian:
      let limit = try leastSquares().map { Ball($0, precision: precision) }
      let decay = Ball.exp(Ball(-time, precision: precision))
      return limit + (start - limit).map { $0 * decay }
    default:
      let zero = NewtonFlowZero(groups: groups, start: start.transposed(), precision: precision)
      return try zero.solution(at: time, near: guess?.transposed()).transposed()
    }
  }

  /// W(0) in balls.
  func initialEndToEnd(precision: Int) throws -> Matrix<Ball> {
    try problem.initialOutputs(at: .identity(problem.model.inputCount), precision: precision).transposed()
  }

  /// The minimiser of the squared loss, exactly: W*ᵀ = (Xᵀ C X)⁻¹ Xᵀ C ȳ with the sample counts C.
  func leastSquares() throws -> Matrix<Rational> {
    let x = groups.points.inputs
    let weighted = Matrix<Rational>(rows: x.rows, columns: x.columns) { x[$0, $1] * groups.counts[$0, 0] }
    return try (weighted.transposed() * x).solve(weighted.transposed() * groups.targets).transposed()
  }
}
