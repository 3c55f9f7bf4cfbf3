import ComputationGraph
import Multiprecision

/// The passes of a certified integration: each learns from the one before how many digits it takes.
///
/// A pass that is too wide at its samples tells how many digits are missing there; one that finds no bound from some time on
/// goes on to find what the flow makes of distances after it. Where a tube opens however small the distance, more digits
/// are tried as long as that moves the time at which it does. Where time or memory do not allow for the last sample, the
/// farthest one that they allow is aimed at.
///
/// **Source**: docs/certified-integration, "The passes".
struct CertifiedPasses {
  private let field: VectorField
  private let box: InitialBox
  private let times: [Rational]
  private let digits: Int
  private let budget: IntegrationBudget
  private let recorder: (any CertificateRecorder)?
  private var workingDigits: Int
  /// How many of the times the next pass goes through.
  private var goal: Int
  /// The first samples, with the digits asked for.
  private var proved: [CertifiedTrajectory.Sample] = []
  private var provedTime = 0.0
  private var steps = 0
  /// Whether all that the last pass went through is proved.
  private var isLastProved = true
  /// What the last pass found, and the one that went farthest.
  private var demand: DigitDemand
  private var farthest: DigitDemand
  /// Where it is known that no pass goes on beyond some time: why. Passes up to there may still be made.
  private var knownStop: IntegrationError?
  /// Where passes ended whatever the distance, the last one last.
  private var ends: [(time: Double, digits: Int)] = []

  /// Digits beyond those asked for, at first.
  private static let extraDigits = 4
  /// Ends closer than this part of the time asked for are one: more digits do not move it.
  private static let leastMove = 0.01
  /// Passes that end whatever the distance, all in all.
  private static let mostEnds = 8
  /// A pass is made if it is expected to take up to so many times the seconds left.
  private static let optimism = 3.0
  /// The same for a pass that is under way and shows what the next one takes.
  private static let optimismUnderWay = 30.0

  init(
    of field: VectorField, from box: InitialBox, at times: [Rational], digits: Int, budget: IntegrationBudget,
    recorder: (any CertificateRecorder)?
  ) {
    (self.field, self.box, self.times) = (field, box, times)
    (self.digits, self.budget, self.recorder) = (digits, budget, recorder)
    workingDigits = digits + Self.extraDigits
    goal = times.count
    demand = DigitDemand(workingDigits: workingDigits)
    farthest = demand
  }

  private enum End {
    case complete
    /// The tube opened, or the candidate stopped.
    case stopped(IntegrationError)
    case outOfBudget(IntegrationError)
    case hopeless
  }

  /// - Throws: `CancellationError`; what an evaluation of the field throws.
  mutating func run(progress: ((Double) -> Void)?) throws -> CertifiedTrajectory {
    while true {
      let end = try pass(progress: progress)
      if proved.count == times.count { return trajectory(stop: nil) }
      if let stop = prepare(after: end) { return trajectory(stop: knownStop ?? stop) }
    }
  }

  private func trajectory(stop: IntegrationError?) -> CertifiedTrajectory {
    CertifiedTrajectory(samples: proved, steps: steps, stop: stop)
  }

  /// One pass, which adds to `proved`.
  private mutating func pass(progress: ((Double) -> Void)?) throws -> End {
    let times = Array(times.prefix(goal))
    recorder?.beginPass()
    do {
      var run = try CertifiedRun(
        of: field, from: box, at: times, digits: workingDigits, wantedDigits: digits, budget: budget,
        recorder: recorder)
      defer { learn(from: run) }
      let integrator = TaylorIntegrator(digits: workingDigits, budget: budget, estimatesError: false)
      let mayGoOn = { [self] (demand: DigitDemand) in isWorthwhile(demand) }
      try integrator.forEachStep(of: field, from: box.centre, at: times) {
        try run.verify($0, progress: progress, mayGoOn: mayGoOn)
      }
      return .complete
    } catch is HopelessPass {
      return .hopeless
    } catch let error as MemoryLimitError {
      return .outOfBudget(.memoryBudget(bytes: error.bytes, limit: error.limit))
    } catch let error as IntegrationError {
      switch error {
      case .singular, .stepUnderflow, .stepsTooShort, .tubeOpen: return .stopped(error)
      default: return .outOfBudget(error)
      }
    }
  }

