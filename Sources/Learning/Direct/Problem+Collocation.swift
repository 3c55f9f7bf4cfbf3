import Integrators
import Multiprecision

/// The second, independent way to the flow: direct linear algebra and collocation.
extension Problem {
  /// θ' at `parameters`, by direct linear algebra, in their largest precision.
  ///
  /// **Error**: rounding only, times the conditioning of B = D^½ J.
  /// - Throws: `ProblemError` for matrices of other shapes and for models without explicit Jacobian;
  ///   `LinearAlgebraError.undecided` where the rank of the Fisher matrix is not clear.
  public func directVelocity(at parameters: [Matrix<BigFloat>]) throws -> [Matrix<BigFloat>] {
    let shapes = zip(parameters, model.parameterShapes).map { $0.rows == $1.rows && $0.columns == $1.columns }
    guard parameters.count == model.parameterShapes.count, shapes.allSatisfy(\.self) else {
      throw ProblemError(field: "parameters", "expected the shapes of \(model.parameterNames)")
    }
    let state = parameters.flatMap(\.elements)
    var velocity = DirectVelocity(self)
    return matrices(try velocity(state).velocity)
  }

  /// The solution at the problem's times, by collocation of the direct velocity, as far as it goes
  /// (`Trajectory.stop`).
  ///
  /// - Parameter progress: called after each step with the flow time reached.
  /// - Throws: `IntegrationError`, `singular` also where the Fisher matrix's rank is not what it was at the
  ///   start; `ProblemError` for models without explicit Jacobian; `CancellationError`.
  public func integrateByCollocationToStop(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    // Precise enough for every repetition with more digits.
    let bits = 4 * Precision.bits(forDigits: max(digits, 1)) + 1_024
    let initial = self.initial.flatMap { $0.elements.map { BigFloat($0, precision: bits) } }
    var velocity = DirectVelocity(self)
    do {
      velocity.rank = try velocity(initial).rank
    } catch let error as LinearAlgebraError {
      throw IntegrationError.singular(time: 0, reason: error.description)
    }
    return try CollocationIntegrator(digits: digits, budget: budget)
      .integrateToStop({ try velocity($0).velocity }, from: initial, at: times, progress: progress)
      .mapStates { $0.flatMap { matrices($0.elements) } }
  }

  /// The same, to the last time.
  public func integrateByCollocation(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> Trajectory {
    try integrateByCollocationToStop(digits: digits, budget: budget, progress: progress).orThrow()
  }

  /// The parameters' matrices from all their entries, in order, each row by row.
  func matrices(_ state: [BigFloat]) -> [Matrix<BigFloat>] { model.matrices(state) }
}
