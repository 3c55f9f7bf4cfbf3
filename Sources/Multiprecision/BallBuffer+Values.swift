extension BallBuffer {
  /// A copy of the ball at a place, with a working precision.
  public func ball(at index: Int, precision: Int) -> Ball {
    precondition(index >= 0 && index < count, "outside the buffer")
    return Ball(precision: precision) { arb_set($0, base + index) }
  }

  /// Writes a ball, exactly.
  public func set(_ value: Ball, at index: Int) {
    precondition(index >= 0 && index < count, "outside the buffer")
    value.withPointer { arb_set(base + index, $0) }
  }
}
