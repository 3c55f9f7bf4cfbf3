import Integrators
import Multiprecision

/// Solves an initial-value problem by integration, as sure as it can be had: certified, else estimated, as the rigour
/// asked for allows.
struct Solver<Problem: SolvableProblem> {
  let problem: Problem
  let digits: Int
  let rigour: Rigour
  /// Seconds count from the solver's start, over all that it tries.
  let budget: IntegrationBudget
  /// Called with the flow time reached and the last one.
  let progress: (Double, Double) -> Void
  /// Takes note of what certified integrations verify.
  private let recorder: (any CertificateRecorder)?

  /// The part of the time allowed that a proof may take where an estimate is acceptable too.
  private static var certifiedShare: Double { 0.5 }

  init(
    _ problem: Problem, digits: Int, rigour: Rigour, budget: IntegrationBudget,
    recorder: (any CertificateRecorder)? = nil, progress: @escaping (Double, Double) -> Void
  ) {
    // Nothing but a proof speaks of all starts.
    (self.problem, self.digits, self.rigour) = (problem, digits, problem.box.isPoint ? rigour : .required)
    (self.budget, self.recorder, self.progress) = (budget.started(), recorder, progress)
  }

  /// - Throws: `IntegrationError` where no sample is reached; what the problem's integrations throw.
  func integrate(_ method: SolveMethod) throws -> Solution {
    guard rigour != .estimated, method != .collocation else {
      let why =
        rigour == .estimated ? "an estimate was asked for" : "\(method.rawValue) estimates its errors"
      return try estimated(method, why: why)
    }
    var certified: Solution
    do {
      certified = try solution(
        .taylor, share: rigour == .preferred ? Self.certifiedShare : 1, run: certifiedRun)
    } catch is CancellationError {
      throw CancellationError()
    } catch  where rigour == .preferred {
      // An error that is not about the proof comes again.
      return try estimated(.taylor, why: "\(error)")
    }
    guard let stop = certified.stop, rigour == .preferred else { return certified }
    // A flow that stops does so for an estimate too.
    if stop.isObstacle { return certified }
    // What is proved stays; an estimate takes over where the proof ends.
    var estimated: Solution
    do {
      estimated = try self.estimated(.taylor, why: stop.description)
    } catch is IntegrationError where !certified.samples.isEmpty {
      certified.whyNotCertified = stop.description
      return certified
    }
    estimated.samples.replaceSubrange(
      0..<min(certified.samples.count, estimated.samples.count), with: certified.samples)
    return estimated
  }

  private func estimated(_ method: SolveMethod, why: String) throws -> Solution {
    var solution = try solution(method, share: 1) { try estimatedRun(method, digits: $0, budget: $1) }
    solution.whyNotCertified = why
    return solution
  }

  /// An integration's samples as shown.
  private struct Run {
    var samples: [Solution.Sample]
    var stop: IntegrationError?
    let work: IntegrationWork
  }

  /// Integrates with as many digits more as the numbers shown lose, until each has the digits asked for.
  private func solution(
    _ method: SolveMethod, share: Double, run: (_ digits: Int, IntegrationBudget) throws -> Run
  ) throws -> Solution {
    var extraDigits = 0
    while true {
      let found = try run(digits + extraDigits, part(share))
      let excess = found.samples.map { $0.numbers.balls.worstExcess(digits: digits) }.max() ?? 0
      // How wide ranges become is not the arithmetic's doing.
      guard excess > 0, problem.box.isPoint else {
        return Solution(
          method: method, digits: digits, samples: found.samples, stop: found.stop, work: found.work)
      }
      guard let missing = Int(exactly: excess.rounded(.up)), missing <= Self.mostMissingDigits else {
        throw IntegrationError.accuracyNotReached(digits: digits, estimatedDigits: 0)
      }
      extraDigits += missing + 2
    }
  }

  /// More than any integration has: beyond it numbers are not known at all.
  private static var mostMissingDigits: Int { 1_000_000 }

  /// The budget for what may take this part of the time.
  private func part(_ share: Double) -> IntegrationBudget {
    var budget = budget
    budget.seconds = budget.seconds.map { share * $0 }
    return budget
  }

  private func report(_ time: Double) { progress(time, problem.times.last?.doubleValue ?? 0) }

  private func certifiedRun(digits: Int, budget: IntegrationBudget) throws -> Run {
    let trajectory = try problem.certifiedTrajectory(
      digits: digits, budget: budget, recorder: recorder, progress: report)
    return Run(
      samples: try samples(
        trajectory.samples.map { ($0.time, $0.state) }, precision: Precision.bits(forDigits: digits) + 64,
        isCertified: true),
      stop: trajectory.stop, work: IntegrationWork(trajectory))
  }

  /// The numbers shown at balls around the states, whose radii are the integrator's estimates.
  private func estimatedRun(_ method: SolveMethod, digits: Int, budget: IntegrationBudget) throws -> Run {
    let trajectory = try problem.estimatedTrajectory(method, digits: digits, budget: budget, progress: report)
    let precision = trajectory.statistics.precision + 32
    return Run(
      samples: try samples(
        trajectory.samples.map { ($0.time, $0.balls(precision: precision)) }, precision: precision,
        isCertified: false),
      stop: trajectory.stop, work: IntegrationWork(trajectory))
  }

  private func samples(
    _ states: [(time: Rational, state: [Matrix<Ball>])], precision: Int, isCertified: Bool
  ) throws -> [Solution.Sample] {
    // The start is known.
    let enclosures = states.map { time, state in
      time.isZero ? problem.box.balls(precision: precision) : state
    }
    let numbers = try problem.numbers(at: enclosures, precision: precision)
    return zip(states, numbers).map { .init(time: $0.time, isCertified: isCertified, numbers: $1) }
  }
}
