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

  func run() throws {
    let style = TerminalStyle.automatic(isTerminal: isatty(STDOUT_FILENO) != 0)
    let (list, map) = (ClaimList(Catalogue.claims), PaperMap())
    let text =
      switch format {
      case .json: (paper ? map.document : list.document).text()
      case .table: (paper ? map.lines(style: style) : list.lines(style: style)).joined(separator: "\n")
      }
    try StandardStreams.writeOutput(text + "\n")
  }
}

/// What `claims` prints.
enum ClaimsFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}