  private mutating func learn(from run: CertifiedRun) {
    let isEnough = run.samples.map { !box.isPoint || $0.missingDigits(digits) <= 0 }
    recorder?.endPass(proving: isEnough.prefix { $0 }.count)
    while proved.count < isEnough.count, isEnough[proved.count] { proved.append(run.samples[proved.count]) }
    (steps, provedTime, demand, isLastProved) = (
      run.steps, max(provedTime, run.provedTime), run.demand, run.isProved
    )
    if demand.time >= farthest.time { farthest = demand }
  }

  /// Whether a pass that is under way may still show what is within the budget.
  private func isWorthwhile(_ demand: DigitDemand) -> Bool {
    guard let digits = demand.digits(missing: demand.missing) else { return false }
    return isAffordable(digits, upTo: demand.time, demand, optimism: Self.optimismUnderWay)
  }

  private func isAffordable(
    _ digits: Int, upTo time: Double, _ demand: DigitDemand, optimism: Double
  ) -> Bool {
    let plan = StepPlan(digits: digits)
    guard
      field.seriesBytes(order: plan.order, precision: plan.precision)
        <= min(budget.bytes, MemoryAccount.current.available)
    else {
      return false
    }
    guard let left = budget.secondsLeft else { return true }
    return demand.seconds(upTo: time, digits: digits) <= optimism * left
  }

  /// Sets the digits and the goal of the next pass; why there is none, if there is none.
  private mutating func prepare(after end: End) -> IntegrationError? {
    switch end {
    case .complete where !box.isPoint:
      // The distance at the start is what opens the tube, if anything does.
      return moveEnd(.tubeOpen(time: provedTime, step: 0))
    case .complete, .hopeless:
      return aimAtSamples(upTo: demand.samples.count)
        ? nil : stop("more would take more time or memory than is allowed", needed: neededDigits)
    case .outOfBudget(let error): return stop(error.description, needed: neededDigits)
    case .stopped(let error): return moveEnd(error)
    }
  }

  /// Aims at the farthest sample within the budget; false if there is none that is not proved.
  private mutating func aimAtSamples(upTo most: Int) -> Bool {
    for count in stride(from: most, to: proved.count, by: -1) {
      let (time, missing) = demand.samples[count - 1]
      guard missing < .infinity, let needed = demand.digits(forFirst: count),
        isAffordable(needed, upTo: time, demand, optimism: Self.optimism)
      else { continue }
      (goal, workingDigits) = (count, max(needed, workingDigits + 1))
      return true
    }
    return false
  }

  /// After a pass that ended however small the distance.
  private mutating func moveEnd(_ error: IntegrationError) -> IntegrationError? {
    if let knownStop { return knownStop }
    let time = error.time ?? 0
    let isWhereItWas =
      !error.mayBeRounding(at: workingDigits)
      && ends.last.map { abs($0.time - time) <= Self.leastMove * lastTime } ?? false
    ends.append((time, workingDigits))
    let more = max(3 * workingDigits / 2 + 10, demand.digits(missing: demand.missing) ?? 0)
    guard
      isWhereItWas || ends.count >= Self.mostEnds
        || !isAffordable(more, upTo: time, demand, optimism: Self.optimism)
    else {
      workingDigits = more
      return nil
    }
    let tried = ends.map { "\($0.digits)" }.joined(separator: ", ")
    let known = error.isObstacle && isLastProved ? error : stop("\(error), with \(tried) digits", needed: nil)
    // Samples before may still get their digits.
    guard box.isPoint, aimAtSamples(upTo: demand.samples.count) else { return known }
    knownStop = known
    return nil
  }

  private var lastTime: Double { times.last?.doubleValue ?? 0 }

  /// The working digits for the last sample, by the pass that went farthest.
  private var neededDigits: Int? {
    farthest.digits(forFirst: times.count) ?? (farthest.time > 0 ? farthest.digits(at: lastTime) : nil)
  }

  private func stop(_ reason: String, needed: Int?) -> IntegrationError {
    .notCertified(
      CertifiedShortfall(
        digits: digits, time: provedTime, end: lastTime, reason: reason, workingDigits: demand.workingDigits,
        neededDigits: needed, neededSeconds: needed.map { farthest.seconds(upTo: lastTime, digits: $0) }))
  }
}
