import Foundation

/// A console block of a document, and what the program prints for it.
///
/// Behind the line `<!-- compared -->`, a block's commands (after `$ `) are run in a folder that has the package's
/// `Examples`, and a link from `.build/release/fisherflow` to the built command. `cat FILE` makes the file. A line
/// `...` stands for any lines. Seconds are not compared.
struct ConsoleBlock: Sendable, CustomTestStringConvertible {
  let document: String
  /// Of the first line inside the fence, from 0.
  let start: Int
  let lines: [String]

  static let mark = "<!-- compared -->"
  static let documents = ["README.md", "docs/command-line.md"]
  static let all = documents.flatMap { (try? blocks(of: $0)) ?? [] }

  var testDescription: String { "\(document):\(start + 1)" }

  private static func blocks(of document: String) throws -> [ConsoleBlock] {
    let lines = try text(of: document)
    return lines.indices.filter { lines[$0] == mark && $0 + 2 < lines.count && lines[$0 + 1] == "```console" }
      .map { place in
        let start = place + 2
        let end = lines[start...].firstIndex(of: "```") ?? lines.count
        return ConsoleBlock(document: document, start: start, lines: Array(lines[start..<end]))
      }
  }

  private static func text(of document: String) throws -> [String] {
    let text = try String(contentsOf: packageFolder.appendingPathComponent(document), encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The commands, with what the document says they print.
  var steps: [(command: String, output: [String])] {
    var steps: [(command: String, output: [String])] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append((String(line.dropFirst(2)), []))
      } else if !steps.isEmpty {
        steps[steps.count - 1].output.append(line)
      }
    }
    return steps
  }

  /// What each command prints, line by line.
  func run() throws -> [[String]] {
    let folder = try ScratchFolder()
    let files = FileManager.default
    try files.createSymbolicLink(
      at: folder.url.appendingPathComponent("Examples"),
      withDestinationURL: packageFolder.appendingPathComponent("Examples"))
    let release = folder.url.appendingPathComponent(".build/release")
    try files.createDirectory(at: release, withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: release.appendingPathComponent("fisherflow"), withDestinationURL: CommandRun.executable)
    for (command, output) in steps where command.hasPrefix("cat ") {
      try folder.write(output.joined(separator: "\n") + "\n", to: String(command.dropFirst(4)))
    }
    var script = "status=0\n"
    for (command, _) in steps {
      script += "(exit $status); { \(command); } 2>&1; status=$?; printf '\\036'\n"
    }
    let run = try CommandRun.script(script, in: folder.url, environment: ["COLUMNS": ""])
    return run.output.split(separator: "\u{1E}", omittingEmptySubsequences: false).dropLast().map { text in
      Array(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast())
    }
  }

  /// A line without its seconds: those of a summary, of a JSON member, and of a table's last column.
  static func masked(_ line: String) -> String {
    line.replacing(#/\d+\.\d+ s\b/#, with: "# s")
      .replacing(#/"seconds": [0-9.e-]+/#, with: "\"seconds\": #")
      .replacing(#/ +\d+\.\d$/#, with: " #")
  }

  /// Whether the document's lines are those printed, up to seconds and what `...` leaves out.
  static func agrees(_ shown: [String], with printed: [String]) -> Bool {
    let parts = shown.map(masked).split(separator: "...", omittingEmptySubsequences: false)
    let printed = printed.map(masked)
    guard let first = parts.first, let last = parts.last else { return false }
    guard parts.count > 1 else { return Array(first) == printed }
    guard printed.starts(with: first), printed.suffix(last.count) == last else { return false }
    var rest = printed.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return true
  }

  /// The document with what was printed in place of what it shows, where that differs.
  func rewrite(with printed: [[String]]) throws {
    var lines = try Self.text(of: document)
    var block: [String] = []
    for (step, output) in zip(steps, printed) {
      let isKept = Self.agrees(step.output, with: output) || step.output.contains("...")
      block += ["$ \(step.command)"] + (isKept ? step.output : output)
    }
    // Blocks above may have grown: this one is found by what it showed.
    guard let place = lines.firstRange(of: [Self.mark, "```console"] + self.lines) else { return }
    lines.replaceSubrange(place, with: [Self.mark, "```console"] + block)
    try Data(lines.joined(separator: "\n").utf8).write(to: packageFolder.appendingPathComponent(document))
  }
}
