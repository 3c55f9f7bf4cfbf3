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
  ///
  /// - Parameter width: the most columns that a line may have; nil for any.
  public func lines(width: Int? = nil, style: TerminalStyle = .plain) -> [String] {
    var lines = "\(Paper.title) (\(Paper.identifier))".wrapped(to: width).map { style.apply(.bold, to: $0) }
    lines.append("")
    for sentence in sentences {
      lines += TerminalStyle.heading(sentence.number, sentence.says, width: width, style: style)
      let claims = sentence.claims.compactMap { id in Catalogue.claim(id).map { "\(id): \($0.title)" } }
      for text in ["found: \(sentence.finding)"] + claims {
        lines += text.wrapped(to: width, indentation: 4, hanging: 6)
      }
      lines.append("")
    }
    return lines
  }
}
