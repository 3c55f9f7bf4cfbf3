import Multiprecision

/// Taylor models of one quantity's derivatives in many directions, in double precision: short polynomials, order by
/// order, with a bound of what each misses.
///
/// Coefficient k in direction d is at k · count + d. Each operation adds the rounding errors of its own double arithmetic
/// to the bounds (`unit`), and enlarges them by the rounding of their own sums (`outward`).
///
/// **Assumptions**: IEEE arithmetic, rounding to nearest. Overflow gives bounds that are not finite.
/// **Source**: docs/certified-integration, "Logarithmic norm".
struct TangentBundle: Sendable {
  /// Directions.
  let count: Int
  /// Orders.
  let length: Int
  private(set) var coefficients: [Double]
  private(set) var errors: [Double]

  /// The relative error of one rounding.
  static let unit = 0x1p-53

  /// A bound from a sum of not more than `operations` rounded operations on numbers that are not negative, with room for
  /// underflow.
  static func outward(_ sum: Double, operations: Int) -> Double {
    sum * (1 + Double(operations + 2) * 0x1p-52) + 0x1p-1000
  }

  /// The same for a sum of any sign, of one operation.
  static func raised(_ sum: Double) -> Double { sum.nextUp + 0x1p-1000 }

  init(count: Int, length: Int) {
    (self.count, self.length) = (count, length)
    coefficients = [Double](repeating: 0, count: count * length)
    errors = [Double](repeating: 0, count: count)
  }

  /// 1 in one direction, 0 in the others.
  init(unit direction: Int, count: Int, length: Int) {
    self.init(count: count, length: length)
    coefficients[direction] = 1
  }

  /// The same model in all directions.
  init(repeating model: ShortModel, count: Int) {
    self.init(count: count, length: model.coefficients.count)
    for (order, coefficient) in model.coefficients.enumerated() {
      for direction in 0..<count { coefficients[order * count + direction] = coefficient }
    }
    errors = [Double](repeating: model.error, count: count)
  }

  /// A direction for each model.
  init(entries models: [ShortModel], length: Int) {
    self.init(count: models.count, length: length)
    for (direction, model) in models.enumerated() {
      for (order, coefficient) in model.coefficients.enumerated() {
        coefficients[order * count + direction] = coefficient
      }
      errors[direction] = model.error
    }
  }

  var isFinite: Bool { errors.allSatisfy(\.isFinite) && coefficients.allSatisfy(\.isFinite) }

  /// The coefficients of one direction.
  func coefficients(_ direction: Int) -> [Double] {
    (0..<length).map { coefficients[$0 * count + direction] }
  }

  /// Bounds of the norms.
  ///
  /// - Parameter unit: the direction from which 1 is subtracted.
  func norms(less unit: Int? = nil) -> [Double] {
    var sizes = sizes
    if let unit {
      sizes[unit] = (coefficients[unit] - 1).magnitude
      for order in 1..<max(length, 1) { sizes[unit] += coefficients[order * count + unit].magnitude }
    }
    return zip(sizes, errors).map { Self.outward($0 + $1, operations: length + 2) }
  }

  /// The same with more room: bounds from not more than three rounded operations.
  func widened(by bounds: [Double]) -> TangentBundle {
    var result = self
    for d in 0..<count { result.errors[d] = Self.outward(errors[d] + bounds[d], operations: 4) }
    return result
  }

  /// The products with a factor for each direction, which may be off by one rounding.
  ///
  /// - Precondition: no factor has underflowed.
  func scaled(by factors: [Double]) -> TangentBundle {
    var result = self
    for order in 0..<length {
      for d in 0..<count { result.coefficients[order * count + d] *= factors[d] }
    }
    let sizes = result.sizes
    for d in 0..<count {
      result.errors[d] = Self.outward(
        errors[d] * factors[d].magnitude + 3 * Self.unit * sizes[d], operations: length + 4)
    }
    return result
  }

