import Multiprecision

/// What becomes of the errors that a collocation run commits: v' = J v along the run's own path, by difference quotients
/// of the field at the stages of each step, to which the step's local errors are added with random signs.
///
/// **Cost**: some ten sweeps over a step's stages.
struct CollocationErrors {
  var errors: [BigFloat]
  private var random = SignedFractions()

  private static let precision = 64
  private static let mostSweeps = 60
  /// Bits to which the sweeps agree at the end.
  private static let bits = 7

  init(_ errors: [BigFloat]) { self.errors = errors }

  var log10Error: Double { errors.reduce(-.infinity) { max($0, $1.log10Magnitude) } }

  /// Adds a step's local errors, given by their log10, but so that they do not cancel what is there altogether.
  mutating func add(_ log10Bounds: [Double]) {
    let signed = log10Bounds.map { bound -> BigFloat in
      guard bound > -.infinity else { return BigFloat(zeroWithPrecision: Self.precision) }
      return random.next(precision: Self.precision)
        .scaled(byPowerOfTwo: Int(clamping: (bound * 3.321_928_1).rounded(.up)))
    }
    var product = BigFloat(zeroWithPrecision: Self.precision)
    for (x, y) in zip(errors, signed) { product.addProduct(x, y) }
    errors = zip(errors, signed).map { product.signum() < 0 ? $0 - $1 : $0 + $1 }
  }

  /// Errors further from their sizes than these bits are not carried.
  private static let mostShift = 0x1p40

  /// Carries the errors over a step that is solved.
  ///
  /// - Parameters:
  ///   - log2Sizes: for each component the size beside which the quotients' differences are small.
  ///   - log2Difference: by how much smaller they are.
  /// - Returns: false where that is not possible: the field is not defined nearby, or the sweeps do not converge.
  mutating func advance(
    over step: CollocationStep, _ field: CollocationStep.Field, log2Sizes: [Int], log2Difference: Int,
    beforeSweep: () throws -> Void
  ) throws -> Bool {
    let shifts = zip(errors, log2Sizes).filter { !$0.0.isZero }.map {
      Double($0.1) + Double(log2Difference) - Double($0.0.exponent)
    }
    guard let least = shifts.min() else { return true }
    // Sizes and errors may be as far apart as exponents go.
    guard least.magnitude < Self.mostShift else { return false }
    let shift = Int(least)
    for sign in [1, -1] {
      let precision = step.rule.precision
      let start = errors.map { value -> BigFloat in
        let scaled = value.scaled(byPowerOfTwo: shift).rounded(toPrecision: precision)
        return sign > 0 ? scaled : -scaled
      }
      do {
        guard
          let end = try step.difference(
            start, field, bits: Self.bits, mostSweeps: Self.mostSweeps, beforeSweep: beforeSweep)
        else { continue }
        errors = end.map { value in
          let back = value.rounded(toPrecision: Self.precision).scaled(byPowerOfTwo: -shift)
          return sign > 0 ? back : -back
        }
        return errors.allSatisfy(\.isFinite)
      } catch is LinearAlgebraError {
        continue
      }
    }
    return false
  }
}
