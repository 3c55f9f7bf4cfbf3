import Multiprecision

/// The online product of two series of which one coefficient is known at a time (van der Hoeven 2002): dots of
/// length `block` near the axes, polynomial products of doubling size elsewhere.
struct ReferenceProduct {
  let f: BallPointer
  let g: BallPointer
  let block: Int
  let count: Int
  let precision: ReferencePrecision
  private let sums: BallBuffer
  private let part: BallBuffer

  init(_ f: BallPointer, _ g: BallPointer, block: Int, precision: ReferencePrecision) {
    (self.f, self.g, self.block, self.precision) = (f, g, block, precision)
    count = precision.order
    sums = BallBuffer(count: 2 * count + 2 * block + 2)
    part = BallBuffer(count: 2 * count + 2 * block)
  }

  func reset() {
    for index in 0..<sums.count { arb_zero(sums.base + index) }
  }

  /// (f g)_k, where f and g are known up to order k.
  @inline(__always) func coefficient(_ result: BallPointer, _ k: Int) {
    let bits = precision.bits(k)
    guard k >= 2 * block else {
      return arb_approx_dot(result, nil, 0, f, 1, g + k, -1, k + 1, bits)
    }
    if k % block == 0 { addBlocks(k) }
    arb_approx_dot(result, sums.base + k, 0, f, 1, g + k, -1, block, bits)
    arb_approx_dot(result, result, 0, g, 1, f + k, -1, block, bits)
  }

  private func addBlocks(_ k: Int) {
    var size = block
    while k % size == 0, size < k {
      addProduct(f + size, g + (k - size), size, at: k)
      if k == 2 * size { return }
      addProduct(g + size, f + (k - size), size, at: k)
      size *= 2
    }
  }

  private func addProduct(_ x: BallPointer, _ y: BallPointer, _ size: Int, at k: Int) {
    let bits = precision.bits(k)
    let length = min(2 * size - 1, count - k)
    guard length > 0 else { return }
    let terms = min(size, length)
    _arb_poly_mullow(part.base, x, terms, y, terms, length, bits)
    for i in 0..<length {
      let sum = midpoint(sums.base + (k + i))
      arf_add(sum, sum, midpoint(part.base + i), bits, roundDown)
    }
  }
}
