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
    let overall = Verdict.overall(of: instances)
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
