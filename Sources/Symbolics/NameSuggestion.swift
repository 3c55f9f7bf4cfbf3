/// The nearest of known names, for messages about unknown ones.
public enum NameSuggestion {
  /// The name with the fewest edits to `name`, if they are few enough to be a slip; the first one in a draw.
  public static func nearest(to name: String, among names: [String]) -> String? {
    guard name.count <= 64 else { return nil }
    let limit = name.count <= 3 ? 1 : 2
    let ranked = names.map { (name: $0, distance: distance(Array(name), Array($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
    return best.name
  }

  /// Insertions, deletions, replacements and exchanges of neighbours that lead from one word to the other
  /// (optimal string alignment).
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(row[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
        row.append(best)
      }
      (older, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
