import CFLINT

/// Numbers in fixed point, for sums of many products: signs, and magnitudes of `limbs` 64-bit limbs, the least first.
///
/// Number i is sign · magnitude · 2^(exponent - 64 · limbs), so |number| < 2^exponent. Small numbers have few significant
/// limbs, and products are formed as far as they matter only.
final class FixedPointLine {
  let count: Int
  let limbs: Int
  let exponent: Int
  private let magnitudes: UnsafeMutablePointer<UInt>
  private let sizes: UnsafeMutablePointer<Int>
  private let areNegative: UnsafeMutablePointer<Bool>

  init(count: Int, limbs: Int, exponent: Int) {
    (self.count, self.limbs, self.exponent) = (count, limbs, exponent)
    magnitudes = .allocate(capacity: max(count * limbs, 1))
    magnitudes.initialize(repeating: 0, count: max(count * limbs, 1))
    sizes = .allocate(capacity: max(count, 1))
    sizes.initialize(repeating: 0, count: max(count, 1))
    areNegative = .allocate(capacity: max(count, 1))
    areNegative.initialize(repeating: false, count: max(count, 1))
  }

  deinit {
    magnitudes.deallocate()
    sizes.deallocate()
    areNegative.deallocate()
  }

  /// Log2 of the unit of the last place.
  var log2Unit: Int { exponent - 64 * limbs }

  /// Takes a number, rounded towards zero by less than a unit; false if its magnitude is not below 2^exponent.
  @discardableResult
  func set(_ place: Int, to number: UnsafePointer<arf_struct>, scratch: UnsafeMutablePointer<fmpz>) -> Bool {
    arf_get_fmpz_fixed_si(scratch, number, log2Unit)
    return set(place, units: scratch)
  }

  /// The same for the midpoint of a ball.
  func set(_ place: Int, to ball: Ball) -> Bool {
    let units = UnsafeMutablePointer<fmpz>.allocate(capacity: 1)
    fmpz_init(units)
    defer {
      fmpz_clear(units)
      units.deallocate()
    }
    return ball.withPointer { set(place, to: arb_mid_ptr($0), scratch: units) }
  }

  /// Takes a number of units, and changes it; false if its magnitude is not below 2^(64 · limbs).
  func set(_ place: Int, units: UnsafeMutablePointer<fmpz>) -> Bool {
    areNegative[place] = fmpz_sgn(units) < 0
    fmpz_abs(units, units)
    let size = (Int(bitPattern: UInt(fmpz_bits(units))) + 63) / 64
    guard size <= limbs else { return false }
    sizes[place] = size
    if size > 0 { fmpz_get_ui_array(magnitudes + place * limbs, size, units) }
    return true
  }

  /// The numbers as the coefficients of a polynomial.
  func polynomial(precision: Int) -> BallPolynomial {
    BallPolynomial(precision: precision) { result in
      arb_poly_fit_length(result, count)
      guard let coefficients = result.pointee.coeffs else { return }
      var units: fmpz = 0
      fmpz_init(&units)
      defer { fmpz_clear(&units) }
      for place in 0..<count {
        fmpz_set_ui_array(&units, magnitudes + place * limbs, limbs)
        if areNegative[place] { withUnsafeMutablePointer(to: &units) { fmpz_neg($0, $0) } }
        arb_set_fmpz(coefficients + place, &units)
        arb_mul_2exp_si(coefficients + place, coefficients + place, log2Unit)
      }
      _arb_poly_set_length(result, count)
      _arb_poly_normalise(result)
    }
  }

  /// Sets `sum` to Σ_t self[start + t] · other[otherStart - t] over t from 0 to count - 1, in units of
  /// 2^(exponent + other.exponent - 64 · (limbs + 1)), with an error of less than count · limbs · 2^64 units.
  ///
  /// A product of limbs i and j counts from i + j = limbs - 1 on; those left out are less than limbs · 2^64 units of each
  /// term.
  func dot(
    from start: Int, count: Int, _ other: FixedPointLine, backwardsFrom otherStart: Int, into sum: Sum
  ) {
    let n = limbs
    let columns = sum.columns
    let overflows = sum.overflows
    columns.update(repeating: 0, count: 2 * n)
    overflows.update(repeating: 0, count: 2 * n)
    for t in 0..<count {
      let (p, q) = (start + t, otherStart - t)
      // Limbs i ≥ n - sizeB of a and j ≥ n - sizeA of b meet in a column that counts.
      let meeting = sizes[p] + other.sizes[q] - n
      guard meeting > 0 else { continue }
      let a = magnitudes + (p * n + n - other.sizes[q])
      let b = other.magnitudes + (q * n + n - sizes[p])
      // Positive and negative products apart.
      let side = areNegative[p] == other.areNegative[q] ? 0 : n
      Self.addProducts(a, b, count: meeting, to: columns + side, overflows + side)
    }
    sum.collect(limbs: n)
  }

