import Testing

@testable import Reporting

@Suite struct TextTableTests {
  private func table() -> TextTable {
    var table = TextTable([
      .init("claim", leastWidth: 4), .init("digits", .right), .init("note", leastWidth: 3),
    ])
    table.append(["t1-bernoulli", "50", .init("certified", .green)])
    table.append(["β²", "7"])
    return table
  }

  @Test func columnsAreAligned() {
    #expect(
      table().lines() == [
        "claim         digits  note",
        "────────────  ──────  ─────────",
        "t1-bernoulli      50  certified",
        "β²                 7  ",
      ])
  }

  @Test(arguments: 19...40)
  func noLineIsWiderThanTheTerminal(width: Int) {
    let lines = table().lines(width: width)
    #expect(lines.allSatisfy { $0.terminalWidth <= width })
    #expect(lines.allSatisfy { $0.contains("50") || !$0.contains("t1") })
  }

  @Test func columnsThatMayNotBeClippedAreKept() {
    #expect(table().lines(width: 5)[2] == "t1-…      50  ce…")
  }

  @Test func stylesDoNotChangeTheAlignment() {
    let styled = table().lines(style: TerminalStyle(showsStyles: true))
    #expect(styled[2] == "t1-bernoulli      50  \u{1B}[32mcertified\u{1B}[0m")
    #expect(styled[0].hasPrefix("\u{1B}[1mclaim\u{1B}[0m         "))
  }

  @Test func stylesAreForTerminalsOnly() {
    func shows(_ isTerminal: Bool, _ environment: [String: String]) -> Bool {
      TerminalStyle.automatic(isTerminal: isTerminal, environment: environment).showsStyles
    }
    #expect(shows(true, [:]) && shows(true, ["NO_COLOR": ""]))
    #expect(!shows(false, [:]) && !shows(true, ["NO_COLOR": "1"]) && !shows(true, ["TERM": "dumb"]))
  }

  @Test(arguments: [
    ("abc", 3), ("θ̇", 1), ("数", 2), ("✅", 2), ("e\u{301}", 1), ("", 0), ("\u{1B}", 0), ("−", 1),
  ])
  func widthIsThatOfTheTerminal(text: String, width: Int) {
    #expect(text.terminalWidth == width)
  }
}
