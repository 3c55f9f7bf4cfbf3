#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether an integration's steps shrink towards a point in time, and values or velocities grow on the way: the evidence
/// without which nothing is said of a singularity of the solution.
///
/// Near one, ρ is the distance to it, and steps are a fixed part of ρ, but for what their choice adds: they fall like a
/// geometric sequence, whose sum says where it is. Steps also become short where a solution escapes from a small start,
/// or passes a pole beside the real line: there neither values nor velocities grow beyond all bounds, or the sequence ends.
struct ShrinkingSteps {
  private struct Entry {
    let log2Step: Double
    let log2Size: Double
    let log2Velocity: Double
  }

  /// Those since steps last became much longer.
  private var run: [Entry] = []
  /// Log2 of the shortest of them.
  private var shortest = Double.infinity

  /// Steps that are looked at together.
  private static let window = 16
  /// Bits by which a step may exceed the shortest before.
  private static let mostNoise = 3.0
  /// Bits by which steps, and values or velocities, must have changed.
  private static let leastShrinking = 30.0
  private static let leastGrowth = 15.0
  /// Bits by which steps must fall from one to the next, on average.
  private static let leastFall = 0.02
  /// By this part of the distance two estimates of the limit may differ.
  private static let mostDisagreement = 0.5

  /// - Parameters: log2 of the step, the largest entry of the state and of its velocity at the step's start.
  mutating func record(log2Step: Double, log2Size: Double, log2Velocity: Double) {
    if log2Step > shortest + Self.mostNoise {
      run.removeAll()
      shortest = .infinity
    }
    shortest = min(shortest, log2Step)
    run.append(.init(log2Step: log2Step, log2Size: max(0, log2Size), log2Velocity: max(0, log2Velocity)))
  }

  /// Log2 of the last step.
  var log2Step: Double { run.last?.log2Step ?? .infinity }

  /// Log2 of how far ahead the limit of the steps is; nil where nothing says that there is one.
  var log2Distance: Double? {
    guard run.count > 3 * Self.window, let first = run.first, let last = run.last else { return nil }
    guard first.log2Step - last.log2Step >= Self.leastShrinking,
      max(last.log2Size - first.log2Size, last.log2Velocity - first.log2Velocity) >= Self.leastGrowth
    else { return nil }
    // Two estimates, a window apart, must meet.
    let (end, middle) = (run.count, run.count - Self.window)
    guard let now = distance(before: end), let before = distance(before: middle) else { return nil }
    let passed = run[middle..<end].reduce(0) { $0 + exp2($1.log2Step - last.log2Step) }
    let scaled = (now: exp2(now - last.log2Step), before: exp2(before - last.log2Step))
    guard abs(scaled.before - passed - scaled.now) <= Self.mostDisagreement * scaled.before else {
      return nil
    }
    return now
  }

  /// Log2 of the sum of the geometric sequence from an index on, by the means of two windows before it.
  private func distance(before index: Int) -> Double? {
    func mean(_ range: Range<Int>) -> Double {
      run[range].reduce(0) { $0 + $1.log2Step } / Double(range.count)
    }
    let (late, early) = (
      mean(index - Self.window..<index), mean(index - 2 * Self.window..<index - Self.window)
    )
    let fall = (early - late) / Double(Self.window)
    guard fall > Self.leastFall else { return nil }
    let next = late - fall * Double(Self.window + 1) / 2
    return next - log2(1 - exp2(-fall))
  }
}
