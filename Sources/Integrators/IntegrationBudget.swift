import Multiprecision

/// Limits on what one integration may use.
///
/// Seconds count over everything that is done for one result: passes, companions, repetitions with more digits. They count
/// from `started()`; where that was not called, from the start of each integration.
public struct IntegrationBudget: Sendable {
  /// Of one pass.
  public var steps: Int
  /// Wall-clock seconds; nil for no limit.
  public var seconds: Double?
  public var bytes: Int
  private var start: ContinuousClock.Instant?

  public init(steps: Int = .max, seconds: Double? = nil, bytes: Int = 8 << 30) {
    (self.steps, self.seconds, self.bytes) = (steps, seconds, bytes)
  }

  /// The same budget, whose seconds count from now on, or from where they count already.
  public func started() -> IntegrationBudget {
    var budget = self
    budget.start = start ?? .now
    return budget
  }

  /// Seconds since the start; 0 before it.
  var secondsUsed: Double { start.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0 }

  /// Seconds that are left; nil where there is no limit.
  var secondsLeft: Double? { seconds.map { $0 - secondsUsed } }

  /// Throws where a step more is not allowed: the task is cancelled, or steps or seconds are used up.
  ///
  /// - Parameter since: from when seconds count if the budget was not started.
  func check(steps: Int, since: ContinuousClock.Instant = .now, at time: Double) throws {
    try Task.checkCancellation()
    if steps >= self.steps { throw IntegrationError.stepBudget(time: time, steps: self.steps) }
    if let seconds, (ContinuousClock.now - (start ?? since)) / .seconds(1) > seconds {
      throw IntegrationError.timeBudget(time: time, seconds: seconds)
    }
  }

  /// Enters so many bytes in the account of memory.
  ///
  /// - Throws: `memoryBudget` where they are more than this budget or the account has.
  func reserve(_ bytes: Int) throws(IntegrationError) -> MemoryAccount.Reservation {
    let account = MemoryAccount.current
    guard bytes <= self.bytes, let reservation = try? account.reserve(bytes, for: "an integration") else {
      throw .memoryBudget(bytes: bytes, limit: min(self.bytes, account.limit))
    }
    return reservation
  }
}
