import Symbolics

/// The nearest of some known words, as messages end with it.
enum Suggestion {
  /// `; did you mean "widths"?`, or nothing where no word is near.
  static func hint(for word: String, among known: [String]) -> String {
    NameSuggestion.nearest(to: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
  }
}
