import Multiprecision
import Testing

@Test func bufferStartsAtZero() {
  let buffer = BallBuffer(count: 4)
  #expect((0..<4).allSatisfy { arb_is_zero(buffer.base + $0) != 0 })
}
