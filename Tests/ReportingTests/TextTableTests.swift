import Testing

@testable import Reporting

@Suite struct TextTableTests {
  private func table() -> TextTable {
    var table = TextTable([
      .init("claim"), .init("digits", .right), .init("note", labelBelow: "note: "),
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
        "β²                 7",
      ])
  }

  @Test(arguments: 8...40)
  func noLineIsWiderThanTheTerminal(width: Int) {
    let lines = table().lines(width: width)
    #expect(lines.allSatisfy { $0.terminalWidth <= width }, "\(lines)")
    let text = lines.joined().filter { $0 != " " }
    for part in ["t1-bernoulli", "50", "certified", "β²", "7"] { #expect(text.contains(part), "\(lines)") }
  }

  @Test func columnsGoBelowTheirRow() {
    #expect(
      table().lines(width: 28) == [
        "claim         digits", "────────────  ──────", "t1-bernoulli      50", "    note: certified",
        "β²                 7",
      ])
    #expect(
      table().lines(width: 16) == [
        "t1-bernoulli", "    digits 50", "    note:", "    certified", "β²", "    digits 7",
      ])
  }

  @Test func notesStandBelowTheRow() {
    var table = table()
    table.append(["x"], notes: ["of which a half"])
    #expect(table.lines().suffix(2) == ["x", "    of which a half"])
  }

  @Test(arguments: [
    ("one two three", 7, ["one two", "  three"]), ("", 7, [""]),
    ("abcdefghij", 4, ["abcd", "  ef", "  gh", "  ij"]),
    ("数数数数 数", 6, ["数数数", "  数", "  数"]), ("a\u{1B}[1m\nb", 40, ["a\\u{1B}[1m\\nb"]), ("fits", 4, ["fits"]),
    ("a  b", 2, ["a", "  b"]),
  ])
  func textIsWrapped(text: String, width: Int, lines: [String]) {
    #expect(text.wrapped(to: width, hanging: 2) == lines)
  }

  @Test func columnsAreEightyWithoutATerminal() {
    #expect(TerminalStyle.columns(of: nil, environment: [:]) == 80)
    #expect(TerminalStyle.columns(of: nil, environment: ["COLUMNS": "120"]) == 120)
    for wrong in ["", "0", "-5", "many"] {
      #expect(TerminalStyle.columns(of: nil, environment: ["COLUMNS": wrong]) == 80)
    }
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
