import Foundation
import Multiprecision

extension Ball {
  /// The number with the digits that its radius leaves and two more, or four where it leaves hardly any, at most `digits` + 2.
  func decimal(digits: Int) -> String { midpoint.digits(digitCount(digits)) }

  /// An upper bound of log10 of the distance between the true number and its `decimal`.
  func log10DecimalError(digits: Int) -> Double {
    guard !isZero else { return -.infinity }
    let rounding = log10UpperMagnitude - Double(digitCount(digits) - 1)
    return log10OfSum(log10Radius, rounding)
  }

  private func digitCount(_ digits: Int) -> Int {
    let known = log10UpperMagnitude - log10Radius
    guard known.isFinite else { return digits + 2 }
    // What rounding adds to a wide radius would show.
    let more = known < 4 ? 4 : 2
    return min(digits + 2, max(1, Int(clamping: known) + more))
  }
}

/// log10(10^a + 10^b).
private func log10OfSum(_ a: Double, _ b: Double) -> Double {
  let (small, large) = (min(a, b), max(a, b))
  return large + log10(1 + pow(10, small - large))
}

extension Sequence<Ball> {
  /// By how many decimal digits the worst radius shown exceeds 10^-digits · max(1, |x|); not positive if none does.
  func worstExcess(digits: Int) -> Double {
    map { ball in
      ball.isFinite
        ? ball.log10DecimalError(digits: digits) - Swift.max(0, ball.log10LowerMagnitude) + Double(digits)
        : .infinity
    }.max() ?? -.infinity
  }

  /// A bound for the distance of every decimal shown from the true number: two digits, rounded up.
  ///
  /// - Parameter log10Least: log10 of what it is made no less than.
  func decimalRadius(digits: Int, log10Least: Double = -.infinity) -> String {
    let error = map { $0.log10DecimalError(digits: digits) }.reduce(log10Least) { Swift.max($0, $1) }
    guard error.isFinite else { return error < 0 ? "0" : "inf" }
    let exponent = error.rounded(.down)
    let tenths = (pow(10, error - exponent) * 10 + 1e-9).rounded(.up)
    let mantissa = tenths < 100 ? "\(tenths / 10)" : "1.0"
    return "\(mantissa)e\(Int(clamping: exponent) + (tenths < 100 ? 0 : 1))"
  }
}
