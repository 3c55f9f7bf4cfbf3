import ComputationGraph
import Multiprecision

/// One pass over a candidate, piece by piece: the bound of its distance from the true solution, carried along.
///
/// Where no bound is found and a narrower tube might do, nothing more is proved. The pass goes on all the same, and supposes a
/// small distance in place of the bound: what the flow makes of that shows how many digits the next pass takes (`demand`).
///
/// **Source**: docs/certified-integration, "The plan".
struct CertifiedRun {
  /// What is proved, with any radius.
  private(set) var samples: [CertifiedTrajectory.Sample] = []
  /// Verified pieces.
  private(set) var steps = 0
  private(set) var demand: DigitDemand
  /// The flow time up to which the digits wanted are proved.
  private(set) var provedTime = 0.0
  private var verifier: StepVerifier
  /// The places of the state's matrices whose motion is not known exactly.
  private let places: [Int]
  private let shapes: [MatrixShape]
  /// The motions of those matrices of the state that are known exactly.
  private let uniform: [UniformMotion?]
  /// For each entry of the state whether it counts in the distance.
  private let isCounted: [Bool]
  private let precision: Int
  private let budget: IntegrationBudget
  private let wantedDigits: Int
  /// Whether a pass with more digits would make the distance less.
  private let isExact: Bool
  private let clock = ContinuousClock.now
  private var pending: ArraySlice<Rational>
  /// A bound of the distance between the solution and `end`, in the verifier's norm; 10^`supposed` times that is one where
  /// it is supposed.
  private var distance: Ball
  private var supposed: Double?
  /// The candidate at the end of the last piece, and log10 of its largest entry or 1.
  private var end: [Ball]
  private var log10Size = 0.0

  /// Bits beyond the digits that may be left out, for the roundings of the field's evaluation.
  private static let guardBits = 16
  /// How often a piece is halved before it is given up.
  private static let deepestHalving = 12
  /// A piece whose bound loses more than e^`mostBlur` to its length is halved too, but not so often.
  private static let mostBlur = 10.0
  private static let halvingsForBlur = 3
  /// By how many digits a supposed distance is wider than what a step adds.
  private static let roomOfSupposed = 2.0

  /// - Parameters:
  ///   - digits: the candidate's.
  ///   - wantedDigits: once the distance is wider than these allow, no piece is halved, since the pass will be repeated
  ///     with more digits; not if the start is known up to a radius only.
  init(
    of field: VectorField, from initial: [Matrix<Rational>], within radius: Rational, at times: [Rational],
    digits: Int, wantedDigits: Int, budget: IntegrationBudget
  ) throws {
    self.wantedDigits = wantedDigits
    isExact = radius.isZero
    demand = DigitDemand(workingDigits: digits)
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
    isCounted = zip(shapes, uniform).flatMap { [Bool](repeating: $1 == nil, count: $0.count) }
    places = uniform.indices.filter { uniform[$0] == nil }
    verifier = try StepVerifier(
      field: field, places: places, digits: digits + 2, precision: precision, budget: budget)
    distance = Ball(radius, precision: TaylorModel.boundPrecision)
    end = initial.flatMap(\.elements).map { Ball($0, precision: precision) }
    log10Size = Self.log10Size(of: end)
    while let first = pending.first, first.isZero {
      record(first, values: end, radii: [Ball](repeating: distance, count: isCounted.count { $0 }))
      pending.removeFirst()
    }
  }

  private static func log10Size(of state: [Ball]) -> Double {
    state.reduce(0) { max($0, $1.log10UpperMagnitude) }
  }

  /// By how many digits the distance is wider than wanted beside the largest entry, as far as `supposed` is true.
  private var missing: Double {
    distance.log10UpperMagnitude + verifier.weights.log10Spread - log10Size + Double(wantedDigits)
  }

  /// Whether the distance is wider than what is wanted.
  private var isLost: Bool { isExact && missing > 0 }

  /// Whether all that is recorded is proved.
  var isProved: Bool { supposed == nil }

