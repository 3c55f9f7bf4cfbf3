import Testing

@testable import ProblemFiles

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("widhts", "widths"), ("width", "widths"), ("Widths", "widths"), ("natural_gradient", "natural-gradient"),
    ("naturalGradient", "natural-gradient"), ("secondmoment", "secondMoment"), ("likelyhood", "likelihood"),
    ("normalization", "normalisation"),
  ])
  func nearestWordIsFound(word: String, expected: String) {
    let known = ["widths", "natural-gradient", "secondMoment", "likelihood", "normalisation", "kind"]
    #expect(Suggestion.nearest(to: word, among: known) == expected)
  }

  @Test(arguments: ["banana", "x", "", String(repeating: "w", count: 1000)])
  func farWordIsNotGuessed(word: String) {
    #expect(Suggestion.nearest(to: word, among: ["widths", "kind", "likelihood"]) == nil)
  }
}
