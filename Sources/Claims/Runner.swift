import Learning

/// Runs claims' instances on several cores and gathers their results.
public struct Runner: Sendable {
  public let settings: CheckSettings
  /// How many instances run at once.
  public let jobs: Int

  public init(settings: CheckSettings, jobs: Int) {
    (self.settings, self.jobs) = (settings, max(1, jobs))
  }

  /// Checks the claims, in the order given. When the task is cancelled, what is done so far is returned, and
  /// claims that are not complete say so.
  ///
  /// - Parameter progress: called after each instance with the numbers done and in all.
  public func run(
    _ claims: [Claim], progress: (@Sendable (_ done: Int, _ all: Int) -> Void)? = nil
  ) async throws -> [ClaimResult] {
    let instances = try claims.map { try $0.instances(settings) }
    let queue = instances.enumerated().flatMap { claim, list in
      list.indices.map { (claim: claim, instance: $0) }
    }
    var results = instances.map { [InstanceResult?](repeating: nil, count: $0.count) }
    var done = 0
    await withTaskGroup(of: (Int, Int, InstanceResult?).self) { group in
      var pending = queue[...]
      func addNext() {
        guard !Task.isCancelled, let next = pending.popFirst() else { return }
        let instance = instances[next.claim][next.instance]
        group.addTask { (next.claim, next.instance, try? instance.check(settings)) }
      }
      for _ in 0..<jobs { addNext() }
      for await (claim, instance, result) in group {
        results[claim][instance] = result
        done += 1
        progress?(done, queue.count)
        addNext()
      }
    }
    return zip(claims, results).map { claim, list in
      ClaimResult(
        claim: claim, instances: list.compactMap { $0 }, instanceCount: list.count)
    }
  }
}
