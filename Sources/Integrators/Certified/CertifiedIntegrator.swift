import ComputationGraph
import Multiprecision

/// Solutions of initial-value problems in balls that provably contain them.
///
/// A floating-point integration gives a piecewise polynomial; `StepVerifier` then bounds, piece by piece, how far the
/// true solution can be from it: from its defect, and what the flow makes of the distance by a logarithmic norm in a
/// tube around it. Series in fixed point come with bounds of their errors (`EnclosedPiece`); of others nothing is assumed,
/// and the defect is bounded in Taylor models (`PolynomialPiece`). The radius holds for the Euclidean norm of the whole
/// state. Where it exceeds what was asked for, the candidate is computed with as many digits more.
///
/// **Error bound**: a theorem, from the field's graph and the initial state: docs/certified-integration.
/// **Complexity**: for each step the Jacobian in short series, and where nothing is known of the candidate's an
/// evaluation of the field in power series.
/// **Memory**: that of the candidate's power series, of the same series once more in balls, and of n² short models for n
/// entries of the state; a piece is verified when it is made and then dropped, so the number of steps does not matter.
public struct CertifiedIntegrator: Sendable {
  /// Correct decimal digits to aim for: radii of 10^-digits · max(1, |state|).
  public var digits: Int
  public var budget: IntegrationBudget

  /// Digits beyond those asked for, at first.
  private static let extraDigits = 4
  /// Digits beyond those that a pass shows to be missing: the bounds of longer series are a few digits wider.
  private static let missingDigitsMargin = 3
  private static let attempts = 4

  public init(digits: Int, budget: IntegrationBudget = .init()) {
    (self.digits, self.budget) = (digits, budget)
  }

  /// The solution that starts within `initialRadius` of `initial` at time 0.
  ///
  /// - Parameters:
  ///   - field: its graph is given new nodes.
  ///   - times: increasing, not negative.
  ///   - progress: called after each verified step with the time reached.
  /// - Throws: `IntegrationError`; `CancellationError`.
  public func integrate(
    _ field: VectorField, from initial: [Matrix<Rational>], initialRadius: Rational = 0, at times: [Rational],
    progress: ((Double) -> Void)? = nil
  ) throws -> CertifiedTrajectory {
    // Steps are verified against the field as it is given, or another way of writing the same function; that `renewed`
    // does that is not proved.
    let field = try VectorField(
      graph: field.graph, state: field.state, velocity: field.velocity, preferred: field.preferred)
    var workingDigits = digits + Self.extraDigits
    var reached = 0.0
    for attempt in 1...Self.attempts {
      do {
        let integrator = TaylorIntegrator(digits: workingDigits, budget: budget, estimatesError: false)
        var run = try CertifiedRun(
          of: field, from: initial, within: initialRadius, at: times, digits: workingDigits,
          wantedDigits: initialRadius.isZero && attempt < Self.attempts ? digits : nil, budget: budget)
        try integrator.forEachStep(of: field, from: initial, at: times) {
          try run.verify($0, progress: progress)
        }
        let missing = run.trajectory.samples.map { $0.missingDigits(digits) }.max() ?? 0
        if missing <= 0 || !initialRadius.isZero { return run.trajectory }
        reached = Double(digits) - missing
        guard missing.isFinite else { break }
        workingDigits += Int(clamping: missing.rounded(.up)) + Self.missingDigitsMargin
        guard workingDigits <= TaylorIntegrator.digitsRange.upperBound else { break }
      } catch let error as IntegrationError {
        // A flow that amplifies much needs a thinner tube.
        guard case .tubeOpen = error, attempt < Self.attempts else { throw error }
        workingDigits = 3 * workingDigits / 2 + 10
      }
    }
    throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: Int(clamping: max(0, reached)))
  }
}

/// A solution at its sample times, each state in balls that contain it.
public struct CertifiedTrajectory: Sendable {
  public struct Sample: Sendable {
    public let time: Rational
    /// The matrices of the state, in the vector field's order.
    public let state: [Matrix<Ball>]
    /// A bound of the Euclidean distance of the state from the balls' centres, up to their rounding.
    public let radius: Ball

    /// By how many digits the widest ball misses 10^-digits · max(1, |state|); not positive if none does.
    func missingDigits(_ digits: Int) -> Double {
      let balls = state.flatMap(\.elements)
      guard balls.allSatisfy(\.isFinite) else { return .infinity }
      let size = max(0, balls.map(\.log10UpperMagnitude).max() ?? 0)
      return (balls.map(\.log10Radius).max() ?? -.infinity) - size + Double(digits)
    }
  }

  public var samples: [Sample]
  /// Verified pieces.
  public var steps: Int
}
