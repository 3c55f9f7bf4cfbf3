import Multiprecision
import Testing

@Test func bufferStartsAtZero() {
  let buffer = BallBuffer(count: 4)
  #expect((0..<4).allSatisfy { arb_is_zero(buffer.base + $0) != 0 })
}

@Test func bufferHoldsCopies() {
  let buffer = BallBuffer(count: 3)
  let third = Ball(Rational(1, 3), precision: 100)
  buffer.set(third, at: 1)
  var copy = buffer.ball(at: 1, precision: 80)
  #expect(copy.isIdentical(to: third) && copy.precision == 80)
  copy += copy
  #expect(
    buffer.ball(at: 1, precision: 100).isIdentical(to: third) && buffer.ball(at: 2, precision: 9).isZero)
}
