import ComputationGraph
import Multiprecision

/// Solutions of initial-value problems in balls that provably contain them.
///
/// A floating-point integration gives a piecewise polynomial; `StepVerifier` then bounds, piece by piece, how far the
/// true solution can be from it: from its defect, and what the flow makes of the distance in a tube around it, in
/// coordinates that move with the flow or by a logarithmic norm. Series in fixed point come with bounds of their errors
/// (`EnclosedPiece`); of others nothing is assumed, and the defect is bounded in Taylor models (`PolynomialPiece`). Where
/// a radius exceeds what was asked for, the candidate is computed with as many digits more, until all numbers have
/// their digits or the budget is spent (`CertifiedPasses`).
///
/// **Error bound**: a theorem, from the field's graph and the initial state: docs/certified-integration.
/// **Complexity**: for each step the Jacobian in short series, and where nothing is known of the candidate's an
/// evaluation of the field in power series.
/// **Memory**: that of the candidate's power series, of the same series once more in balls, and of n² short models for n
/// entries of the state; a piece is verified when it is made and then dropped, so the number of steps does not matter.
public struct CertifiedIntegrator: Sendable {
  /// Correct decimal digits of every number: radii of at most 10^-digits · max(1, |number|).
  public var digits: Int
  public var budget: IntegrationBudget

  /// Bits beyond the digits, in which a start is exact or not.
  private static let guardBits = 64

  public init(digits: Int, budget: IntegrationBudget = .init()) {
    (self.digits, self.budget) = (digits, budget)
  }

  /// The solution that starts at `initial` at time 0.
  ///
  /// - Parameters:
  ///   - field: its graph is given new nodes.
  ///   - times: increasing, not negative.
  ///   - progress: called after each verified step with the time reached.
  /// - Throws: `IntegrationError`; `CancellationError`.
  public func integrate(
    _ field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    try integrate(field, from: InitialBox(initial), at: times, progress: progress)
  }

  /// Balls that contain all solutions that start in a box, up to the last time.
  ///
  /// - Throws: as for one start.
  public func integrate(
    _ field: VectorField, from box: InitialBox, at times: [Rational], progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    let trajectory = try integrateToStop(field, from: box, at: times, progress: progress)
    if let stop = trajectory.stop { throw stop }
    return trajectory
  }

  /// The same up to where the flow stops, or where the digits or the budget end: `stop` tells why, and the samples before
  /// it have their digits.
  ///
  /// - Parameter recorder: takes note of what is verified.
  /// - Throws: `IntegrationError` for arguments only; `CancellationError`.
  public func integrateToStop(
    _ field: VectorField, from initial: [Matrix<Rational>], at times: [Rational],
    recorder: (any CertificateRecorder)? = nil, progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    try integrateToStop(
      field, from: InitialBox(initial), at: times, recorder: recorder, progress: progress)
  }

  /// Balls that contain all solutions that start in a box, up to where no bound is found any more or the budget ends: `stop`
  /// tells why. How wide they are is the flow's doing; `digits` are those of the arithmetic where the box is small, and others
  /// have double precision.
  ///
  /// - Parameter recorder: takes note of what is verified, of boxes that are not wide.
  /// - Throws: `IntegrationError` for arguments only; `CancellationError`.
  public func integrateToStop(
    _ field: VectorField, from box: InitialBox, at times: [Rational],
    recorder: (any CertificateRecorder)? = nil, progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    try TaylorIntegrator(digits: digits).checkArguments(field, box.centre, times)
    // Steps are verified against the field as it is given, or another way of writing the same function; that `renewed`
    // does that is not proved.
    let field = try VectorField(
      graph: field.graph, state: field.state, velocity: field.velocity, preferred: field.preferred)
    if box.isPoint,
      let state = try Equilibrium.state(
        of: field, at: box.centre, precision: Precision.bits(forDigits: digits) + Self.guardBits)
    {
      let samples = times.map {
        CertifiedTrajectory.Sample(time: $0, state: state, radius: TaylorModel.noError)
      }
      recorder?.beginPass()
      if let end = times.last, !end.isZero {
        recorder?.record(
          CertifiedPiece(start: 0, end: end, coefficients: state.map { [$0.map(\.midpoint)] }))
      }
      recorder?.endPass(proving: times.count)
      return CertifiedTrajectory(samples: samples, steps: 0)
    }
    if box.isWide {
      var flowpipe = Flowpipe(of: field, at: times, budget: budget.started(), progress: progress)
      return try flowpipe.enclose(box)
    }
    var passes = CertifiedPasses(
      of: field, from: box, at: times, digits: digits, budget: budget.started(), recorder: recorder)
    return try passes.run(progress: progress)
  }
}

/// A solution at its sample times, each state in balls that contain it.
public struct CertifiedTrajectory: Sendable {
  public struct Sample: Sendable {
    public let time: Rational
    /// The matrices of the state, in the vector field's order.
    public let state: [Matrix<Ball>]
    /// A bound of the distance of each number from the centre of its ball, up to rounding. Matrices whose motion is known
    /// exactly do not count: their balls have roundings only.
    public let radius: Ball

    /// By how many digits the worst ball misses 10^-digits · max(1, |number|); not positive if none does.
    func missingDigits(_ digits: Int) -> Double {
      state.lazy.flatMap(\.elements).reduce(-.infinity) { worst, ball in
        guard ball.isFinite else { return .infinity }
        return max(worst, ball.log10Radius - max(0, ball.log10LowerMagnitude) + Double(digits))
      }
    }
  }

  /// At the first of the times asked for, or at all.
  public var samples: [Sample]
  /// Verified pieces of the last pass.
  public var steps: Int
  /// Why there are no samples after these; nil if there are all.
  public var stop: IntegrationError?
}
