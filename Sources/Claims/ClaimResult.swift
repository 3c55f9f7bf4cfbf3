import Learning

/// What a claim's instances showed, as reports print it.
public struct ClaimResult: Sendable {
  public let claim: Claim
  public let instances: [InstanceResult]
  /// Instances that the claim has; more than were run if the run was stopped.
  public let instanceCount: Int

  /// The instances' verdicts together; a control that the check did not refute takes the check's power away,
  /// so that the claim is then inconclusive.
  public var verdict: Verdict {
    guard instances.count == instanceCount else {
      return .inconclusive(why: "stopped after \(instances.count) of \(instanceCount) instances")
    }
    let overall = Verdict.overall(instances.map(\.verdict))
    guard overall.holds else { return overall }
    for instance in instances {
      if let control = instance.controls.first(where: { !$0.verdict.isRefuted }) {
        return .inconclusive(
          why: "the check has no power: the control '\(control.name)' of \(instance.name) was not refuted "
            + "(\(control.verdict.detail))")
      }
    }
    guard controlsRun > 0 else { return .inconclusive(why: "the check has no control") }
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
  /// Wall-clock seconds of one core.
  public let seconds: Double

  public struct ControlResult: Sendable {
    public let name: String
    public let verdict: Verdict
  }
}
