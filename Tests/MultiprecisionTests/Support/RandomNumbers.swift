import Multiprecision

extension SplitMix64 {
  /// An integer of up to `bits` bits, often small, sometimes zero.
  mutating func integer(bits: Int) -> Integer {
    var value = Integer(0)
    for _ in 0..<Int.random(in: 0...(bits / 32), using: &self) {
      value = value * Integer(1 << 32) + Integer(Int.random(in: 0..<(1 << 32), using: &self))
    }
    value += Integer(Int.random(in: 0...16, using: &self))
    return Bool.random(using: &self) ? value : -value
  }

  mutating func rational(bits: Int = 128) -> Rational {
    let denominator = integer(bits: bits).magnitude + 1
    return Rational(integer(bits: bits)) / Rational(denominator)
  }

  mutating func nonzeroRational(bits: Int = 128) -> Rational {
    let value = rational(bits: bits)
    return value.isZero ? 1 : value
  }

  /// A number of the interval from -bound to bound, often near zero.
  mutating func rational(within bound: Rational) -> Rational {
    let unit = Rational(Int.random(in: -1000...1000, using: &self), 1000)
    let scale = Rational(1, 1 << Int.random(in: 0...40, using: &self))
    return unit * bound * (Bool.random(using: &self) ? scale : 1)
  }

  mutating func precision() -> Int { Int.random(in: 2...300, using: &self) }

  /// A ball and a rational in it; the ball is exact, narrow or wide.
  mutating func ballAndMember(within bound: Rational = 20) -> (ball: Ball, member: Rational) {
    let midpoint = rational(within: bound)
    let radius =
      [0, Rational(1, 1 << 50), Rational(1, 1 << 20), Rational(1, 16), 3]
      .randomElement(using: &self).map { $0 * Rational(Int.random(in: 0...8, using: &self), 8) } ?? 0
    let ball = Ball(midpoint: midpoint, radius: radius, precision: precision())
    return (ball, midpoint + rational(within: 1) * radius)
  }

  mutating func matrix(rows: Int, columns: Int, bits: Int = 32) -> Matrix<Rational> {
    Matrix(rows: rows, columns: columns) { _, _ in rational(bits: bits) }
  }

  mutating func size(_ range: ClosedRange<Int> = 1...5) -> Int { Int.random(in: range, using: &self) }
}
