import ArgumentParser
import Claims
import Foundation
import Reporting

/// `fisherflow claims`: what the catalogue states, without checking it.
struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims",
    abstract: "Lists the claims: statement, hypotheses, theorem, section of the theory, range tested.")

  @Option(help: "table or json.")
  var format = ClaimsFormat.table

  func run() throws {
    let list = ClaimList(Catalogue.claims)
    let text =
      switch format {
      case .json: list.document.text()
      case .table:
        list.lines(style: .automatic(isTerminal: isatty(STDOUT_FILENO) != 0)).joined(separator: "\n")
      }
    try StandardStreams.writeOutput(text + "\n")
  }
}

/// What `claims` prints.
enum ClaimsFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}
