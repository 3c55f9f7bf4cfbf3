import Integrators
import Multiprecision

/// The flow in balls that provably contain it.
extension Problem {
  /// The solution at the problem's times, each state in balls that contain it.
  ///
  /// That the flow is the natural gradient flow is part of what is proved: the integrator shows that the matrices to
  /// be inverted, whose invertibility is the rank condition of the route, are invertible in a tube around the path.
  /// Where the Fisher matrix is not of the rank that all parameters allow, that could not be known, and the flow is
  /// refused.
  ///
  /// - Throws: `ProblemError` for such a flow; `IntegrationError`; `CancellationError`; what `vectorField` throws.
  public func integrateCertified(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    let trajectory = try integrateCertifiedToStop(digits: digits, budget: budget, progress: progress)
    if let stop = trajectory.stop { throw stop }
    return trajectory
  }

  /// The same up to where the flow stops, or where the digits or the budget end: `stop` tells why.
  ///
  /// - Throws: as `integrateCertified`, but `IntegrationError` for arguments only.
  public func integrateCertifiedToStop(
    digits: Int, budget: IntegrationBudget = .init(), progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    try checkRankIsLargest()
    return try CertifiedIntegrator(digits: digits, budget: budget)
      .integrateToStop(vectorField(), from: initial, at: times, progress: progress)
  }

  private func checkRankIsLargest() throws {
    guard case .naturalGradient = flow else { return }
    let gradient = try NaturalGradient(problem: self)
    guard try gradient.preferredRoute() == .rankFactor, let points = gradient.points?.outputs else { return }
    let rank = try gradient.rank(points).rows.count
    let bound = RankCertificate.structuralBound(model, points)
    guard rank == bound else {
      throw ProblemError(
        field: "flow.fisher",
        "found a Fisher matrix of rank \(rank) where \(bound) is possible: nothing proves that the rank stays"
      )
    }
  }
}
