import Multiprecision

/// A function of the time on a piece, s in [0, 1], and of the start in a box, ξ in [-1, 1]^m: a polynomial P, known exactly, and a
/// bound of what it misses. A Taylor model in time and initial values (Berz and Makino).
///
/// The norm is the sum ‖f‖ of all coefficients' sizes. It bounds |f|, and ‖fg‖ ≤ ‖f‖‖g‖: what holds of `TaylorModel` holds here
/// too. Coefficients are doubles; their roundings count as errors. Where no bound is found, the error is not finite.
///
/// **Source**: docs/certified-integration, "Boxes".
struct BoxModel: Sendable {
  /// Nil for constants, which take those of what they are combined with.
  let monomials: Monomials?
  /// Orders of s that are kept; 1 for constants.
  let length: Int
  /// P: order k of monomial a is at a · length + k.
  let coefficients: [Double]
  /// A bound of ‖f - P‖.
  let error: Double
  /// For each monomial how many orders there are up to the last that is not 0, and a bound of their sizes' sum.
  private let extents: [Int]
  private let norms: [Double]
  /// Bounds of the sums of |coefficients| of one degree and order, at degree · length + k.
  private let sizes: [Double]
  /// A bound of ‖P‖.
  let size: Double

  /// A bound of ‖f‖.
  var norm: Double { TangentBundle.outward(size + error, operations: 1) }
  /// The coefficient of order 0 of 1.
  var head: Double { coefficients[0] }

  init(_ coefficients: [Double], error: Double, monomials: Monomials?, length: Int) {
    (self.monomials, self.length, self.coefficients) = (monomials, length, coefficients)
    let degrees = monomials?.degrees ?? [0]
    var sizes = [Double](repeating: 0, count: ((monomials?.degree ?? 0) + 1) * length)
    var (extents, norms) = (
      [Int](repeating: 0, count: degrees.count), [Double](repeating: 0, count: degrees.count)
    )
    for (place, degree) in degrees.enumerated() {
      for order in 0..<length where coefficients[place * length + order] != 0 {
        let size = coefficients[place * length + order].magnitude
        sizes[degree * length + order] += size
        norms[place] += size
        extents[place] = order + 1
      }
    }
    (self.extents, self.norms) = (extents, norms.map { TangentBundle.outward($0, operations: length) })
    self.sizes = sizes.map { TangentBundle.outward($0, operations: degrees.count) }
    size = TangentBundle.outward(self.sizes.reduce(0, +), operations: sizes.count)
    self.error = error.isFinite && size.isFinite ? error : .infinity
  }

  init(constant: Ball) {
    let value = constant.doubleValue
    let missed = constant - Ball(value, precision: constant.precision)
    self.init(
      [value.isFinite ? value : 0], error: value.isFinite ? missed.upperMagnitude : .infinity, monomials: nil,
      length: 1)
  }

  /// The same with another error.
  func with(error: Double) -> BoxModel {
    BoxModel(coefficients, error: error, monomials: monomials, length: length)
  }

  /// The same without orders beyond a length, which are left out, or with zeros for them.
  func resized(to length: Int) -> BoxModel {
    let own = self.length
    guard length != own, let monomials else { return self }
    return BoxModel(
      (0..<monomials.count).flatMap { place in
        (0..<length).map { $0 < own ? coefficients[place * own + $0] : 0 }
      }, error: error, monomials: monomials, length: length)
  }

  /// Coefficients of a common layout.
  private func coefficients(for monomials: Monomials?, length: Int) -> [Double] {
    guard let monomials, self.monomials == nil else { return coefficients }
    var spread = [Double](repeating: 0, count: monomials.count * length)
    spread[0] = coefficients[0]
    return spread
  }

  /// With what two models are combined: all that are not constant have the same.
  private static func layout(_ left: BoxModel, _ right: BoxModel) -> (monomials: Monomials?, length: Int) {
    left.monomials == nil ? (right.monomials, right.length) : (left.monomials, left.length)
  }

  private static let smallProduct = 0x1p-58
  /// Half an ulp of 1.
  static let unit = 0x1p-53

  private static func combined(
    _ left: BoxModel, _ right: BoxModel, _ operation: (Double, Double) -> Double
  ) -> BoxModel {
    let (monomials, length) = layout(left, right)
    let sums = zip(
      left.coefficients(for: monomials, length: length), right.coefficients(for: monomials, length: length)
    ).map { operation($0, $1) }
    // A sum is off by half an ulp of itself.
    let rounding = unit * (left.size + right.size)
    return BoxModel(
      sums, error: TangentBundle.outward(left.error + right.error + rounding, operations: 4),
      monomials: monomials, length: length)
  }

