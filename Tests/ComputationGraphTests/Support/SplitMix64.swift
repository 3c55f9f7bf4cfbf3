import Foundation
import Multiprecision

/// A small seeded generator: the same seed gives the same numbers everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A rational between -1 and 1, rarely zero.
  mutating func unit() -> Rational { Rational(Int.random(in: -97...97, using: &self), 97) }

  mutating func matrix(_ shape: MatrixShape) -> Matrix<Rational> {
    Matrix(rows: shape.rows, columns: shape.columns) { _, _ in unit() }
  }
}

/// Multiplies the number of random trials in every test.
let trialMultiplier = Int(ProcessInfo.processInfo.environment["FISHERFLOW_TEST_MULTIPLIER"] ?? "") ?? 1

/// Whether long runs are wanted.
let isExtended = ProcessInfo.processInfo.environment["FISHERFLOW_EXTENDED"] == "1"

/// Runs `body` with a seed and its generator for each trial; expectations name the seed.
func forEachTrial(_ count: Int, _ body: (_ seed: Int, inout SplitMix64) throws -> Void) rethrows {
  for seed in 0..<(count * trialMultiplier) {
    var generator = SplitMix64(seed: UInt64(seed))
    try body(seed, &generator)
  }
}