  /// Σ_k |c_k| for each direction, rounded.
  var sizes: [Double] {
    var sizes = [Double](repeating: 0, count: count)
    sizes.withUnsafeMutableBufferPointer { sizes in
      coefficients.withUnsafeBufferPointer { coefficients in
        guard let sizes = sizes.baseAddress, let coefficients = coefficients.baseAddress else { return }
        for order in 0..<length {
          sizes.add(1, timesMagnitudesOf: coefficients + order * count, count: count)
        }
      }
    }
    return sizes
  }

  prefix static func - (value: TangentBundle) -> TangentBundle {
    var result = value
    for index in result.coefficients.indices { result.coefficients[index] = -result.coefficients[index] }
    return result
  }

  /// - Precondition: the bundles have the same directions and orders.
  static func + (left: TangentBundle, right: TangentBundle) -> TangentBundle {
    var result = left
    for index in result.coefficients.indices { result.coefficients[index] += right.coefficients[index] }
    let sizes = result.sizes
    for d in 0..<result.count {
      result.errors[d] = outward(
        left.errors[d] + right.errors[d] + 2 * unit * sizes[d], operations: result.length + 3)
    }
    return result
  }

  /// Σ_i factor_i · bundle_i.
  ///
  /// A product of polynomials misses Σ_{j + k ≥ length} |a_j| |b_k| and what the errors contribute; a coefficient is a sum
  /// of at most length · (number of products) rounded products.
  static func sum(
    of products: [(factor: ShortModel, bundle: TangentBundle)], count: Int, length: Int
  ) -> TangentBundle {
    var result = TangentBundle(count: count, length: length)
    var sizes = [Double](repeating: 0, count: count)
    for (factor, bundle) in products { result.add(factor, bundle, sizes: &sizes) }
    let operations = 2 * length * products.count + 4
    for d in 0..<count {
      result.errors[d] = outward(
        result.errors[d] + unit * Double(operations) * sizes[d], operations: 4 * operations)
    }
    return result
  }

  /// Adds a product to the coefficients, what it misses to the errors, and ‖factor‖ ‖bundle‖ to `sizes`.
  private mutating func add(_ factor: ShortModel, _ bundle: TangentBundle, sizes: inout [Double]) {
    let (count, length) = (count, length)
    coefficients.withUnsafeMutableBufferPointer { sum in
      bundle.coefficients.withUnsafeBufferPointer { b in
        guard let sum = sum.baseAddress, let b = b.baseAddress else { return }
        for (j, a) in factor.coefficients.enumerated() where a != 0 {
          (sum + j * count).add(a, times: b, count: (length - j) * count)
        }
      }
    }
    errors.withUnsafeMutableBufferPointer { error in
      bundle.coefficients.withUnsafeBufferPointer { b in
        guard let error = error.baseAddress, let b = b.baseAddress else { return }
        // Order k meets the orders of the factor from length - k on.
        for k in 1..<max(length, 1) where factor.sizesFrom[length - k] != 0 {
          error.add(factor.sizesFrom[length - k], timesMagnitudesOf: b + k * count, count: count)
        }
      }
      for (d, size) in bundle.sizes.enumerated() {
        error[d] += factor.sizesFrom[0] * bundle.errors[d] + factor.error * (size + bundle.errors[d])
        sizes[d] += factor.sizesFrom[0] * size
      }
    }
  }
}

/// A Taylor model in double precision, as a factor.
struct ShortModel: Sendable {
  let coefficients: [Double]
  let error: Double
  /// Σ_{k ≥ first} |c_k| for first = 0, ..., length: bounds.
  let sizesFrom: [Double]

  init(_ coefficients: [Double], error: Double = 0) {
    var sizes = [Double](repeating: 0, count: coefficients.count + 1)
    for order in coefficients.indices.reversed() {
      sizes[order] = TangentBundle.outward(sizes[order + 1] + coefficients[order].magnitude, operations: 1)
    }
    (self.coefficients, self.error, sizesFrom) = (coefficients, error, sizes)
  }

  init(_ model: TaylorModel, length: Int) {
    let (coefficients, missing) = model.polynomial.doubles(count: length)
    self.init(coefficients, error: (model.error + missing).upperMagnitude)
  }
}
