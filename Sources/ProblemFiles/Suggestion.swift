/// The nearest of some known words, for a word that is not among them.
enum Suggestion {
  /// `; did you mean "widths"?`, or nothing where no word is near.
  static func hint(for word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
  }

  /// The word with the least edit distance, at most a third of its length (and always allowing 1), ignoring
  /// case, hyphens and underscores.
  static func nearest(to word: String, among known: [String]) -> String? {
    guard word.count <= 60 else { return nil }
    let target = simplified(word)
    let candidates = known.map { (word: $0, distance: distance(target, simplified($0))) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, (best.word.count + 1) / 3) ? best.word : nil
  }

  private static func simplified(_ word: String) -> [Character] {
    word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
  }

  /// Insertions, deletions, substitutions and exchanges of neighbours that lead from one to the other.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
