import Glibc

/// One line of the printed table.
struct Row {
  let name: String
  let digits: Int
  let order: Int
  let steps: Int
  let seconds: Double
  let secondsWithEstimate: Double
  let log10Error: Double
  let reference: String
  let referenceSteps: Int
  let referenceSeconds: Double
  let referenceLog10Error: Double

  private static let titles = [
    "problem", "digits", "order", "steps", "engine s", "with estimate s", "log10 error", "reference", "steps",
    "s",
    "log10 error", "ratio", "ratio with estimate",
  ]

  static var header: String {
    line(titles) + "\n" + line(titles.map { _ in "---" })
  }

  var text: String {
    Self.line([
      name, "\(digits)", "\(order)", "\(steps)", rounded(seconds, 4), rounded(secondsWithEstimate, 4),
      rounded(log10Error, 1), reference, "\(referenceSteps)", rounded(referenceSeconds, 4),
      rounded(referenceLog10Error, 1), rounded(seconds / referenceSeconds, 2),
      rounded(secondsWithEstimate / referenceSeconds, 2),
    ])
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func rounded(_ value: Double, _ places: Int) -> String {
    let unit = pow(10, Double(places))
    return "\((value * unit).rounded() / unit)"
  }
}
