import Symbolics

/// What is wrong with the use of the command, on one line, from the words of the argument parser.
struct UsageMessage {
  let text: String

  /// What an option takes, where the parser does not say it.
  private static let expectations = [
    "--digits": "a whole number", "--jobs": "a whole number from 1 to \(VerifyCommand.jobsRange.upperBound)",
    "--seed": "a whole number from 0 to \(UInt64.max)",
  ]

  init(_ message: String, _ arguments: [String]) {
    let subcommands = FisherFlowCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    let command = arguments.first.flatMap { subcommands.contains($0) ? $0 : nil }
    let help = "fisherflow \(command.map { "\($0) " } ?? "")--help"
    let body =
      Self.wrongValue(message) ?? (command == nil ? Self.wrongCommand(message, arguments, subcommands) : nil)
      ?? Self.shortening(arguments, in: message)
    let line = body.trimmingPrefix("Error: ").split(separator: "\n").joined(separator: " ")
    text = (line.hasSuffix(".") ? line.dropLast() : line[...]) + " (see '\(help)')"
  }

  /// `The value 'x' is invalid for '--digits <digits>'. Please provide one of 'a', 'b' or 'c'.`
  private static func wrongValue(_ message: String) -> String? {
    guard let start = message.firstRange(of: "The value '"),
      let middle = message.ranges(of: "' is invalid for '").last, start.upperBound <= middle.lowerBound
    else { return nil }
    let value = String(message[start.upperBound..<middle.lowerBound])
    let rest = message[middle.upperBound...]
    let option = String(rest.prefix { $0 != " " && $0 != "'" })
    let parts = rest.split(separator: "'", omittingEmptySubsequences: false)
    // Behind the option itself, every second part stands in quotes.
    let choices =
      rest.contains("one of")
      ? parts.dropFirst(2).enumerated().filter { $0.offset % 2 == 0 }.map { String($0.element) } : []
    var expected = expectations[option].map { ", expected \($0)" } ?? ""
    if !choices.isEmpty {
      expected = ", expected one of \(choices.joined(separator: ", "))"
      if let nearest = NameSuggestion.nearest(to: value, among: choices) {
        expected += "; did you mean \(nearest)?"
      }
    }
    return "\(option): found \"\(VisibleText.shortened(value))\"\(expected)"
  }

  private static func wrongCommand(_ message: String, _ arguments: [String], _ commands: [String]) -> String?
  {
    guard message.contains("nexpected argument"), let name = arguments.first(where: { !$0.hasPrefix("-") })
    else {
      return nil
    }
    let hint =
      NameSuggestion.nearest(to: name, among: commands + ["help"]).map { "; did you mean \($0)?" } ?? ""
    return
      "found \"\(VisibleText.shortened(name))\", expected a subcommand: \(commands.joined(separator: ", ")), help\(hint)"
  }

  /// The parser quotes arguments whole.
  private static func shortening(_ arguments: [String], in message: String) -> String {
    var message = message
    let parts = arguments.flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).map(String.init) }
    for part in parts where part.unicodeScalars.count > VisibleText.limit {
      message = message.replacing(part, with: VisibleText.shortened(part))
    }
    return message
  }

  /// `--digits -3` as `--digits=-3`: a negative number is a value and not an option.
  static func joiningNegativeValues(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for (place, argument) in arguments.enumerated() {
      if joined.contains("--") { return joined + arguments[place...] }
      let isNegative =
        argument.count > 1 && argument.first == "-"
        && argument.dropFirst().first.map { $0.isNumber || $0 == "." } == true
      if isNegative, let option = joined.last, option.hasPrefix("--"), !option.contains("=") {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }
}
