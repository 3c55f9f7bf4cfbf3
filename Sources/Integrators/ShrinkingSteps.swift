#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether steps that become shorter do so towards a singularity of the solution.
///
/// Near one, ρ is the distance to it, and steps are a fixed part of ρ: they fall like a geometric sequence, whose sum says
/// where it is. Steps also become short where a solution escapes from a small start, or passes a pole beside the real
/// line: there neither values nor velocities grow beyond all bounds, or the sequence ends.
struct ShrinkingSteps {
  private struct Entry {
    let log2Step: Double
    let log2Size: Double
    let log2Velocity: Double
  }

  /// Those since steps last became longer.
  private var run: [Entry] = []

  /// Steps over which the sequence must be geometric.
  private static let window = 12
  /// Bits by which steps, and values or velocities, must have changed.
  private static let leastShrinking = 30.0
  private static let leastGrowth = 15.0

  /// - Parameters: log2 of the step, the largest entry of the state and of its velocity at the step's start.
  mutating func record(log2Step: Double, log2Size: Double, log2Velocity: Double) {
    if let last = run.last, log2Step > last.log2Step + 0.01 { run.removeAll() }
    run.append(.init(log2Step: log2Step, log2Size: max(0, log2Size), log2Velocity: max(0, log2Velocity)))
  }

  /// Log2 of the last step.
  var log2Step: Double { run.last?.log2Step ?? .infinity }

  /// Log2 of how far ahead the limit of the steps is; nil where nothing says that there is one.
  var log2Distance: Double? {
    guard run.count > 2 * Self.window, let first = run.first, let last = run.last else { return nil }
    guard first.log2Step - last.log2Step >= Self.leastShrinking,
      max(last.log2Size - first.log2Size, last.log2Velocity - first.log2Velocity) >= Self.leastGrowth
    else { return nil }
    // Two estimates, a window apart, must meet.
    let (now, before) = (distance(at: run.count - 1), distance(at: run.count - 1 - Self.window))
    guard let now, let before else { return nil }
    let passed = run[(run.count - 1 - Self.window)..<(run.count - 1)].reduce(0) {
      $0 + exp2($1.log2Step - last.log2Step)
    }
    let scaledBefore = before * exp2(run[run.count - 1 - Self.window].log2Step - last.log2Step)
    guard abs(scaledBefore - passed - now) <= 0.25 * scaledBefore else { return nil }
    return last.log2Step + log2(now)
  }

  /// The sum of the geometric sequence from a step on, in units of that step.
  private func distance(at index: Int) -> Double? {
    let fall = (run[index - Self.window].log2Step - run[index].log2Step) / Double(Self.window)
    return fall > 0.02 ? 1 / (1 - exp2(-fall)) : nil
  }
}
