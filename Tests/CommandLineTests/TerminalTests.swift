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
  @Test(arguments: [
    (["p.yaml", "--method", "closed-form", "--digits", "10000", "--at", times], "solving, 1 s"),
    (["Examples/lorenz.yaml", "--digits", "60", "--certified", "--at", "500"], "t = "),
  ])
  func progressIsShownOnATerminal(arguments: [String], text: String) throws {
    // Linux's TIOCSPTLCK and TIOCGPTN: unlocks the other side of a terminal, and gives its number.
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number) = (Int32(0), UInt32(0))
    #expect(master >= 0 && ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
    defer { close(master) }
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    let folder = try ScratchFolder()
    try folder.write(MalformedInput.template, to: "p.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/Examples", withDestinationPath: packageFolder.path + "/Examples")
    let run = try CommandRun(
      ["solve"] + arguments, in: folder.url, errorsTo: terminal, interruptAfter: 3)
    #expect(run.status == 130 && run.output.isEmpty)
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = max(0, read(master, &bytes, bytes.count))
    let shown = String(decoding: bytes[..<count], as: UTF8.self)
    #expect(shown.contains("\r\u{1B}[K\(text)"), "\(shown.debugDescription)")
    #expect(shown.hasSuffix("\r\u{1B}[Kinterrupted\r\n"), "\(shown.debugDescription)")
  }

  private static let times = (1...400).map { "\($0)/100" }.joined(separator: ",")
}
