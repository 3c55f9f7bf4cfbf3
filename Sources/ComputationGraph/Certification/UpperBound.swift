#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An upper bound of a number that is not negative: every operation rounds up, and infinity says that nothing is known.
///
/// A result in doubles is too small by at most one part in 2^52, or, where it underflows, by 2^-1074. So it is enlarged
/// by one part in 2^50, and by 2^-1000.
///
/// **Assumptions**: IEEE arithmetic, rounding to nearest; exponentials of the C library to one part in 2^31.
struct UpperBound: Sendable, Equatable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  let value: Double

  /// The number itself.
  init(_ value: Double) { self.value = value }
  init(floatLiteral value: Double) { self.value = value }
  init(integerLiteral value: Int) { self.value = Double(value) }

  /// A result that roundings may have made too small by half of `slack`.
  @inline(__always) init(up result: Double, slack: Double = 0x1p-50) {
    let enlarged = result * (1 + slack) + 0x1p-1000
    value = enlarged >= 0 ? enlarged : .infinity
  }

  /// A sum of fewer than 2^20 products of two bounds.
  @inline(__always) init(sumOfProducts sum: Double) { self.init(up: sum, slack: 0x1p-30) }

  static let infinity = UpperBound(.infinity)

  var isFinite: Bool { value.isFinite }

  @inline(__always) static func + (left: UpperBound, right: UpperBound) -> UpperBound {
    UpperBound(up: left.value + right.value)
  }

  @inline(__always) static func * (left: UpperBound, right: UpperBound) -> UpperBound {
    UpperBound(up: left.value * right.value)
  }

  @inline(__always) static func += (left: inout UpperBound, right: UpperBound) { left = left + right }

  /// The quotient by a number of which a lower bound is given; infinite where that is not above 2^-900.
  func over(_ lower: Double) -> UpperBound {
    lower > 0x1p-900 ? UpperBound(up: value / lower) : .infinity
  }

  /// self/(1 - x); infinite where x may exceed 3/4.
  func overOneMinus(_ x: UpperBound) -> UpperBound { x.value <= 0.75 ? over(1 - x.value) : .infinity }

  static func exp(_ x: UpperBound) -> UpperBound { UpperBound(up: exponential(x.value), slack: 0x1p-30) }

  static func lesser(_ a: UpperBound, _ b: UpperBound) -> UpperBound { a.value < b.value ? a : b }

  /// The greatest of some bounds; 0 if there is none.
  static func greatest(_ bounds: some Sequence<UpperBound>) -> UpperBound {
    UpperBound(bounds.reduce(0) { max($0, $1.value) })
  }
}

private func exponential(_ x: Double) -> Double { exp(x) }
