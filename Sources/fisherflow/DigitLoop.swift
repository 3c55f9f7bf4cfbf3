import Integrators
import Multiprecision

/// Integrates with as many digits more as the numbers shown lose, until each has the digits asked for.
enum DigitLoop {
  private static let attempts = 4

  /// - Parameters:
  ///   - integrate: the result of an integration with this many digits, and by how many decimal digits the worst
  ///     of its numbers misses those asked for; not positive if none does.
  /// - Throws: `IntegrationError.accuracyNotReached`; what `integrate` throws.
  static func run<Result>(
    digits: Int, _ integrate: (_ digits: Int) throws -> (result: Result, excess: Double)
  ) throws -> Result {
    var extraDigits = 0
    var excess = 0.0
    for _ in 0..<attempts {
      let attempt = try integrate(digits + extraDigits)
      excess = attempt.excess
      if excess <= 0 { return attempt.result }
      guard excess.isFinite else { break }
      extraDigits += Int(clamping: excess.rounded(.up)) + 2
    }
    throw IntegrationError.accuracyNotReached(
      digits: digits, estimatedDigits: excess.isFinite ? digits - Int(clamping: excess.rounded(.up)) : 0)
  }
}
