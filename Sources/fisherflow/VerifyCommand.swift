import ArgumentParser
import Claims
import Foundation
import Integrators
import Learning
import ProblemFiles
import Reporting
import Systems

/// `fisherflow verify [CLAIM-ID | FILE.yaml]...`: claims checked on their instances, and their controls refuted.
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

  @Argument(help: "Claim ids (see `fisherflow claims`) and problem files (.yaml); none for the catalogue.")
  var claims: [String] = []

  @Flag
  var extent = CatalogueExtent.quick

  @Option(help: "Decimal digits that a claim must hold to.")
  var digits = 50

  @Flag(help: "Accept only rigorous comparisons.")
  var certified = false

  @Flag(help: "Estimate the errors of integrations, in place of certifying them where that is possible.")
  var estimate = false

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
    guard !(certified && estimate) else {
      throw ValidationError("--certified and --estimate: found both, expected one of them or none.")
    }
  }

  private var rigour: Rigour { certified ? .required : estimate ? .estimated : .preferred }

  func run() async throws {
    guard CheckSettings.digitsRange.contains(digits) else {
      throw InputError(
        field: "--digits",
        "found \(digits), expected \(CheckSettings.digitsRange.lowerBound) to "
          + "\(CheckSettings.digitsRange.upperBound)")
    }
    let settings = CheckSettings(digits: digits, seed: seed, rigour: rigour)
    let selected = try selection()
    let progress = ProgressLine()
    defer { progress.clear() }
    let start = ContinuousClock.now
    let (results, wasInterrupted) = try await Interruption.runToCheckpoint { [jobs] in
      await Runner(settings: settings, jobs: jobs).run(selected) { done, all in
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
    guard !claims.isEmpty else { return extent.claims }
    return try claims.map { name in
      if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return try claim(ofFile: name) }
      guard let claim = Catalogue.claim(name) else {
        throw InputError(
          field: "CLAIM-ID",
          "found \(name), expected a file that ends with .yaml, or one of \(Catalogue.claims.map(\.id).joined(separator: ", "))"
        )
      }
      return claim
    }
  }

  private func claim(ofFile path: String) throws -> Claim {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    switch try ProblemDocument(path: path) {
    case .problem(let file): return try claim(of: file, name: name)
    case .system(let file):
      guard let prediction = file.prediction else {
        throw file.inputError(
          SystemError(
            field: "", "without a prediction there is nothing to verify, expected the key prediction"))
      }
      return try SystemClaim.make(name: name, system: file.system, prediction: prediction)
    }
  }

  private func claim(of file: ProblemFile, name: String) throws -> Claim {
    do {
      if let prediction = file.prediction {
        return try PredictionClaim.make(name: name, problem: file.problem, prediction: prediction)
      }
      return try ProblemClaim.make(name: name, problem: file.problem)
    } catch let error as ProblemError {
      throw file.inputError(error)
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
