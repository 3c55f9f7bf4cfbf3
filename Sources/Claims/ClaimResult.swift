import Learning

/// What a claim's instances showed, as reports print it.
public struct ClaimResult: Sendable {
  public let claim: Claim
  public let instances: [InstanceResult]
  /// Instances that the claim has; more than were run if the run was stopped.
  public let instanceCount: Int

  /// The instances' verdicts together; an instance without a control, or with one that its check did not refute,
  /// shows nothing, and the claim is then inconclusive.
  public var verdict: Verdict {
    let overall = Verdict.overall(instances.map(\.verdict))
    if overall.isRefuted { return overall }
    guard instances.count == instanceCount else {
      return .inconclusive(why: "stopped after \(instances.count) of \(instanceCount) instances")
    }
    guard overall.holds else { return overall }
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
  public var seconds: Double { instances.reduce(0) { $0 + $1.seconds } }
}

public struct InstanceResult: Sendable {
  public let name: String
  public let verdict: Verdict
  public let conditions: [Condition]
  public let controls: [ControlResult]
  /// How many numbers both sides have, and how many there are: a law may say nothing about some.
  public let compared: Int
  public let entries: Int
  /// Wall-clock seconds of one core.
  public let seconds: Double

  public struct ControlResult: Sendable {
    public let name: String
    public let verdict: Verdict
  }
}
