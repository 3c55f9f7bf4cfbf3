import ArgumentParser
import Claims
import Foundation
import Integrators
import ProblemFiles
import Reporting

/// `fisherflow verify [CLAIM-ID]...`: claims checked on their instances, and their controls refuted.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks claims: the whole catalogue, or those named.",
    discussion: """
      Each claim runs on its instances, and each instance's controls, which are the claim made wrong, must be \
      refuted by the same comparison.

      Exit status: 0 all hold; 1 something is refuted; 2 something is inconclusive or not applicable, and nothing \
      refuted.
      """)

  @Argument(help: "Claim ids (see `fisherflow claims`); none for all.")
  var claims: [String] = []

  @Option(help: "Decimal digits that a claim must hold to.")
  var digits = 50

  @Flag(help: "Accept only rigorous comparisons.")
  var certified = false

  @Option(help: "Instances that run at once; by default as many as there are processors.")
  var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Seed of the random instances.")
  var seed: UInt64 = 1

  @Option(help: "table, json, junit or html.")
  var format = VerifyFormat.table

  @Option(help: "A file for the report, in place of standard output.")
  var output: String?

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs: found \(jobs), expected at least 1.") }
  }

  func run() async throws {
    guard CheckSettings.digitsRange.contains(digits) else {
      throw InputError(
        field: "--digits",
        "found \(digits), expected \(CheckSettings.digitsRange.lowerBound) to "
          + "\(CheckSettings.digitsRange.upperBound)")
    }
    let settings = CheckSettings(digits: digits, seed: seed, requiresCertificates: certified)
    let selected = try selection()
    let progress = ProgressLine()
    defer { progress.clear() }
    let start = ContinuousClock.now
    let (results, wasInterrupted) = try await Interruption.runToCheckpoint { [jobs] in
      try await Runner(settings: settings, jobs: jobs).run(selected) { done, all in
        progress.update("\(done) of \(all) instances")
      }
    }
    progress.clear()
    let report = ClaimReport(
      results: results, settings: settings, seconds: (ContinuousClock.now - start) / .seconds(1))
    try write(report)
    if wasInterrupted { throw CancellationError() }
    if let status = Self.exitCode(of: results) { throw status }
  }

  private func selection() throws -> [Claim] {
    guard !claims.isEmpty else { return Catalogue.claims }
    return try claims.map { name in
      guard let claim = Catalogue.claim(name) else {
        throw InputError(
          field: "CLAIM-ID",
          "found \(name), expected one of \(Catalogue.claims.map(\.id).joined(separator: ", "))")
      }
      return claim
    }
  }

  private func write(_ report: ClaimReport) throws {
    let text =
      switch format {
      case .json: report.document.text() + "\n"
      case .junit: report.junit.text
      case .html: report.page.text
      case .table:
        report.lines(
          width: output == nil ? TerminalStyle.terminalWidth(of: STDOUT_FILENO) : nil,
          style: .automatic(isTerminal: output == nil && isatty(STDOUT_FILENO) != 0)
        ).joined(separator: "\n") + "\n"
      }
    guard let output else { return try StandardStreams.writeOutput(text) }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw InputError(field: "--output", "could not write \(output): \(error.localizedDescription)")
    }
  }

  static func exitCode(of results: [ClaimResult]) -> ExitCode? {
    if results.contains(where: \.verdict.isRefuted) { return ExitCode(1) }
    return results.allSatisfy(\.verdict.holds) ? nil : ExitCode(ExitStatus.inconclusive.rawValue)
  }
}

/// What `verify` prints.
enum VerifyFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, junit, html
}
