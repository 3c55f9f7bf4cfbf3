/// An upper bound of a number that is not negative: every operation rounds up, and infinity says that nothing is known.
/// What is no number becomes infinity, wherever it comes from.
///
/// A result in doubles is too small by at most one part in 2^52, or, where it underflows, by 2^-1074. So it is enlarged
/// by one part in 2^50, and by 2^-1000.
///
/// **Assumptions**: IEEE arithmetic, rounding to nearest, gradual underflow.
struct UpperBound: Sendable, Equatable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  let value: Double

  /// The number itself.
  @inline(__always) init(_ value: Double) { self.value = value >= 0 ? value : .infinity }
  init(floatLiteral value: Double) { self.init(value) }
  init(integerLiteral value: Int) { self.init(Double(value)) }

  /// A result that roundings may have made too small by half of `slack`.
  @inline(__always) init(up result: Double, slack: Double = 0x1p-50) {
    self.init(result * (1 + slack) + 0x1p-1000)
  }

  /// A sum of at most 2^20 products, added up in doubles one after the other, of which each may be too small by one part in
  /// 2^33 and by 2^-1030 besides.
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
    bounds.reduce(0) { $0.value < $1.value ? $1 : $0 }
  }

  /// √(Σ x²) of at most 2^20 numbers; infinite where one is no number.
  static func euclideanNorm(_ numbers: [Double]) -> UpperBound {
    numbers.withUnsafeBufferPointer { numbers in
      numbers.baseAddress.map { first in
        euclideanNorms(places: 1, numbers.indices.map { first + $0 })[0]
      } ?? 0
    }
  }

  /// √(Σ x²) for each place of some vectors, at most 2^20.
  ///
  /// A place's numbers are divided by a power of two near the greatest first: what underflows then is less than 2^-500 of
  /// it.
  static func euclideanNorms(places: Int, _ vectors: [UnsafePointer<Double>]) -> [UpperBound] {
    (0..<places).map { place in
      let greatest = vectors.reduce(0) { sum, vector in
        let size = UpperBound(abs(vector[place])).value
        return sum < size ? size : sum
      }
      guard greatest > 0, greatest.isFinite else { return UpperBound(greatest) }
      let unit = Double(sign: .plus, exponent: greatest.exponent, significand: 1)
      let squares = vectors.reduce(0) { sum, vector in
        let part = vector[place] / unit
        return sum + part * part
      }
      return UpperBound(sumOfProducts: squares.squareRoot()) * UpperBound(unit)
    }
  }
}

/// e^x for x ≥ 0 to one part in 2^34; infinite where it may be beyond the range of doubles, or x is no number.
///
/// With y = x/2^j at most 1/4, e^y is its series up to order 12, and order 13 times 1/(1 - y) for the rest, which is too
/// much by less than 2^-59. The 41 roundings of positive numbers count 2^-53 each. Each of the j ≤ 12 squarings doubles
/// the error and adds a rounding: 2^12 (42·2^-53 + 2^-59) is less than 2^-35.
func exponential(_ x: Double) -> Double {
  guard x < 709 else { return .infinity }
  var (y, squarings) = (x, 0)
  while y > 0.25 { (y, squarings) = (y / 2, squarings + 1) }
  var sum = 1 / (1 - y)
  for k in stride(from: 13.0, through: 1, by: -1) { sum = 1 + y / k * sum }
  for _ in 0..<squarings { sum *= sum }
  return sum
}