  /// columns[c] += Σ a[i] b[j], i + j = count - 1 + c, for c from 0 to count - 1. Few limbs have code of their own.
  private static func addProducts(
    _ a: UnsafePointer<UInt>, _ b: UnsafePointer<UInt>, count: Int, to columns: UnsafeMutablePointer<UInt128>,
    _ overflows: UnsafeMutablePointer<UInt64>
  ) {
    switch count {
    case 1: addColumns(a, b, count: 1, to: columns, overflows)
    case 2: addColumns(a, b, count: 2, to: columns, overflows)
    case 3: addColumns(a, b, count: 3, to: columns, overflows)
    case 4: addColumns(a, b, count: 4, to: columns, overflows)
    case 5: addColumns(a, b, count: 5, to: columns, overflows)
    case 6: addColumns(a, b, count: 6, to: columns, overflows)
    default: addColumns(a, b, count: count, to: columns, overflows)
    }
  }

  @inline(__always) private static func addColumns(
    _ a: UnsafePointer<UInt>, _ b: UnsafePointer<UInt>, count: Int, to columns: UnsafeMutablePointer<UInt128>,
    _ overflows: UnsafeMutablePointer<UInt64>
  ) {
    var column = 0
    while column < count {
      var (sum, carries) = (columns[column], overflows[column])
      var i = column
      while i < count {
        let product = UInt128(a[i]) &* UInt128(b[count &- 1 &+ column &- i])
        let (value, overflow) = sum.addingReportingOverflow(product)
        sum = value
        carries &+= overflow ? 1 : 0
        i &+= 1
      }
      (columns[column], overflows[column]) = (sum, carries)
      column &+= 1
    }
  }

  /// The place where a dot product is summed up, column by column.
  final class Sum {
    fileprivate let columns: UnsafeMutablePointer<UInt128>
    fileprivate let overflows: UnsafeMutablePointer<UInt64>
    private let parts: UnsafeMutablePointer<UInt>
    /// The sum, in the units that `dot` states.
    let value: UnsafeMutablePointer<fmpz>
    private let negative: UnsafeMutablePointer<fmpz>

    init(limbs: Int) {
      columns = .allocate(capacity: 2 * limbs)
      columns.initialize(repeating: 0, count: 2 * limbs)
      overflows = .allocate(capacity: 2 * limbs)
      overflows.initialize(repeating: 0, count: 2 * limbs)
      parts = .allocate(capacity: limbs + 3)
      parts.initialize(repeating: 0, count: limbs + 3)
      value = .allocate(capacity: 2)
      negative = value + 1
      fmpz_init(value)
      fmpz_init(negative)
    }

    /// The sum as a ball without radius.
    var ball: Ball { Ball(precision: Precision.minimum) { arb_set_fmpz($0, value) } }

    deinit {
      fmpz_clear(value)
      fmpz_clear(negative)
      columns.deallocate()
      overflows.deallocate()
      parts.deallocate()
      value.deallocate()
    }

    fileprivate func collect(limbs: Int) {
      collect(from: 0, limbs, into: value)
      collect(from: limbs, limbs, into: negative)
      fmpz_sub(value, value, negative)
    }

    /// Σ_m column_m · 2^(64 m), with carries.
    private func collect(from side: Int, _ limbs: Int, into result: UnsafeMutablePointer<fmpz>) {
      var carry: UInt128 = 0
      var carryOverflow: UInt64 = 0
      for m in 0..<(limbs + 3) {
        if m < limbs {
          let (value, overflow) = carry.addingReportingOverflow(columns[side + m])
          carry = value
          carryOverflow &+= overflows[side + m] &+ (overflow ? 1 : 0)
        }
        parts[m] = UInt(truncatingIfNeeded: carry)
        carry = (carry >> 64) | (UInt128(carryOverflow) << 64)
        carryOverflow = 0
      }
      fmpz_set_ui_array(result, parts, limbs + 3)
    }
  }
}
