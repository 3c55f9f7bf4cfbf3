import Claims
import Symbolics

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

  /// The table and the summary, and a sentence on each claim that does not hold.
  ///
  /// - Parameter width: the most columns that a line may have; nil for any.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    var table = TextTable([
      .init("claim"), .init("verdict"), .init("digits", .right), .init("instances", .right),
      .init("controls", .right), .init("seconds", .right), .init("what it says", labelBelow: ""),
      .init("theorem", labelBelow: "theorem: "),
    ])
    for result in results {
      table.append(
        [
          .init(VisibleText.shortened(result.claim.id)),
          .init(result.verdict.name, Self.style(of: result.verdict)),
          .init(result.verdict.digits.map(String.init) ?? "–"), .init(Self.instanceCount(result)),
          "\(result.controlsRefuted)/\(result.controlsRun)", .init(Self.rounded(result.seconds)),
          .init(result.claim.title), .init(result.claim.theorem ?? ""),
        ], notes: Self.notes(on: result))
    }
    let details = results.filter { !$0.verdict.holds }.map {
      "\(VisibleText.shortened($0.claim.id)): \($0.verdict.name): \($0.verdict.detail)"
    }
    return table.lines(width: width, style: style) + [""]
      + (details + [summary]).flatMap { $0.wrapped(to: width, hanging: 4) }
  }

  /// `9`, or `8 of 9` where not all apply.
  static func instanceCount(_ result: ClaimResult) -> String {
    result.applicable == result.instances.count
      ? "\(result.instances.count)" : "\(result.applicable) of \(result.instances.count)"
  }

  /// What a reader of the verdict should know where a check is smaller than its instances look: instances that do not
  /// apply and need not, numbers of which a side says nothing.
  private static func notes(on result: ClaimResult) -> [String] {
    var notes: [String] = []
    if result.verdict.holds, result.applicable < result.instances.count {
      notes.append(
        "\(result.applicable) of \(result.instances.count) instances apply; \(result.mustApply) must")
    }
    if result.compared < result.entries {
      notes.append("compared: \(result.compared) of \(result.entries) numbers")
    }
    return notes
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
