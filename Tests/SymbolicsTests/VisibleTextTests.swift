import Symbolics
import Testing

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("plain β² 数 👨‍👩‍👧", "plain β² 数 👨‍👩‍👧"), ("a\nb\tc\r", "a\\nb\\tc\\r"), ("\u{1B}[2J", "\\u{1B}[2J"),
    ("\u{0}\u{7F}\u{9B}", "\\u{0}\\u{7F}\\u{9B}"),
    ("\u{202E}\u{2066}\u{200F}", "\\u{202E}\\u{2066}\\u{200F}"),
    ("\u{2028}\u{FEFF}\u{E0041}", "\\u{2028}\\u{FEFF}\\u{E0041}"), ("a\r\nb", "a\\r\\nb"), ("", ""),
  ])
  func hiddenCharactersAreWrittenOut(text: String, visible: String) {
    #expect(VisibleText.escaped(text) == visible)
    #expect(VisibleText.shortened(text) == visible)
  }

  @Test func longTextsAreCut() {
    #expect(VisibleText.shortened(String(repeating: "a", count: 80)) == String(repeating: "a", count: 80))
    let long = VisibleText.shortened(String(repeating: "a", count: 100_000))
    #expect(long == String(repeating: "a", count: 80) + "… (100000 characters)")
    // One character to a reader, but not to a terminal.
    let pile = VisibleText.shortened("e" + String(repeating: "\u{301}", count: 1_000))
    #expect(pile.unicodeScalars.count < 120)
  }

  @Test func longListsAreCut() {
    #expect(VisibleText.list(["a", "b"]) == "a, b")
    #expect(VisibleText.list((1...100).map { "c\($0)" }, atMost: 2) == "c1, c2 and 98 more")
  }
}
