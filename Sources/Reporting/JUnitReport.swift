import Foundation

/// Test suites in the XML that continuous integration reads (the JUnit format of Ant and Surefire).
public struct JUnitReport: Sendable {
  public enum Outcome: Sendable, Hashable {
    case passed
    /// Refuted.
    case failed(message: String)
    /// Could not be decided.
    case error(message: String)
    /// Does not apply.
    case skipped(message: String)
  }

  public struct Case: Sendable {
    public let name: String
    public let outcome: Outcome
    public let seconds: Double
    /// What was found, for people; empty for nothing.
    public let details: String

    public init(name: String, outcome: Outcome, seconds: Double, details: String = "") {
      self.name = name
      self.outcome = outcome
      self.seconds = seconds
      self.details = details
    }
  }

  public struct Suite: Sendable {
    public let name: String
    public let cases: [Case]

    public init(name: String, cases: [Case]) {
      self.name = name
      self.cases = cases
    }
  }

  public let name: String
  public let suites: [Suite]

  public init(name: String, suites: [Suite]) {
    self.name = name
    self.suites = suites
  }

  public var text: String {
    let all = suites.flatMap(\.cases)
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites\(Self.counts(name, all))>"]
    for suite in suites {
      lines.append("  <testsuite\(Self.counts(suite.name, suite.cases))>")
      for test in suite.cases { lines += Self.lines(of: test, in: suite) }
      lines.append("  </testsuite>")
    }
    return (lines + ["</testsuites>", ""]).joined(separator: "\n")
  }

  private static func counts(_ name: String, _ cases: [Case]) -> String {
    func count(_ matches: (Outcome) -> Bool) -> String { "\(cases.count { matches($0.outcome) })" }
    return XMLText.attributes([
      "name": name, "tests": "\(cases.count)",
      "failures": count { if case .failed = $0 { true } else { false } },
      "errors": count { if case .error = $0 { true } else { false } },
      "skipped": count { if case .skipped = $0 { true } else { false } },
      "time": seconds(cases.reduce(0) { $0 + $1.seconds }),
    ])
  }

  private static func lines(of test: Case, in suite: Suite) -> [String] {
    let attributes = XMLText.attributes([
      "name": test.name, "classname": suite.name, "time": seconds(test.seconds),
    ])
    var content: [String] = []
    switch test.outcome {
    case .passed: break
    case .failed(let message): content.append("      <failure\(XMLText.attributes(["message": message]))/>")
    case .error(let message): content.append("      <error\(XMLText.attributes(["message": message]))/>")
    case .skipped(let message): content.append("      <skipped\(XMLText.attributes(["message": message]))/>")
    }
    if !test.details.isEmpty {
      content.append("      <system-out>\(XMLText.escaped(test.details))</system-out>")
    }
    if content.isEmpty { return ["    <testcase\(attributes)/>"] }
    return ["    <testcase\(attributes)>"] + content + ["    </testcase>"]
  }

  private static func seconds(_ value: Double) -> String {
    value.isFinite ? String(format: "%.3f", locale: Locale(identifier: "en_US_POSIX"), value) : "0.000"
  }
}
