import ComputationGraph
import Multiprecision

/// Solutions of initial-value problems in balls that provably contain them.
///
/// A floating-point integration gives a piecewise polynomial; `StepVerifier` then bounds, piece by piece, how far the
/// true solution can be from it: its defect by Taylor models, and what the flow makes of the distance by a
/// logarithmic norm in a tube around it. Nothing is assumed of the candidate. The radius holds for the Euclidean
/// norm of the whole state. Where it exceeds what was asked for, the candidate is computed with as many digits more.
///
/// **Error bound**: a theorem, from the field's graph and the initial state: docs/certified-integration.
/// **Complexity**: for each step one evaluation of the field in power series, and its Jacobian in short ones.
public struct CertifiedIntegrator: Sendable {
  /// Correct decimal digits to aim for: radii of 10^-digits · max(1, |state|).
  public var digits: Int
  public var budget: IntegrationBudget

  /// Digits beyond those asked for, at first.
  private static let extraDigits = 4
  private static let attempts = 4
  /// How often a piece is halved before it is given up.
  private static let deepestHalving = 12

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
    var workingDigits = digits + Self.extraDigits
    var reached = 0.0
    for attempt in 1...Self.attempts {
      let integrator = TaylorIntegrator(
        digits: workingDigits, budget: budget, keepsDenseOutput: true, estimatesError: false)
      let candidate = try integrator.integrate(field, from: initial, at: times)
      do {
        let trajectory = try verify(
          candidate, field, from: initial, initialRadius, at: times, digits: workingDigits, progress)
        let missing = trajectory.samples.map { $0.missingDigits(digits) }.max() ?? 0
        if missing <= 0 || !initialRadius.isZero { return trajectory }
        reached = Double(digits) - missing
        guard missing.isFinite else { break }
        workingDigits += Int(missing.rounded(.up)) + 2
      } catch let error as IntegrationError {
        // A flow that amplifies much needs a thinner tube.
        guard case .tubeOpen = error, attempt < Self.attempts else { throw error }
        workingDigits = 3 * workingDigits / 2 + 10
      }
    }
    throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: Int(max(0, reached)))
  }

  private func verify(
    _ candidate: Trajectory, _ field: VectorField, from initial: [Matrix<Rational>],
    _ initialRadius: Rational,
    at times: [Rational], digits workingDigits: Int, _ progress: ((Double) -> Void)?
  ) throws -> CertifiedTrajectory {
    let clock = ContinuousClock.now
    let precision = candidate.statistics.precision + 32
    let verifier = try StepVerifier(field: field, digits: workingDigits + 2, precision: precision)
    // Only what starts exactly is known exactly later.
    let uniform = try zip(field.velocity, initial).map { velocity, start in
      velocity.isConstant && initialRadius.isZero
        ? UniformMotion(
          start: start, slope: try field.graph.evaluate([velocity], variables: [], precision: precision)[0])
        : nil
    }
    var trajectory = CertifiedTrajectory(samples: [], steps: 0)
    var pending = times[...]
    var distance = Ball(initialRadius, precision: TaylorModel.boundPrecision)
    var end = initial.flatMap(\.elements).map { Ball($0, precision: precision) }
    while let first = pending.first, first.isZero {
      let state = initial.map { $0.map { Ball($0, precision: precision).addingError(distance) } }
      trajectory.samples.append(.init(time: first, state: state, radius: distance))
      pending.removeFirst()
    }
    for piece in candidate.denseOutput?.pieces ?? [] {
      let whole = PolynomialPiece(piece, uniform: uniform, precision: precision)
      // Where two pieces do not meet exactly, the distance grows by the gap.
      distance = distance + .euclideanNorm(zip(end, whole.value(at: whole.start)).map { $0 - $1 })
      var open = [(piece: whole, depth: 0)]
      while let (part, depth) = open.popLast() {
        try budget.check(steps: trajectory.steps, since: clock, at: part.start.doubleValue)
        guard let step = try verifier.step(part, from: distance) else {
          guard depth < Self.deepestHalving else {
            throw IntegrationError.tubeOpen(time: part.start.doubleValue, step: part.length.doubleValue)
          }
          open += part.halves.reversed().map { ($0, depth + 1) }
          continue
        }
        while let time = pending.first, time <= part.end {
          let radius = step.distance(from: distance, at: (time - part.start) / part.length)
          let state = part.matrices(part.value(at: time).map { $0.addingError(radius) })
          trajectory.samples.append(.init(time: time, state: state, radius: radius))
          pending.removeFirst()
        }
        distance = step.distance(from: distance, at: 1)
        trajectory.steps += 1
        progress?(part.end.doubleValue)
      }
      end = whole.value(at: whole.end)
    }
    return trajectory
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
