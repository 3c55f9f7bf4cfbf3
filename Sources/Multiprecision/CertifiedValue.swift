/// The digits asked for could not be certified within the precision allowed.
public struct CertificationError: Error, Sendable, Hashable, CustomStringConvertible {
  public let digits: Int
  public let maximumPrecision: Int
  /// log10 of the last radius.
  public let log10Radius: Double

  public var description: String {
    "could not certify \(digits) digits with \(maximumPrecision) bits: the radius stayed at 10^\(log10Radius)"
  }
}

/// Evaluates at growing precision until `digits` digits are certain (Ziv's strategy).
///
/// The result x has a radius of at most 10^-digits · max(1, |x|). The first attempt has 32 guard bits, and every
/// further one twice the precision. Deterministic: the same closure gives the same ball.
///
/// - Throws: `CertificationError` when `maximumPrecision` is reached, and what `evaluate` throws.
public func certifiedValue(
  digits: Int, maximumPrecision: Int = 1 << 20, _ evaluate: (_ precision: Int) throws -> Ball
) throws -> Ball {
  var precision = min(max(Precision.bits(forDigits: digits), 0) + 32, maximumPrecision)
  while true {
    let value = try evaluate(precision)
    let goal = Double(-digits) + max(0, value.log10LowerMagnitude)
    if value.isFinite && value.log10Radius <= goal { return value }
    if precision >= maximumPrecision {
      throw CertificationError(
        digits: digits, maximumPrecision: maximumPrecision, log10Radius: value.log10Radius)
    }
    precision = min(2 * precision, maximumPrecision)
  }
}
