import Foundation
import Multiprecision

/// Multiplies the number of random trials in every test.
let trialMultiplier = Int(ProcessInfo.processInfo.environment["FISHERFLOW_TEST_MULTIPLIER"] ?? "") ?? 1

/// log10 of the largest |a - b| / max(1, |b|) over the entries; infinite where the shapes or a number are wrong.
func log10Difference(_ a: Matrix<BigFloat>, _ b: Matrix<BigFloat>) -> Double {
  guard a.shape == b.shape else { return .infinity }
  return zip(a.elements, b.elements).map { x, y in
    let difference = x - y
    return difference.isFinite ? difference.log10Magnitude - max(0, y.log10Magnitude) : .infinity
  }.max() ?? -.infinity
}

extension Ball {
  /// log10 of the radius over max(1, |x|): minus the digits that the ball knows.
  var log10RelativeRadius: Double { log10Radius - max(0, log10LowerMagnitude) }
}

/// Balls of the same numbers: in every entry they overlap, and each knows at least `digits` digits.
func agree(_ a: Matrix<Ball>, _ b: Matrix<Ball>, digits: Double) -> Bool {
  a.shape == b.shape
    && zip(a.elements, b.elements).allSatisfy { x, y in
      x.overlaps(y) && x.log10RelativeRadius < -digits && y.log10RelativeRadius < -digits
    }
}
