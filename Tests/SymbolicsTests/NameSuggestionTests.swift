import Symbolics
import Testing

@Suite struct NameSuggestionTests {
  @Test(arguments: [
    ("widhts", "widths"), ("width", "widths"), ("Widths", "widths"), ("natural_gradient", "natural-gradient"),
    ("naturalGradient", "natural-gradient"), ("secondmoment", "secondMoment"), ("likelyhood", "likelihood"),
    ("normalization", "normalisation"), ("KINDS", "kind"),
  ])
  func nearestWordIsFound(word: String, expected: String) {
    let known = ["widths", "natural-gradient", "secondMoment", "likelihood", "normalisation", "kind"]
    #expect(NameSuggestion.nearest(to: word, among: known) == expected)
  }

  @Test(arguments: ["banana", "x", "", String(repeating: "w", count: 1000)])
  func farWordIsNotGuessed(word: String) {
    #expect(NameSuggestion.nearest(to: word, among: ["widths", "kind", "likelihood"]) == nil)
  }

  @Test func lettersAreNotTakenForEachOther() {
    #expect(NameSuggestion.nearest(to: "z", among: ["t", "y"]) == nil)
    #expect(NameSuggestion.nearest(to: "T", among: ["y", "t"]) == "t")
  }
}
