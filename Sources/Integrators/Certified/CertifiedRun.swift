import ComputationGraph
import Multiprecision

/// One pass over a candidate, piece by piece: the bound of its distance from the true solution, carried along.
///
/// **Source**: docs/certified-integration, "The plan".
struct CertifiedRun {
  private(set) var trajectory = CertifiedTrajectory(samples: [], steps: 0)
  private var verifier: StepVerifier
  /// The places of the state's matrices whose motion is not known exactly.
  private let places: [Int]
  private let shapes: [MatrixShape]
  /// The motions of those matrices of the state that are known exactly.
  private let uniform: [UniformMotion?]
  private let precision: Int
  private let budget: IntegrationBudget
  private let wantedDigits: Int?
  private let clock = ContinuousClock.now
  private var pending: ArraySlice<Rational>
  /// A bound of the distance between the solution and `end`.
  private var distance: Ball
  /// The candidate at the end of the last piece.
  private var end: [Ball]

  /// Bits beyond the digits that may be left out, for the roundings of the field's evaluation.
  private static let guardBits = 16
  /// How often a piece is halved before it is given up.
  private static let deepestHalving = 12
  /// A piece whose bound loses more than e^`mostBlur` to its length is halved too, but not so often.
  private static let mostBlur = 10.0
  private static let halvingsForBlur = 3

  /// - Parameters:
  ///   - digits: the candidate's.
  ///   - wantedDigits: once the distance is wider than these allow, no piece is halved: the run ends where one has no
  ///     bound, to be repeated with more digits. Nil if it cannot be.
  init(
    of field: VectorField, from initial: [Matrix<Rational>], within radius: Rational, at times: [Rational],
    digits: Int, wantedDigits: Int?, budget: IntegrationBudget
  ) throws {
    self.wantedDigits = wantedDigits
    let precision = Precision.bits(forDigits: digits + 2) + Self.guardBits
    (self.precision, self.budget, pending) = (precision, budget, times[...])
    shapes = initial.map(\.shape)
    // Only what starts exactly is known exactly later.
    let uniform: [UniformMotion?] = try zip(field.velocity, initial).map { velocity, start in
      velocity.isConstant && radius.isZero
        ? UniformMotion(
          start: start, slope: try field.graph.evaluate([velocity], variables: [], precision: precision)[0])
        : nil
    }
    self.uniform = uniform
    places = uniform.indices.filter { uniform[$0] == nil }
    verifier = try StepVerifier(field: field, places: places, digits: digits + 2, precision: precision)
    distance = Ball(radius, precision: TaylorModel.boundPrecision)
    end = initial.flatMap(\.elements).map { Ball($0, precision: precision) }
    while let first = pending.first, first.isZero {
      let state = initial.map { $0.map { Ball($0, precision: precision).addingError(distance) } }
      trajectory.samples.append(.init(time: first, state: state, radius: distance))
      pending.removeFirst()
    }
  }

  /// Whether the distance is wider than what is wanted.
  private var isLost: Bool {
    guard let wantedDigits else { return false }
    let size = max(0, end.map(\.log10UpperMagnitude).max() ?? 0)
    return distance.log10UpperMagnitude - size > -Double(wantedDigits)
  }

  /// Takes the next step.
  ///
  /// - Throws: `tubeOpen` where no bound is found; what the budget throws.
  mutating func verify(_ step: TaylorStep, progress: ((Double) -> Void)?) throws {
    if step.field.graph !== verifier.field.graph {
      verifier = try StepVerifier(
        field: step.field, places: places, digits: verifier.digits, precision: precision)
    }
    if let enclosed = EnclosedPiece(
      step, leading: verifier.jacobianLength, uniform: uniform, precision: precision)
    {
      try verify(enclosed, progress: progress)
    } else {
      try verify(PolynomialPiece(step.piece, uniform: uniform, precision: precision), progress: progress)
    }
  }

  private mutating func verify(_ whole: some CandidatePiece, progress: ((Double) -> Void)?) throws {
    // Where two pieces do not meet exactly, the distance grows by the gap.
    let gap = Ball.euclideanNorm(zip(end, whole.value(at: whole.start)).map { $0 - $1 })
    distance = distance + gap + whole.startError
    var open = [(piece: whole, depth: 0)]
    while let (part, depth) = open.popLast() {
      try budget.check(steps: trajectory.steps, since: clock, at: part.start.doubleValue)
      let found = try verifier.step(part, from: distance)
      guard let step = found, step.blur < Self.mostBlur || depth >= Self.halvingsForBlur else {
        guard found != nil || (depth < Self.deepestHalving && !isLost) else {
          throw IntegrationError.tubeOpen(time: part.start.doubleValue, step: part.length.doubleValue)
        }
        open += part.halves.reversed().map { ($0, depth + 1) }
        continue
      }
      while let time = pending.first, time <= part.end {
        let fraction = (time - part.start) / part.length
        let radius = step.distance(from: distance, at: fraction) + part.valueError
        let state = shapes.matrices(of: part.value(at: time).map { $0.addingError(radius) })
        trajectory.samples.append(.init(time: time, state: state, radius: radius))
        pending.removeFirst()
      }
      distance = step.distance(from: distance, at: 1)
      trajectory.steps += 1
      progress?(part.end.doubleValue)
    }
    distance = distance + whole.valueError
    end = whole.value(at: whole.end)
  }
}
