import CMPFR

extension BigFloat {
  public static func add(_ a: BigFloat, _ b: BigFloat, rounding: RoundingMode) -> BigFloat {
    combine(a, b, rounding, mpfr_add)
  }

  public static func subtract(_ a: BigFloat, _ b: BigFloat, rounding: RoundingMode) -> BigFloat {
    combine(a, b, rounding, mpfr_sub)
  }

  public static func multiply(_ a: BigFloat, _ b: BigFloat, rounding: RoundingMode) -> BigFloat {
    combine(a, b, rounding, mpfr_mul)
  }

  public static func divide(_ a: BigFloat, _ b: BigFloat, rounding: RoundingMode) -> BigFloat {
    combine(a, b, rounding, mpfr_div)
  }

  public static func + (left: BigFloat, right: BigFloat) -> BigFloat {
    combine(left, right, .nearestEven, mpfr_add)
  }

  public static func - (left: BigFloat, right: BigFloat) -> BigFloat {
    combine(left, right, .nearestEven, mpfr_sub)
  }

  public static func * (left: BigFloat, right: BigFloat) -> BigFloat {
    combine(left, right, .nearestEven, mpfr_mul)
  }

  /// The quotient; as in IEEE 754, x/0 is an infinity and 0/0 is "not a number".
  public static func / (left: BigFloat, right: BigFloat) -> BigFloat {
    combine(left, right, .nearestEven, mpfr_div)
  }

  public static prefix func - (value: BigFloat) -> BigFloat { value.mapped(.nearestEven, mpfr_neg) }

  public static func += (left: inout BigFloat, right: BigFloat) { left.update(right, mpfr_add) }

  public static func -= (left: inout BigFloat, right: BigFloat) { left.update(right, mpfr_sub) }

  public static func *= (left: inout BigFloat, right: BigFloat) { left.update(right, mpfr_mul) }

  public static func /= (left: inout BigFloat, right: BigFloat) { left.update(right, mpfr_div) }

  public var magnitude: BigFloat {
    mapped(.nearestEven) { mpfr_set4($0, $1, $2, 1) }
  }

  /// self + a·b with one rounding. Allocates nothing when the storage is unshared and precise enough.
  public mutating func addProduct(_ a: BigFloat, _ b: BigFloat) {
    withUniquePointer(precision: max(a.precision, b.precision)) { sum in
      a.withPointer { x in b.withPointer { _ = mpfr_fma(sum, x, $0, sum, MPFR_RNDN) } }
    }
  }

  /// self - a·b with one rounding. Allocates nothing when the storage is unshared and precise enough.
  public mutating func subtractProduct(_ a: BigFloat, _ b: BigFloat) {
    withUniquePointer(precision: max(a.precision, b.precision)) { sum in
      a.withPointer { x in
        b.withPointer { y in
          _ = mpfr_fms(sum, x, y, sum, MPFR_RNDN)
          _ = mpfr_neg(sum, sum, MPFR_RNDN)
        }
      }
    }
  }

  typealias UnaryFunction = (
    UnsafeMutablePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?, mpfr_rnd_t
  ) -> Int32

  typealias BinaryFunction = (
    UnsafeMutablePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?, UnsafePointer<__mpfr_struct>?,
    mpfr_rnd_t
  ) -> Int32

  /// A function of one number, correctly rounded to its precision.
  @inline(__always)
  func mapped(_ mode: RoundingMode, _ function: UnaryFunction) -> BigFloat {
    BigFloat(precision: precision) { result in withPointer { _ = function(result, $0, mode.mpfr) } }
  }

  /// A function of two numbers, correctly rounded to the larger precision.
  @inline(__always)
  static func combine(
    _ a: BigFloat, _ b: BigFloat, _ mode: RoundingMode, _ function: BinaryFunction
  ) -> BigFloat {
    BigFloat(precision: max(a.precision, b.precision)) { result in
      a.withPointer { x in b.withPointer { _ = function(result, x, $0, mode.mpfr) } }
    }
  }

  @inline(__always)
  private mutating func update(_ other: BigFloat, _ function: BinaryFunction) {
    withUniquePointer(precision: other.precision) { result in
      other.withPointer { _ = function(result, result, $0, MPFR_RNDN) }
    }
  }
}
