import Multiprecision

// The hand-written Taylor loops that the engine is measured against work on Arb's numbers directly, with no
// graph, no error estimate and no checks. They are the least that such a loop can be, not an example to follow.

typealias BallPointer = UnsafeMutablePointer<arb_struct>
typealias FloatPointer = UnsafeMutablePointer<arf_struct>

@inline(__always) func midpoint(_ ball: BallPointer) -> FloatPointer {
  UnsafeMutableRawPointer(ball).assumingMemoryBound(to: arf_struct.self)
}

let roundDown = fisherflow_round_down

/// Writes a rational, rounded, into a ball's midpoint.
func load(_ value: Rational, into ball: BallPointer, bits: Int) {
  Ball(value, precision: bits).withPointer { arf_set(midpoint(ball), midpoint($0)) }
}

func log2Magnitude(_ ball: BallPointer) -> Double {
  guard arf_is_zero(midpoint(ball)) == 0 else { return -.infinity }
  var magnitude = mag_struct()
  mag_init(&magnitude)
  arf_get_mag(&magnitude, midpoint(ball))
  defer { mag_clear(&magnitude) }
  return mag_get_d_log2_approx(&magnitude)
}

/// Order, working precision and its fall with the order, as all reference loops use them.
struct ReferencePrecision {
  let order: Int
  let bits: Int

  init(digits: Int) {
    order = Int((1.15 * Double(digits)).rounded(.up))
    bits = Precision.bits(forDigits: digits) + 64
  }

  /// A step of ρ/e² takes 2·log2(e) bits off each further coefficient.
  @inline(__always) func bits(_ k: Int) -> Int { max(96, bits - Int(2.8853 * Double(k))) }
}

/// Jorba and Zou's step from the last two coefficients, a multiple of 2^-24.
func referenceStep(_ series: [BallPointer], order: Int) -> Double {
  let size = max(series.map(log2Magnitude).max() ?? 0, 0)
  let beforeLast = series.map { log2Magnitude($0 + (order - 1)) }.max() ?? 0
  let last = series.map { log2Magnitude($0 + order) }.max() ?? 0
  let radius = min((size - beforeLast) / Double(order - 1), (size - last) / Double(order))
  let step = exp2(radius) * exp(-2 - 0.7 / Double(order - 1))
  return (step * 0x1p24).rounded(.down) * 0x1p-24
}

/// Σ c_k h^k by Horner's rule.
func horner(_ result: BallPointer, _ coefficients: BallPointer, _ order: Int, _ h: FloatPointer, _ bits: Int)
{
  let sum = midpoint(result)
  arf_set(sum, midpoint(coefficients + order))
  for k in stride(from: order - 1, through: 0, by: -1) {
    arf_mul_rnd_down(sum, sum, h, bits)
    arf_add(sum, sum, midpoint(coefficients + k), bits, roundDown)
  }
}
