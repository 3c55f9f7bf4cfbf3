import Glibc
import Integrators
import Multiprecision

/// One workload at one number of digits: the engine, the engine on Arb and the hand-written loops, in turns.
struct Comparison {
  let workload: any Workload
  let digits: Int
  let repetitions: Int

  /// CPU seconds of this process that `body` takes.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    try body()
    return now() - start
  }

  /// The best time of each contender; every round runs them all, so that load on the machine hits all alike.
  func measure() throws -> Row {
    let field = try workload.field()
    var trajectory: Trajectory?
    var results = [ReferenceResult?](repeating: nil, count: workload.references.count)
    var (bare, estimated, ball) = (Double.infinity, Double.infinity, Double.infinity)
    var best = [Double](repeating: .infinity, count: workload.references.count)
    func integrate(
      estimatesError: Bool = false, _ arithmetic: TaylorIntegrator.Arithmetic = .automatic
    ) throws {
      trajectory = try TaylorIntegrator(
        digits: digits, estimatesError: estimatesError, arithmetic: arithmetic
      ).integrate(field, from: workload.initial, at: [workload.end])
    }
    for _ in 0..<repetitions {
      estimated = min(estimated, try Self.seconds { try integrate(estimatesError: true) })
      for (index, reference) in workload.references.enumerated() {
        best[index] = min(best[index], Self.seconds { results[index] = reference.run(digits) })
      }
      ball = min(ball, try Self.seconds { try integrate(.ball) })
      bare = min(bare, try Self.seconds { try integrate() })
    }
    guard let trajectory, let fastest = best.indices.min(by: { best[$0] < best[$1] }),
      let result = results[fastest]
    else { preconditionFailure("nothing was measured") }
    return Row(
      name: workload.name, digits: digits, order: trajectory.statistics.order,
      steps: trajectory.statistics.steps,
      seconds: bare, secondsWithEstimate: estimated, ballSeconds: ball,
      fixedPointSteps: trajectory.statistics.fixedPointSteps,
      log10Error: try workload.log10Error(of: trajectory.samples[0].state.flatMap(\.elements)),
      reference: workload.references[fastest].name, referenceSteps: result.steps,
      referenceSeconds: best[fastest],
      referenceLog10Error: try workload.log10Error(of: result.state))
  }
}
