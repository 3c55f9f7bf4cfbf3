import Foundation
import Reporting
import Testing

/// Tables and lists are as wide as there is room, and progress is shown on terminals.
@Suite struct TerminalTests {
  @Test(arguments: [20, 40, 41, 60, 79, 80, 81, 120, 160, 250]) func nothingIsWiderThanTheTerminal(width: Int)
    throws
  {
    for arguments in [
      ["claims"], ["claims", "--paper"], ["verify", "t7-observed-entries", "t4-limit", "--digits", "10"],
    ] {
      let run = try CommandRun(arguments, environment: ["COLUMNS": "\(width)"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let widest = run.output.split(separator: "\n").map { String($0).terminalWidth }.max() ?? 0
      #expect(widest <= width, "\(arguments)")
      // All of it is there, whatever the width.
      if arguments.count > 2 {
        let text = run.output.filter { !$0.isWhitespace }
        #expect(text.contains("theothersmove,byparametrisation"))
        #expect(text.contains("CompletionCounterexample.unobserved_entry_moves"))
      }
    }
  }

  @Test func eightyColumnsWithoutATerminal() throws {
    let run = try CommandRun(["claims"], environment: ["COLUMNS": ""])
    let widths = run.output.split(separator: "\n").map { String($0).terminalWidth }
    #expect(widths.max() ?? 0 <= 80 && widths.max() ?? 0 > 70)
  }

  /// Closed forms say nothing of their progress, integrations the flow's time.
  @Test(arguments: [("closed-form", "solving, 1 s"), ("taylor", "t = ")])
  func progressIsShownOnATerminal(method: String, text: String) throws {
    let master = posix_openpt(O_RDWR | O_NOCTTY)
    #expect(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
    defer { close(master) }
    let slave = open(String(cString: ptsname(master)), O_RDWR | O_NOCTTY)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    let digits = method == "taylor" ? "800" : "10000"
    let times = (1...400).map { "\($0)/100" }.joined(separator: ",")
    let run = try CommandRun(
      ["solve", "p.yaml", "--method", method, "--digits", digits, "--at", times],
      files: ["p.yaml": Data(MalformedInput.template.utf8)], errorsTo: terminal, interruptAfter: 3)
    #expect(run.status == 130 && run.output.isEmpty)
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = max(0, read(master, &bytes, bytes.count))
    let shown = String(decoding: bytes[..<count], as: UTF8.self)
    #expect(shown.contains("\r\u{1B}[K\(text)"), "\(shown.debugDescription)")
    #expect(shown.hasSuffix("\r\u{1B}[Kinterrupted\r\n"), "\(shown.debugDescription)")
  }
}
