import Multiprecision

/// m' = 1 + e^-m by hand: with u = e^-m and d_j = (j + 1) m_{j+1}, k u_k = -Σ_{j<k} d_j u_{k-1-j}.
final class ReferenceExponentialFlow {
  private let size: Int
  private let precision: ReferencePrecision
  private let m: BallBuffer, u: BallBuffer, d: BallBuffer
  private let products: [ReferenceProduct]?
  private(set) var steps = 0

  /// - Parameter block: the block of the relaxed product; nil for one dot product a coefficient.
  init(initial: [Rational], digits: Int, block: Int?) {
    size = initial.count
    precision = ReferencePrecision(digits: digits)
    let (stride, precision) = (precision.order + 1, precision)
    let (m, u, d) = (
      BallBuffer(count: size * stride), BallBuffer(count: size * stride), BallBuffer(count: size * stride)
    )
    (self.m, self.u, self.d) = (m, u, d)
    products = block.map { block in
      (0..<initial.count).map {
        ReferenceProduct(d.base + $0 * stride, u.base + $0 * stride, block: block, precision: precision)
      }
    }
    for (i, value) in initial.enumerated() {
      load(value, into: m.base + i * stride, bits: precision.bits)
    }
  }

  func integrate(to end: Double) {
    let (order, stride) = (precision.order, precision.order + 1)
    let series = (0..<size).map { m.base + $0 * stride }
    let next = BallBuffer(count: size)
    var time = 0.0
    var h = arf_struct()
    arf_init(&h)
    while time < end {
      for i in 0..<size { expand(i) }
      let step = min(referenceStep(series, order: order), end - time)
      arf_set_d(&h, step)
      for i in 0..<size {
        horner(next.base + i, series[i], order, &h, precision.bits)
        arf_swap(midpoint(next.base + i), midpoint(series[i]))
      }
      time += step
      steps += 1
    }
    arf_clear(&h)
  }

  private func expand(_ i: Int) {
    let (order, offset) = (precision.order, i * (precision.order + 1))
    let (m, u, d) = (m.base + offset, u.base + offset, d.base + offset)
    arb_neg(u, m)
    arb_exp(u, u, precision.bits)
    mag_zero(&u.pointee.rad)
    arf_add_ui(midpoint(d), midpoint(u), 1, precision.bits, roundDown)
    arf_set(midpoint(m + 1), midpoint(d))
    products?[i].reset()
    for k in 1..<order {
      let bits = precision.bits(k)
      if let product = products?[i] {
        product.coefficient(u + k, k - 1)
      } else {
        arb_approx_dot(u + k, nil, 0, d, 1, u + (k - 1), -1, k, bits)
      }
      arf_div_si(midpoint(u + k), midpoint(u + k), -k, bits, roundDown)
      arf_set(midpoint(d + k), midpoint(u + k))
      arf_div_ui(midpoint(m + (k + 1)), midpoint(u + k), UInt(k + 1), bits, roundDown)
    }
  }

  var state: [BigFloat] {
    (0..<size).map { BigFloat(midpointOf: m.base + $0 * (precision.order + 1), precision: precision.bits) }
  }
}
