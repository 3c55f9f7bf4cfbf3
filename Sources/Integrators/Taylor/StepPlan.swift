#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a run's digits determine: how far a step goes, its order, and the bits of its numbers.
struct StepPlan {
  /// A step is ρ/2^`log2Ratio`, where ρ is the radius of convergence: the terms of the series fall by so many bits an
  /// order. Longer steps are fewer and take higher orders: they pay as long as an order costs calls rather than
  /// arithmetic. On the problems of Benchmarks 10 to 50 digits are fastest at ρ/4 to ρ/5, 150 and more at ρ/8.
  let log2Ratio: Double
  let order: Int
  /// Bits of the state.
  let precision: Int
  /// Bits by which units of the last digit in fixed point are smaller.
  ///
  /// They are relative to the largest coefficient of an expansion, at a scale that is predicted. If that is too long
  /// by a fraction δ, the largest coefficient is (1 + δ)^order times the first; a new singularity that comes into
  /// sight makes δ some 5 %.
  private(set) var guardBits: Int

  init(digits: Int) {
    log2Ratio = min(3, 2 + Double(digits) / 150)
    order = Int((Double(digits + Self.orderDigits) * log2(10) / log2Ratio).rounded(.up))
    precision = Int((Double(digits) * log2(10)).rounded(.up)) + Self.roundingBits
    guardBits = max(9, order / 12)
  }

  /// The same with so many guard bits more.
  func widened(by bits: Int) -> StepPlan {
    var plan = self
    plan.guardBits += bits
    return plan
  }

  var ratio: Double { exp2(log2Ratio) }

  /// Log2 of the radius of convergence over the step.
  var log2Decay: Double { log2Ratio + 0.7 / Double(order - 1) * log2(exp(1)) }

  /// Bits by which a coefficient may exceed the first. Where one does more, the scale is too long, and the expansion is
  /// repeated with a shorter one.
  var mostHump: Double { Double(guardBits + 3) }

  /// Digits beyond those asked for, for the sum of the steps' errors, what the flow and the numbers shown make of it,
  /// and the safety of the estimates.
  private static let orderDigits = 7
  /// Bits beyond the digits asked for, for the roundings of the steps' sums.
  private static let roundingBits = 32
}
