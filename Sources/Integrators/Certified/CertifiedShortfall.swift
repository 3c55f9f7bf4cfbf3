/// How far a certified integration came that ended without the digits asked for, and what the rest would take.
public struct CertifiedShortfall: Sendable {
  /// Digits asked for.
  public let digits: Int
  /// The flow time up to which a pass has proved them, and the last one asked for.
  public let time: Double
  public let end: Double
  /// Why no further pass was made, or why the last one ended.
  public let reason: String
  /// The working digits of the last pass.
  public let workingDigits: Int
  /// The working digits that the growth found asks for; nil where it is not known how distances grow up to the end.
  public let neededDigits: Int?
  /// About how long one pass at `neededDigits` takes.
  public let neededSeconds: Double?

  var description: String {
    let reached = "\(digits) digits are certified up to t = \(time) of \(end) only: \(reason)"
    guard let neededDigits else { return reached }
    let seconds = neededSeconds.map { $0 < 1 ? "under a second" : "about \(Self.rounded($0)) s" }
    return reached
      + "; all of it would take some \(neededDigits) working digits (this was tried with \(workingDigits))"
      + (seconds.map { " and \($0)" } ?? "")
  }

  /// Two figures are all that is known.
  private static func rounded(_ seconds: Double) -> String {
    guard seconds < 1e15 else { return "10^15 or more" }
    var unit = 1.0
    while seconds / unit >= 100 { unit *= 10 }
    return "\(Int((seconds / unit).rounded() * unit))"
  }
}
