import Multiprecision

/// Small random changes of the state after each step, whose effect at later times shows how much the flow
/// amplifies errors in any direction.
///
/// A run's own errors will not do for that: they are few, and may by chance or by symmetry miss the direction in
/// which the flow amplifies. Each entry is changed in proportion to its own size, so that it keeps its sign and a
/// state that must stay in a domain does. The changes are the same in every run.
struct StatePerturbation {
  /// The relative size of the changes is 10^-digits.
  let digits: Int
  private let unit: Rational
  private var seed: UInt64 = 0

  init(digits: Int) throws {
    self.digits = digits
    unit = try Rational(10).power(-digits)
  }

  var log10Size: Double { -Double(digits) }

  /// Adds ±u·10^-digits times the larger of an entry's sizes before and after the step, u between 1/2 and 1.
  mutating func apply(to state: inout [Matrix<BigFloat>], before: [Matrix<BigFloat>]) {
    for (index, matrix) in state.enumerated() {
      let elements = zip(matrix.elements, before[index].elements).map { now, then in
        let size = max(now.magnitude, then.magnitude)
        return now + size * BigFloat(next(), precision: now.precision)
      }
      state[index] = Matrix(rows: matrix.rows, columns: matrix.columns, elements: elements)
    }
  }

  /// SplitMix64, as a rational in ±[1/2, 1]·10^-digits.
  private mutating func next() -> Rational {
    seed &+= 0x9e37_79b9_7f4a_7c15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    let fraction = Int(z >> 48) + (1 << 16)
    return Rational(z & 1 == 0 ? fraction : -fraction, 1 << 17) * unit
  }
}
