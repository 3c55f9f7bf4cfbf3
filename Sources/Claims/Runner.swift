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
  ) async -> [ClaimResult] {
    let made = await instances(of: claims)
    let instances = made.map(\.run)
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
      for _ in 0..<min(jobs, queue.count) { addNext() }
      for await (claim, instance, result) in group {
        results[claim][instance] = result
        done += 1
        progress?(done, queue.count)
        addNext()
      }
    }
    return zip(claims, zip(results, made.map(\.leftOut))).map { claim, list in
      ClaimResult(
        claim: claim, instances: list.0.compactMap { $0 }, instanceCount: list.0.count, leftOut: list.1)
    }
  }

  /// A claim's instances, but for second opinions where only certificates count; and how many these are.
  private typealias Selection = (run: [Instance], leftOut: Int)

  private func instances(of claim: Claim) throws -> Selection {
    let all = try claim.instances(settings)
    guard settings.rigour == .required else { return (all, 0) }
    let run = all.filter { !$0.isSecondOpinion }
    return (run, all.count - run.count)
  }

  /// The instances of each claim, made on several cores too; one that says why in place of those that could not
  /// be made.
  private func instances(of claims: [Claim]) async -> [Selection] {
    var made = [Selection](repeating: ([], 0), count: claims.count)
    await withTaskGroup(of: (Int, Selection).self) { group in
      var pending = claims.indices[...]
      func addNext() {
        guard let next = pending.popFirst() else { return }
        let claim = claims[next]
        group.addTask {
          do { return (next, try instances(of: claim)) } catch { return (next, ([.failing(with: error)], 0)) }
        }
      }
      for _ in 0..<min(jobs, claims.count) { addNext() }
      for await (claim, list) in group {
        made[claim] = list
        addNext()
      }
    }
    return made
  }
}
