import ArgumentParser
import Claims
import Foundation
import Multiprecision
import Integrators
import ProblemFiles
import Reporting

/// `fisherflow verify [CLAIM-ID | FILE]...`: claims checked on their instances, and their controls refuted.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks claims: the catalogue, those named, or what a problem file predicts.",
    discussion: """
      Each claim runs on its instances, and each instance's controls, which are the claim made wrong, must be \
      refuted by the same comparison. A problem file is a claim too: what its key `prediction` says, or else that \
      its problem follows the closed forms known for it.

      Exit status: 0 all hold; 1 something is refuted; 2 something is inconclusive or not applicable, and nothing \
      refuted.
      """)

  @Argument(
    help:
      "Claim ids (see `fisherflow claims`) and problem files (YAML or JSON; - for standard input); none for the catalogue."
  )
  var claims: [String] = []

  @Flag
  var extent = CatalogueExtent.quick

  @Option(help: "Decimal digits that a claim must hold to.")
  var digits = 50

  @OptionGroup var rigour: RigourOptions

  @Option(help: "Instances that run at once; by default as many as there are processors.")
  var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Seed of the random instances.")
  var seed: UInt64 = 1

  @Option(help: "table, json, junit or html.")
  var format = VerifyFormat.table

  @Option(help: "A file for the report, in place of standard output. It is checked before the work begins.")
  var output: String?

  static let jobsRange = 1...1024

  func validate() throws {
    guard Self.jobsRange.contains(jobs) else {
      throw ValidationError(
        "--jobs: found \(jobs), expected \(Self.jobsRange.lowerBound) to \(Self.jobsRange.upperBound)")
    }
  }

  func run() async throws {
    guard CheckSettings.digitsRange.contains(digits) else {
      throw InputError(
        field: "--digits",
        "found \(digits), expected \(CheckSettings.digitsRange.lowerBound) to "
          + "\(CheckSettings.digitsRange.upperBound)")
    }
    var settings = CheckSettings(digits: digits, seed: seed, rigour: rigour.rigour)
    settings.secondsPerCertificate = rigour.maxSeconds / (rigour.certified ? 1 : 4)
    settings.secondsPerEstimate = rigour.maxSeconds * (rigour.rigour == .estimated ? 1 : 3 / 4)
    let destination = try OutputDestination(output)
    let selection = try ClaimSelection(claims)
    try destination.refuse(inputs: selection.inputs)
    let selected = claims.isEmpty ? extent.claims : selection.claims
    let progress = ProgressLine("making the instances")
    defer { progress.clear() }
    let start = ContinuousClock.now
    let (results, interruption) = try await Interruption.runToCheckpoint { [jobs, settings, rigour] in
      await MemoryAccount.$current.withValue(MemoryAccount(limit: rigour.maxMemory.bytes)) {
        await Runner(settings: settings, jobs: jobs).run(selected) { done, all in
          progress.update("\(done) of \(all) instances")
        }
      }
    }
    progress.clear()
    let report = ClaimReport(
      results: results, settings: settings, seconds: (ContinuousClock.now - start) / .seconds(1))
    try destination.write(text(of: report, for: destination))
    if let interruption { throw interruption }
    if let status = Self.exitCode(of: results) { throw status }
  }

  private func text(of report: ClaimReport, for destination: OutputDestination) -> String {
    switch format {
    case .json: return report.document.text() + "\n"
    case .junit: return report.junit.text
    case .html: return report.page.text
    case .table:
      let terminal = destination.isStandardOutput ? STDOUT_FILENO : nil
      return report.lines(width: TerminalStyle.columns(of: terminal), style: .automatic(for: terminal))
        .joined(separator: "\n") + "\n"
    }
  }

  static func exitCode(of results: [ClaimResult]) -> ExitCode? {
    if results.contains(where: \.verdict.isRefuted) { return ExitCode(1) }
    return results.allSatisfy(\.verdict.holds) ? nil : ExitCode(ExitStatus.inconclusive.rawValue)
  }
}

/// How much of the catalogue `verify` checks when no claim is named.
enum CatalogueExtent: EnumerableFlag {
  case quick, all

  var claims: [Claim] {
    switch self {
    case .quick: Catalogue.quick
    case .all: Catalogue.claims
    }
  }

  static func help(for value: CatalogueExtent) -> ArgumentHelp? {
    switch value {
    case .quick: "The closed forms of natural gradient flow: under a minute at 50 digits."
    case .all: "Every claim: minutes."
    }
  }
}

/// What `verify` prints.
enum VerifyFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, junit, html
}
