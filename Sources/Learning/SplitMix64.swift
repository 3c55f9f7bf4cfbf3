import Multiprecision

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): the generator behind every seed, the same on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One of -bound, ..., -1, 1, ..., bound: with r = next() mod 2·bound it is r - bound if that is negative,
  /// else r - bound + 1.
  ///
  /// - Precondition: `bound` > 0.
  mutating func nonzeroInteger(bound: Int) -> Int {
    let value = Int(next() % UInt64(2 * bound)) - bound
    return value < 0 ? value : value + 1
  }

  /// k/bound with k from `nonzeroInteger`.
  mutating func nonzeroFraction(bound: Int) -> Rational { Rational(nonzeroInteger(bound: bound), bound) }
}
