import Claims

/// The results of a run of claims, for a terminal, JSON, JUnit and HTML.
public struct ClaimReport: Sendable {
  public let results: [ClaimResult]
  public let settings: CheckSettings
  /// Wall-clock seconds of the whole run.
  public let seconds: Double

  public init(results: [ClaimResult], settings: CheckSettings, seconds: Double) {
    (self.results, self.settings, self.seconds) = (results, settings, seconds)
  }

  /// How many claims have the verdict of this name.
  func count(_ verdict: String) -> Int { results.count { $0.verdict.name == verdict } }

  /// One line: `12 claims: 10 confirmed, 2 certified; 83 instances; 110 of 110 controls refuted; 41.2 s`.
  public var summary: String {
    let verdicts = ["certified", "confirmed", "refuted", "inconclusive", "notApplicable"]
      .filter { count($0) > 0 }.map { "\(count($0)) \($0)" }.joined(separator: ", ")
    let instances = results.reduce(0) { $0 + $1.instances.count }
    let run = results.reduce(0) { $0 + $1.controlsRun }
    let refuted = results.reduce(0) { $0 + $1.controlsRefuted }
    let leftOut = results.reduce(0) { $0 + $1.leftOut }
    return
      "\(results.count) \(results.count == 1 ? "claim" : "claims") at \(settings.digits) digits: \(verdicts); \(instances) \(instances == 1 ? "instance" : "instances"); "
      + (leftOut > 0 ? "\(leftOut) second \(leftOut == 1 ? "opinion" : "opinions") left out; " : "")
      + "\(refuted) of \(run) controls refuted; \(Self.rounded(seconds)) s"
  }

  /// The table and the summary line, and a line on each claim that does not hold.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    var table = TextTable([
      .init("claim"), .init("what it says", leastWidth: 24), .init("instances", .right), .init("verdict"),
      .init("digits", .right), .init("controls refuted", .right), .init("theorem", leastWidth: 12),
      .init("seconds", .right),
    ])
    for result in results {
      table.append([
        .init(result.claim.id), .init(result.claim.title), .init(Self.instanceCount(result)),
        .init(result.verdict.name, Self.style(of: result.verdict)),
        .init(result.verdict.digits.map(String.init) ?? "–"),
        "\(result.controlsRefuted)/\(result.controlsRun)", .init(result.claim.theorem ?? "none"),
        .init(Self.rounded(result.seconds)),
      ])
    }
    let details = results.filter { !$0.verdict.holds }.map {
      "\($0.claim.id): \($0.verdict.name): \($0.verdict.detail)"
    }
    return table.lines(width: width, style: style) + [""] + details + notes + [summary]
  }

  /// `9`, or `8 of 9` where not all apply.
  static func instanceCount(_ result: ClaimResult) -> String {
    result.applicable == result.instances.count
      ? "\(result.instances.count)" : "\(result.applicable) of \(result.instances.count)"
  }

  /// A line on each claim whose check is smaller than its instances look: numbers of which a side says nothing, instances
  /// that do not apply and need not.
  private var notes: [String] {
    results.flatMap { result in
      var notes: [String] = []
      if result.verdict.holds, result.applicable < result.instances.count {
        notes.append(
          "\(result.applicable) of \(result.instances.count) instances apply; \(result.mustApply) must")
      }
      if result.compared < result.entries {
        notes.append(
          "\(result.compared) of \(result.entries) numbers compared; of the others one side says nothing")
      }
      return notes.map { "\(result.claim.id): \($0)" }
    }
  }

  private static func style(of verdict: Verdict) -> TerminalStyle.Style {
    switch verdict {
    case .certified, .confirmed: .green
    case .refuted: .red
    case .inconclusive, .notApplicable: .yellow
    }
  }

  /// With one decimal.
  static func rounded(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
