import ComputationGraph
import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
  private let recorder: (any CertificateRecorder)?
  private let clock = ContinuousClock.now
  private var pending: ArraySlice<Rational>
  /// Where the distance between the solution and `end` lies; in 10^`supposed` times that where it is supposed.
  private var distance: Distance
  private var supposed: Double?
  /// The candidate at the end of the last piece, and log10 of its largest entry or 1.
  private var end: [Ball]
  private var log10Size = 0.0
  /// For each entry that counts log10 of its size there, or 0 if that is more.
  private var log10Sizes: [Double] = []
  /// Log10 of the defect for which the step was cut last.
  private var log10CutDefect = Double.infinity

  /// Bits beyond the digits that may be left out, for the roundings of the field's evaluation.
  private static let guardBits = 16
  /// How often a piece is halved before it is given up, and how often a step of which only the beginning serves.
  private static let deepestHalving = 12
  private static let mostCuts = 24
  /// A cut must make the defect less by so many digits, for another one to be made.
  private static let leastGainOfCuts = 0.3
  /// By how many digits a step's defect may be more than 10^-digits beside the state.
  private static let roomOfDefects = 2.0
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
    of field: VectorField, from box: InitialBox, at times: [Rational], digits: Int, wantedDigits: Int,
    budget: IntegrationBudget, recorder: (any CertificateRecorder)? = nil
  ) throws {
    (self.wantedDigits, self.recorder) = (wantedDigits, recorder)
    isExact = box.isPoint
    let initial = box.centre
    demand = DigitDemand(workingDigits: digits)
    let precision = Precision.bits(forDigits: digits + 2) + Self.guardBits
    (self.precision, self.budget, pending) = (precision, budget, times[...])
    shapes = initial.map(\.shape)
    // Only what starts exactly is known exactly later.
    let uniform: [UniformMotion?] = try field.velocity.enumerated().map { place, velocity in
      velocity.isConstant && box.isPoint(at: place)
        ? UniformMotion(
          start: initial[place],
          slope: try field.graph.evaluate([velocity], variables: [], precision: precision)[0])
        : nil
    }
    self.uniform = uniform
    isCounted = zip(shapes, uniform).flatMap { [Bool](repeating: $1 == nil, count: $0.count) }
    places = uniform.indices.filter { uniform[$0] == nil }
    verifier = try StepVerifier(
      field: field, places: places, digits: digits + 2, precision: precision, budget: budget)
    let radii = zip(box.radii.flatMap(\.elements), isCounted).filter(\.1).map {
      Ball($0.0, precision: TaylorModel.boundPrecision)
    }
    // Each entry has the rounding errors of its own size.
    distance = .box(ErrorBox(radii))
    end = initial.flatMap(\.elements).map { Ball($0, precision: precision) }
    measure()
    while let first = pending.first, first.isZero {
      record(first, values: end, radii: distance.bounds)
      pending.removeFirst()
    }
  }

  /// Takes note of the sizes at `end`.
  private mutating func measure() {
    let sizes = end.map { max(0, $0.log10UpperMagnitude) }
    log10Size = sizes.max() ?? 0
    log10Sizes = zip(sizes, isCounted).filter(\.1).map(\.0)
  }

  /// By how many digits the distance of some entry is wider than wanted, as far as `supposed` is true.
  private var missing: Double {
    zip(distance.bounds, log10Sizes).reduce(-.infinity) { max($0, $1.0.log10UpperMagnitude - $1.1) }
      + Double(wantedDigits)
  }

  /// Whether the distance is wider than what is wanted.
  private var isLost: Bool { isExact && missing > 0 }

  /// Whether all that is recorded is proved.
  var isProved: Bool { supposed == nil }

  /// Takes the next step, and says up to which time it is verified: to its end, or as far as the candidate serves.
  ///
  /// - Parameter mayGoOn: asked after each step beyond what is proved, whether the pass has a use.
  /// - Throws: `tubeOpen` where no bound is found however small the distance; `HopelessPass`; what the budget throws.
  mutating func verify(
    _ step: CandidateStep, progress: ((Double) -> Void)?, mayGoOn: (DigitDemand) -> Bool
  ) throws -> Rational {
    if step.field.graph !== verifier.field.graph {
      verifier = try StepVerifier(
        field: step.field, places: places, digits: verifier.digits, precision: precision, budget: budget,
        weights: verifier.weights)
    }
    var (length, cuts) = (step.length, 0)
    log10CutDefect = .infinity
    while true {
      if let enclosed = EnclosedPiece(
        step, length: length, leading: verifier.jacobianLength, uniform: uniform, precision: precision)
      {
        if let end = try verify(enclosed, cuts, progress: progress, mayGoOn: mayGoOn) {
          return record(step, upTo: end)
        }
      } else {
        let reservation = try verifier.reserve(modelsOfOrders: step.order + 1)
        defer { withExtendedLifetime(reservation) {} }
        let piece = PolynomialPiece(step.piece(length: length), uniform: uniform, precision: precision)
        if let end = try verify(piece, cuts, progress: progress, mayGoOn: mayGoOn) {
          return record(step, upTo: end)
        }
      }
      (length, cuts) = (length / 2, cuts + 1)
    }
  }

  /// Hands out the polynomials of a step whose part up to a time is verified.
  private func record(_ step: CandidateStep, upTo end: Rational) -> Rational {
    if let recorder, isProved {
      recorder.record(
        CertifiedPiece(
          start: step.start, end: end, coefficients: step.piece(length: end - step.start).coefficients))
    }
    return end
  }

  /// - Parameter cuts: how often the step was halved to become the piece.
  /// - Returns: the time up to which the piece is verified; nil where it is to be cut, for the candidate is too bad.
  private mutating func verify(
    _ whole: some CandidatePiece, _ cuts: Int, progress: ((Double) -> Void)?, mayGoOn: (DigitDemand) -> Bool
  ) throws -> Rational? {
    // Where two pieces do not meet exactly, the distance grows by the gap.
    let gaps = zip(zip(end, whole.value(at: whole.start)), isCounted).filter(\.1)
      .map { ($0.0.0 - $0.0.1).magnitude }
    let before = distance
    distance = distance.widened(by: gaps, whole.startErrors)
    var (open, reached) = ([(piece: whole, depth: 0)], whole.start)
    pieces: while let (part, depth) = open.popLast() {
      try budget.check(steps: steps, at: part.start.doubleValue)
      let defect = try part.defect(by: &verifier)
      let found = try defect.flatMap {
        try verifier.step(part, from: distance, defect: $0, log10Size: log10Size)
      }
      let mayBeCut = cuts < Self.mostCuts && !isLost && isTooMuch(defect, found: found != nil)
      if mayBeCut, reached > whole.start { break pieces }
      let size = defect?.norm.log10UpperMagnitude ?? .infinity
      if mayBeCut, log10CutDefect == .infinity || size < log10CutDefect - Self.leastGainOfCuts {
        (log10CutDefect, distance) = (size, before)
        return nil
      } else if let step = found, step.blur < Self.mostBlur || depth >= Self.halvingsForBlur {
        take(part, step)
        reached = part.end
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
    distance = distance.widened(by: whole.valueErrors)
    return reached
  }

  /// Whether a shorter step would serve better: where a bound is found the defect may be as much as the digits allow for
  /// anyway, and else no more than the distance before it.
  private func isTooMuch(_ defect: Defect?, found: Bool) -> Bool {
    guard let defect else { return true }
    let allowed = found ? log10Size - Double(demand.workingDigits) + Self.roomOfDefects : -.infinity
    return defect.norm.log10UpperMagnitude > max(distance.log10Size, allowed)
  }

  /// Passes a piece with its bound.
  private mutating func take(_ part: some CandidatePiece, _ step: any DistanceStep) {
    while let time = pending.first, time <= part.end {
      let fraction = (time - part.start) / part.length
      record(time, values: part.value(at: time), radii: step.bounds(at: fraction).adding(part.valueErrors))
      pending.removeFirst()
    }
    distance = step.end
    end = part.value(at: part.end)
    measure()
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
    let excess = distance.log10Size - log10Small
    guard excess > 1, excess.isFinite else { return false }
    let bits = (excess * log2(10)).rounded(.down)
    supposed = (supposed ?? 0) + bits / log2(10)
    distance = distance.scaled(byPowerOfTwo: -Int(bits))
    return true
  }
}

/// What a pass beyond what is proved shows to be out of reach.
struct HopelessPass: Error {}
