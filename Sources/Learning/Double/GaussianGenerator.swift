/// Standard normal numbers in double precision from a seed, the same on every machine: Marsaglia's polar method on
/// `SplitMix64`, with nothing but operations that IEEE 754 rounds correctly.
///
/// A pair is made from points (a, b), a = (next() >> 11) · 2^-52 - 1 and b likewise, of which the first with
/// 0 < s = a² + b² < 1 is taken: a √(-2 log s / s), then b √(-2 log s / s). The logarithm is that of
/// `portableLogarithm`.
public struct GaussianGenerator: Sendable {
  private var generator: SplitMix64
  private var spare: Double?

  public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  private mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-52 - 1 }

  public mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    while true {
      let (a, b) = (uniform(), uniform())
      let s = a * a + b * b
      guard s > 0, s < 1 else { continue }
      let factor = (-2 * Self.portableLogarithm(s) / s).squareRoot()
      spare = b * factor
      return a * factor
    }
  }

  /// log x for normal x > 0, to about an ulp: with x = m 2^e, 1/√2 ≤ m < √2, and z = (m-1)/(m+1) it is
  /// e log 2 + 2 (z + z³/3 + ... + z^21/21).
  static func portableLogarithm(_ x: Double) -> Double {
    var (m, e) = (x.significand, Double(x.exponent))
    if m > 1.414_213_562_373_095_1 { (m, e) = (m / 2, e + 1) }
    let z = (m - 1) / (m + 1)
    let square = z * z
    var sum = 0.0
    for k in stride(from: 21, through: 1, by: -2) { sum = sum * square + 1 / Double(k) }
    return e * 0.693_147_180_559_945_3 + 2 * z * sum
  }
}
