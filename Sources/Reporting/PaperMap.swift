import Claims

/// The abstract's sentences with what became of them, and the claims that show it: `claims --paper`.
public struct PaperMap: Sendable {
  public let sentences: [Paper.Sentence]

  public init(_ sentences: [Paper.Sentence] = Paper.abstract) { self.sentences = sentences }

  public var document: JSONValue {
    [
      "paper": .string(Paper.identifier), "title": .string(Paper.title),
      "sentences": .array(
        sentences.map { sentence in
          [
            "number": .string(sentence.number), "says": .string(sentence.says),
            "finding": .string(sentence.finding), "claims": .array(sentence.claims.map { .string($0) }),
          ]
        }),
    ]
  }

  /// A paragraph for each sentence.
  public func lines(style: TerminalStyle = .plain) -> [String] {
    [style.apply(.bold, to: "\(Paper.title) (\(Paper.identifier))"), ""]
      + sentences.flatMap { sentence in
        [
          style.apply(.bold, to: sentence.number) + "  \(sentence.says)",
          "    found: \(sentence.finding)",
        ]
          + sentence.claims.compactMap { id in
            Catalogue.claim(id).map { "    \(id): \($0.title)" }
          } + [""]
      }
  }
}
