import ArgumentParser
import Foundation

/// The command line: `fisherflow verify`, `claims`, `solve`.
@main
struct FisherFlowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fisherflow",
    abstract: "Checks what theory says about natural gradient flow, to as many digits as you like.",
    discussion: """
      Exit status: 0 all is well; 1 something is refuted; 2 something is inconclusive; 64 wrong usage; 65 bad \
      input (file, line, field, what was expected); 70 an internal error; 74 the result could not be written; 130 \
      interrupted (129, 143: by SIGHUP, SIGTERM).
      """,
    version: "0.1.0",
    subcommands: [VerifyCommand.self, ClaimsCommand.self, SolveCommand.self])

  static func main() async {
    StandardStreams.prepare()
    let arguments = UsageMessage.joiningNegativeValues(Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error, arguments)
    }
  }

  private static func end(with error: any Error, _ arguments: [String]) -> Never {
    if let status = ExitStatus(of: error) {
      if let message = status.message(for: error) { StandardStreams.writeError(message) }
      status.exit()
    }
    let code = exitCode(for: error)
    if code.isSuccess {
      // Help, or the version.
      do { try StandardStreams.writeOutput(fullMessage(for: error) + "\n") } catch {
        end(with: error, arguments)
      }
    } else if !(error is ExitCode) {
      StandardStreams.writeError(UsageMessage(message(for: error), arguments).text)
    }
    Foundation.exit(code.rawValue)
  }
}
