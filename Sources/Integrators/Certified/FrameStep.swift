import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A step of a box in which the distance lies, in frames that move with the flow, part by part.
///
/// **Source**: docs/certified-integration, "Moving frames".
struct FrameStep: DistanceStep {
  /// Bounds of |v_i| anywhere on the piece, provided that they are less than the radii of the tube.
  let greatest: [Ball]
  let blur: Double
  let end: Distance
  private let parts: [Part]
  private let exponents: [Int]

  /// A frame, and bounds of |y_j| anywhere on its part.
  private struct Part {
    let frame: MovingFrame
    let radii: BoundVector
  }

  /// By how many powers of two the units of two entries may differ.
  private static let widestRatio = 400
  /// Durations that are rounded by one part in 2^53 only, also times the ratio of two units.
  static let durations = 0x1p-500...0x1p500
  /// Where the Jacobian is off by more than this, frames are so short that they do not make more of it: e^(2 · row sum) times.
  private static let wideErrors = 0x1p-15
  private static let longestOfWide = 0.25
  /// A piece has 2 to this parts at the most.
  static let mostHalvings = 5

  /// Nil where nothing is found.
  ///
  /// - Parameters:
  ///   - defect: for each entry a bound of ∫ |d_i|.
  ///   - duration: of the piece, rounded.
  ///   - tube: radii within which the Jacobian was taken.
  init?(_ along: JacobianModel, from start: ErrorBox, defect: [Ball], duration: Double, tube: [Ball]) {
    guard let exponents = Self.units(of: tube), Self.durations.contains(duration) else { return nil }
    let jacobian = along.matrix(exponents: exponents, duration: duration)
    let size = LogarithmicNorm.greatestRowSum(of: jacobian.sizes)
    guard size.isFinite, size < MovingFrame.longest * exp2(Double(Self.mostHalvings)) else { return nil }
    let isWide = LogarithmicNorm.greatestRowSum(of: jacobian.errors) > Self.wideErrors
    let longest = isWide ? Self.longestOfWide : MovingFrame.longest
    let depth = min(max(0, Int(log2(size / longest).rounded(.up))), Self.mostHalvings)
    let defect = ErrorBox.scaled(defect, exponents)
    var box = start.rescaled(to: exponents)
    var parts: [Part] = []
    for index in 0..<1 << depth {
      guard
        let frame = MovingFrame(
          jacobian: jacobian.part(index, depth: depth), from: box.directions, inverse: box.inverse)
      else { return nil }
      let radii = frame.grown(box.radii + frame.inverseSizes.bounding(defect))
      let (image, errors) = frame.value(at: 1)
      guard let end = ErrorBox(exponents: exponents, image: image, errors: errors, radii: radii) else {
        return nil
      }
      parts.append(Part(frame: frame, radii: radii))
      box = end
    }
    (self.parts, self.exponents, end) = (parts, exponents, .box(box))
    blur = parts.reduce(0) { $0 + $1.frame.leak }
    greatest = parts.map { $0.frame.sizes.bounding($0.radii).balls(scaledByPowersOfTwo: exponents) }
      .reduce(tube.map { _ in TaylorModel.noError }) { zip($0, $1).map { .greater($0, $1) } }
  }

  /// k such that the tube is about as wide in units of 2^k_i, but for a common factor; nil where it is not finite.
  static func units(of tube: [Ball]) -> [Int]? {
    let widths = tube.map { ($0.log10UpperMagnitude * log2(10)).rounded() }
    guard let widest = widths.max(), widest.isFinite else { return nil }
    return widths.map { Int(max($0 - widest, -Double(widestRatio))) }
  }

  func bounds(at fraction: Rational) -> [Ball] {
    let count = parts.count
    let place = fraction * Rational(count)
    let index = (0..<count - 1).first { place <= Rational($0 + 1) } ?? count - 1
    let s = place - Rational(index)
    let (value, errors) = parts[index].frame.value(at: s.doubleValue)
    return value.magnitudes.bounding(adding: errors).bounding(parts[index].radii)
      .balls(scaledByPowersOfTwo: exponents)
  }
}
