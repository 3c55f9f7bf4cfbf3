import Multiprecision

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bounds of the entries of a vector: doubles times a power of two that they have in common, so that they may be of any
/// size.
///
/// Every operation rounds up. Beside the greatest entry, what is less by a factor of 2^-1000 is counted as that.
struct BoundVector: Sendable {
  private(set) var values: [Double]
  private(set) var exponent: Int

  /// The greatest value is between 2 to this and its reciprocal, unless it is 0.
  private static let mostDrift = 64

  init(_ values: [Double], exponent: Int) {
    (self.values, self.exponent) = (values, exponent)
    // Sizes that grow or fall from one step to the next stay in the middle of what doubles hold.
    let greatest = values.max() ?? 0
    guard greatest > 0, greatest.isFinite, greatest.exponent.magnitude > Self.mostDrift else { return }
    let middle = exponent + max(Int(greatest.exponent), -1000)
    (self.values, self.exponent) = (rebased(to: middle), middle)
  }

  /// - Parameter balls: of which the upper ends count.
  init(_ balls: [Ball]) {
    let greatest = balls.reduce(-Double.infinity) { max($0, $1.log10UpperMagnitude) }
    exponent = greatest.isFinite ? Int((greatest * log2(10)).rounded(.up)) : 0
    values = [Double](repeating: 0, count: balls.count)
    for (place, ball) in balls.enumerated() {
      values[place] = ball.scaled(byPowerOfTwo: -exponent).upperMagnitude
    }
  }

  /// Whether all is 0, and not only small.
  var isZero: Bool { values.allSatisfy { $0 == 0 } }

  var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// Entry i times 2^shifts_i.
  func balls(scaledByPowersOfTwo shifts: [Int]) -> [Ball] {
    zip(values, shifts).map {
      Ball($0, precision: TaylorModel.boundPrecision).scaled(byPowerOfTwo: exponent + $1)
    }
  }

  func scaled(byPowerOfTwo power: Int) -> BoundVector { BoundVector(values, exponent: exponent + power) }

  /// - Parameter factor: may be off by one rounding.
  func scaled(by factor: Double) -> BoundVector {
    isZero
      ? self
      : BoundVector(values.map { TangentBundle.outward($0 * factor, operations: 2) }, exponent: exponent)
  }

  static func + (left: BoundVector, right: BoundVector) -> BoundVector {
    // What is 0 has no size that the sum is to be held against.
    if left.isZero { return right }
    if right.isZero { return left }
    let exponent = max(left.exponent, right.exponent)
    let (left, right) = (left.rebased(to: exponent), right.rebased(to: exponent))
    return BoundVector(
      zip(left, right).map { TangentBundle.outward($0 + $1, operations: 1) }, exponent: exponent)
  }

  /// The values for an exponent that is not less, as bounds.
  func values(exponent: Int) -> [Double] { isZero ? values : rebased(to: exponent) }

  /// The values for another exponent, rounded up where they underflow.
  private func rebased(to exponent: Int) -> [Double] {
    guard exponent != self.exponent else { return values }
    let power = max(self.exponent - exponent, -1022)
    let factor = Double(sign: .plus, exponent: power, significand: 1)
    return values.map { TangentBundle.outward($0 * factor, operations: 0) }
  }
}
