/// What the abstract of arXiv 2111.11542 says, sentence by sentence in other words, and what became of it here.
///
/// The paper is known by its abstract only; the claims are derived anew in docs/theory.
public enum Paper {
  public static let title = "Depth Without the Magic: Inductive Bias of Natural Gradient Descent"
  public static let identifier = "arXiv:2111.11542"

  /// A part of the abstract that can be true or false.
  public struct Sentence: Sendable {
    /// `3`, or `1b` for a part of a sentence.
    public let number: String
    /// What it says, in our words.
    public let says: String
    /// Where that is true, which condition it needs, where it is wrong.
    public let finding: String
    /// The ids of the claims that show it.
    public let claims: [String]
  }

  public static let abstract: [Sentence] = []
}
