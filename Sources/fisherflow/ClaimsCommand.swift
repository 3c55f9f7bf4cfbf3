import ArgumentParser
import Claims
import Foundation
import Reporting

/// `fisherflow claims`: what the catalogue states, without checking it.
struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims",
    abstract: "Lists the claims: statement, hypotheses, theorem, section of the theory, range tested.")

  @Flag(help: "The paper's abstract, sentence by sentence: what became of it, and by which claims.")
  var paper = false

  @Option(help: "table or json.")
  var format = ClaimsFormat.table

  @Option(help: "A file for the list, in place of standard output.")
  var output: String?

  func run() throws {
    let destination = try OutputDestination(output)
    let terminal = destination.isStandardOutput ? STDOUT_FILENO : nil
    let (width, style) = (TerminalStyle.columns(of: terminal), TerminalStyle.automatic(for: terminal))
    let (list, map) = (ClaimList(Catalogue.claims), PaperMap())
    let text =
      switch format {
      case .json: (paper ? map.document : list.document).text()
      case .table:
        (paper ? map.lines(width: width, style: style) : list.lines(width: width, style: style)).joined(
          separator: "\n")
      }
    try destination.write(text + "\n")
  }
}

/// What `claims` prints.
enum ClaimsFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}
