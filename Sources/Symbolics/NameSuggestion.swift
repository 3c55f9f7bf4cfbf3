/// The nearest of some known words, for messages about a word that is not among them.
public enum NameSuggestion {
  /// The word with the least edit distance, at most a third of its length (and always allowing 1) and less than
  /// the length of what was found, ignoring case, hyphens and underscores; the first one in a draw.
  public static func nearest(to word: String, among known: [String]) -> String? {
    guard word.count <= 60 else { return nil }
    let target = simplified(word)
    let candidates = known.map { (word: $0, distance: distance(target, simplified($0))) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    let limit = min(max(1, (best.word.count + 1) / 3), target.count - 1)
    return best.distance <= limit ? best.word : nil
  }

  private static func simplified(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
  }

  /// Insertions, deletions, replacements and exchanges of neighbours that lead from one to the other.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
        row.append(best)
      }
      (older, previous) = (previous, row)
    }
    return previous[b.count]
  }
}

extension Expression {
  /// What one of its variables that is not known may stand for: `exp(t)`, if it is the `e` of `e^t`, else the
  /// nearest known name, if there is one.
  public func suggestion(forUnknown name: String, among known: [String]) -> String? {
    guard name == "e" else { return NameSuggestion.nearest(to: name, among: known) }
    return "exp(\(VisibleText.shortened((exponent(of: name) ?? 1).description)))"
  }

  /// The exponent of the first power of a variable.
  private func exponent(of name: String) -> Expression? {
    switch form {
    case .literal, .variable, .pi: return nil
    case .sum(let parts), .product(let parts):
      return parts.lazy.compactMap { $0.exponent(of: name) }.first
    case .power(let base, let exponent):
      if base.variableName == name { return exponent }
      return base.exponent(of: name) ?? exponent.exponent(of: name)
    case .function(_, let argument): return argument.exponent(of: name)
    }
  }
}