  /// Takes the next step.
  ///
  /// - Parameter mayGoOn: asked after each step beyond what is proved, whether the pass has a use.
  /// - Throws: `tubeOpen` where no bound is found however small the distance; `HopelessPass`; what the budget throws.
  mutating func verify(
    _ step: TaylorStep, progress: ((Double) -> Void)?, mayGoOn: (DigitDemand) -> Bool
  ) throws {
    if step.field.graph !== verifier.field.graph {
      verifier = try StepVerifier(
        field: step.field, places: places, digits: verifier.digits, precision: precision, budget: budget,
        weights: verifier.weights)
    }
    if let enclosed = EnclosedPiece(
      step, leading: verifier.jacobianLength, uniform: uniform, precision: precision)
    {
      try verify(enclosed, progress: progress, mayGoOn: mayGoOn)
    } else {
      let reservation = try verifier.reserve(modelsOfOrders: step.order + 1)
      defer { withExtendedLifetime(reservation) {} }
      try verify(
        PolynomialPiece(step.piece, uniform: uniform, precision: precision), progress: progress,
        mayGoOn: mayGoOn)
    }
  }

  private mutating func verify(
    _ whole: some CandidatePiece, progress: ((Double) -> Void)?, mayGoOn: (DigitDemand) -> Bool
  ) throws {
    // Where two pieces do not meet exactly, the distance grows by the gap.
    let gap = Ball.euclideanNorm(zip(end, whole.value(at: whole.start)).map { $0 - $1 })
    distance = distance + gap + whole.startError
    var open = [(piece: whole, depth: 0)]
    while let (part, depth) = open.popLast() {
      try budget.check(steps: steps, at: part.start.doubleValue)
      let found = try verifier.step(part, from: distance, log10Size: log10Size)
      if let step = found, step.blur < Self.mostBlur || depth >= Self.halvingsForBlur {
        take(part, step)
        progress?(part.end.doubleValue)
        guard isProved || mayGoOn(demand) else { throw HopelessPass() }
      } else if found != nil || (depth < Self.deepestHalving && !isLost) {
        open += part.halves.reversed().map { ($0, depth + 1) }
      } else {
        guard suppose() else {
          throw IntegrationError.tubeOpen(time: part.start.doubleValue, step: part.length.doubleValue)
        }
        open.append((part, 0))
      }
    }
    distance = distance + whole.valueError
    end = whole.value(at: whole.end)
    log10Size = Self.log10Size(of: end)
  }

  /// Passes a piece with its bound.
  private mutating func take(_ part: some CandidatePiece, _ step: CertifiedStep) {
    while let time = pending.first, time <= part.end {
      let fraction = (time - part.start) / part.length
      let bounds = verifier.weights.bounds(step.distance(from: distance, at: fraction))
      record(time, values: part.value(at: time), radii: bounds.map { $0 + part.valueError })
      pending.removeFirst()
    }
    distance = step.distance(from: distance, at: 1)
    steps += 1
    demand.time = part.end.doubleValue
    demand.missing = missing + (supposed ?? 0)
    demand.seconds = (ContinuousClock.now - clock) / .seconds(1)
    if isProved, !isLost { provedTime = demand.time }
    if !isProved, isLost { _ = suppose() }
  }

  /// - Parameter radii: of the entries that count in the distance.
  private mutating func record(_ time: Rational, values: [Ball], radii: [Ball]) {
    var rest = radii[...]
    let balls = zip(values, isCounted).map { $1 ? $0.addingError(rest.removeFirst()) : $0 }
    // The greatest weight times the distance bounds the Euclidean norm.
    let greatest = radii.reduce(TaylorModel.noError) { .greater($0, $1) }
    let sample = CertifiedTrajectory.Sample(
      time: time, state: shapes.matrices(of: balls), radius: greatest)
    demand.append(time: time.doubleValue, missing: sample.missingDigits(wantedDigits) + (supposed ?? 0))
    if isProved { samples.append(sample) }
  }

  /// Goes on from a distance of the size of what steps add, and counts by how much that is too little; false where the
  /// distance is not wider.
  private mutating func suppose() -> Bool {
    let log10Small = log10Size - Double(demand.workingDigits) + Self.roomOfSupposed
    let excess = distance.log10UpperMagnitude - log10Small
    guard excess > 1 else { return false }
    supposed = (supposed ?? 0) + excess
    distance = .powerOfTen(log10Small, precision: TaylorModel.boundPrecision)
    return true
  }
}

/// What a pass beyond what is proved shows to be out of reach.
struct HopelessPass: Error {}
