import Glibc

/// One line of the printed table.
struct Row {
  let name: String
  let digits: Int
  let order: Int
  let steps: Int
  let seconds: Double
  let secondsWithEstimate: Double
  let ballSeconds: Double
  let fixedPointSteps: Int
  let log10Error: Double
  let reference: String
  let referenceSteps: Int
  let referenceSeconds: Double
  let referenceLog10Error: Double

  private static let titles = [
    "problem", "digits", "order", "steps", "of them in fixed point", "engine s", "with estimate s",
    "log10 error", "engine on Arb s", "times faster", "hand-written", "steps", "s", "log10 error",
    "times faster",
  ]

  static var header: String {
    line(titles) + "\n" + line(titles.map { _ in "---" })
  }

  var text: String {
    Self.line([
      name, "\(digits)", "\(order)", "\(steps)", "\(fixedPointSteps)", Self.rounded(seconds, 5),
      Self.rounded(secondsWithEstimate, 5), Self.rounded(log10Error, 1), Self.rounded(ballSeconds, 4),
      Self.rounded(ballSeconds / seconds, 1), reference, "\(referenceSteps)",
      Self.rounded(referenceSeconds, 4),
      Self.rounded(referenceLog10Error, 1), Self.rounded(referenceSeconds / seconds, 1),
    ])
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  static func rounded(_ value: Double, _ places: Int) -> String {
    let unit = pow(10, Double(places))
    return "\((value * unit).rounded() / unit)"
  }
}
