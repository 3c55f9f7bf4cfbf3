import Learning

/// What a claim's instances showed, as reports print it.
public struct ClaimResult: Sendable {
  public let claim: Claim
  public let instances: [InstanceResult]
  /// Instances that the claim has; more than were run if the run was stopped.
  public let instanceCount: Int
  /// Second opinions that were not asked for, as only certificates count.
  public let leftOut: Int

  init(claim: Claim, instances: [InstanceResult], instanceCount: Int, leftOut: Int = 0) {
    (self.claim, self.instances) = (claim, instances)
    (self.instanceCount, self.leftOut) = (instanceCount, leftOut)
  }

  /// Instances whose hypotheses hold, or are not known to fail.
  public var applicable: Int { instances.count - outside.count }

  /// How many must.
  public var mustApply: Int { min(claim.mustApply ?? instanceCount, instanceCount) }

  private var outside: [InstanceResult] {
    instances.filter { if case .notApplicable = $0.verdict { true } else { false } }
  }

  /// What is wrong where fewer instances apply than must; nil where nothing is, or the run was stopped before all were
  /// looked at.
  public var shortfall: String? {
    guard instances.count == instanceCount, applicable < mustApply, let first = outside.first else {
      return nil
    }
    return "\(applicable) of \(instanceCount) instances apply, \(mustApply) must: \(first.name) "
      + first.verdict.detail
  }

  /// The instances' verdicts together; an instance without a control, or with one that its check did not refute,
  /// shows nothing, and the claim is then inconclusive.
  public var verdict: Verdict {
    let overall = Verdict.overall(of: instances)
    if overall.isRefuted { return overall }
    guard instances.count == instanceCount else {
      return .inconclusive(why: "stopped after \(instances.count) of \(instanceCount) instances")
    }
    guard overall.holds else { return overall }
    if let shortfall { return .inconclusive(why: shortfall) }
    for instance in instances where instance.verdict.holds {
      guard !instance.controls.isEmpty else {
        return .inconclusive(why: "the check of \(instance.name) has no control")
      }
      if let control = instance.controls.first(where: { !$0.verdict.isRefuted }) {
        return .inconclusive(
          why: "the check has no power: the control '\(control.name)' of \(instance.name) was not refuted "
            + "(\(control.verdict.detail))")
      }
    }
    return overall
  }

  public var controlsRun: Int { instances.reduce(0) { $0 + $1.controls.count } }
  public var controlsRefuted: Int {
    instances.reduce(0) { $0 + $1.controls.filter(\.verdict.isRefuted).count }
  }
  /// Numbers that both sides of its instances have, and all there are.
  public var compared: Int { instances.reduce(0) { $0 + $1.compared } }
  public var entries: Int { instances.reduce(0) { $0 + $1.entries } }
  public var seconds: Double { instances.reduce(0) { $0 + $1.seconds } }
}

public struct InstanceResult: Sendable {
  public let name: String
  public let verdict: Verdict
  /// Repeats other instances by a method that estimates its errors.
  public let isSecondOpinion: Bool
  public let conditions: [Condition]
  public let controls: [ControlResult]
  /// How many numbers both sides have, and how many there are: a law may say nothing about some.
  public let compared: Int
  public let entries: Int
  /// Why the comparison is no proof: which error is estimated, or which condition is not proved. Nil where it is one, or
  /// where nothing was compared.
  public let why: String?
  /// Wall-clock seconds of one core.
  public let seconds: Double

  public struct ControlResult: Sendable {
    public let name: String
    public let verdict: Verdict
  }
}