  /// Times the number that is the only coefficient of a constant.
  private func scaled(by constant: BoxModel) -> BoxModel {
    let factor = constant.head
    let missed = error * constant.norm + size * constant.error
    let rounding = 2 * Self.unit * size * factor.magnitude
    return BoxModel(
      coefficients.map { factor * $0 }, error: TangentBundle.outward(missed + rounding, operations: 7),
      monomials: monomials, length: length)
  }

  static func * (left: BoxModel, right: BoxModel) -> BoxModel {
    if right.monomials == nil { return left.scaled(by: right) }
    guard let monomials = left.monomials else { return right.scaled(by: left) }
    let length = left.length
    var product = [Double](repeating: 0, count: monomials.count * length)
    // Products of monomials that are this small count as errors.
    let small = smallProduct * left.size * right.size
    var (skipped, skips) = (0.0, 0)
    product.withUnsafeMutableBufferPointer { product in
      left.coefficients.withUnsafeBufferPointer { a in
        right.coefficients.withUnsafeBufferPointer { b in
          for i in 0..<monomials.count where left.extents[i] > 0 {
            for (j, place) in monomials.products(with: i).enumerated() where right.extents[j] > 0 {
              let bound = left.norms[i] * right.norms[j]
              if bound < small {
                skipped += bound
                skips += 1
                continue
              }
              let sum = Int(place) * length
              for k in 0..<left.extents[i] {
                let factor = a[i * length + k]
                for l in 0..<min(right.extents[j], length - k) {
                  product[sum + k + l] += factor * b[j * length + l]
                }
              }
            }
          }
        }
      }
    }
    let cut = excess(left, right, monomials.degree) + TangentBundle.outward(skipped, operations: 2 * skips)
    // A coefficient of degree g and order k has at most 2^g (k + 1) terms, and 2^(g+g') (k + k' + 1) is at most
    // 2^g (k + 1) · 2^g' (k' + 1). A sum of n products is off by at most n (1 + 2^-40) units beside its terms' sizes.
    let rounding = 1.01 * unit * left.weightedSize * right.weightedSize
    let missed = left.size * right.error + left.error * right.norm
    return BoxModel(
      product, error: TangentBundle.outward(cut + rounding + missed, operations: 9), monomials: monomials,
      length: length)
  }

  /// Σ 2^g (k + 1) |coefficients of degree g and order k|, a bound.
  private var weightedSize: Double {
    var sum = 0.0
    for (place, size) in sizes.enumerated() {
      sum += Double(sign: .plus, exponent: place / length, significand: Double(place % length + 1)) * size
    }
    return TangentBundle.outward(sum, operations: 2 * sizes.count)
  }

  /// A bound of the norm of what a product of polynomials has beyond the degree or the orders kept.
  private static func excess(_ left: BoxModel, _ right: BoxModel, _ degree: Int) -> Double {
    let length = left.length
    // rest[g · (length + 1) + k]: the sizes of the right factor of a degree above degree - g, or of an order from k on.
    var rest = [Double](repeating: 0, count: (degree + 1) * (length + 1))
    for g in 0...degree {
      var higher = 0.0
      for above in degree - g + 1..<max(degree - g + 1, degree + 1) {
        for k in 0..<length { higher += right.sizes[above * length + k] }
      }
      rest[g * (length + 1) + length] = higher
      for k in (0..<length).reversed() {
        var sum = rest[g * (length + 1) + k + 1]
        for below in 0...degree - g { sum += right.sizes[below * length + k] }
        rest[g * (length + 1) + k] = sum
      }
    }
    var sum = 0.0
    for g in 0...degree {
      for k in 0..<length where left.sizes[g * length + k] > 0 {
        sum += left.sizes[g * length + k] * rest[g * (length + 1) + length - k]
      }
    }
    return TangentBundle.outward(sum, operations: 4 * (degree + 1) * (length + 1))
  }

  /// h ∫_0^s f, without what f misses, in so many orders; and what is left out of it counts nowhere.
  func integrated(times duration: Double, plus start: BoxModel) -> BoxModel {
    guard let monomials = start.monomials else { return start }
    let own = coefficients(for: monomials, length: length)
    var result = start.coefficients
    let orders = start.length
    for place in 0..<monomials.count {
      for order in 1..<orders where order <= length {
        result[place * orders + order] = duration * own[place * length + order - 1] / Double(order)
      }
    }
    return BoxModel(result, error: 0, monomials: monomials, length: orders)
  }
}

extension BoxModel: RingScalar {
  static var zero: BoxModel { BoxModel([0], error: 0, monomials: nil, length: 1) }

  static func + (left: BoxModel, right: BoxModel) -> BoxModel { combined(left, right, +) }
  static func - (left: BoxModel, right: BoxModel) -> BoxModel { combined(left, right, -) }
  static prefix func - (value: BoxModel) -> BoxModel {
    BoxModel(
      value.coefficients.map { -$0 }, error: value.error, monomials: value.monomials, length: value.length)
  }
}
