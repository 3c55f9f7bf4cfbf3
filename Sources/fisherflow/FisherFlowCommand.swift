import ArgumentParser

/// The command line: `fisherflow verify`, `claims`, `solve`.
@main
struct FisherFlowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fisherflow",
    abstract: "Checks what theory says about natural gradient flow, to as many digits as you like.",
    discussion: """
      Exit status: 0 all is well; 1 something is refuted; 2 something is inconclusive; 64 wrong usage; 65 bad \
      input (file, line, field, what was expected); 70 an internal error; 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [VerifyCommand.self, ClaimsCommand.self, SolveCommand.self])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let status = ExitStatus(of: error) else { exit(withError: error) }
      StandardStreams.writeError(status.message(for: error))
      status.exit()
    }
  }
}
