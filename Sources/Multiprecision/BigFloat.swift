import CMPFR

/// A binary floating-point number of any precision (MPFR): correctly rounded, so the same on every machine.
///
/// The precision, in bits, travels in the value; a result has the larger precision of its operands. Operators
/// round to nearest, ties to even; the named forms (`add`, `divide`, ...) take a rounding mode.
/// A value type: copies share storage until one of them is written.
public struct BigFloat: @unchecked Sendable {
  private var storage: BigFloatStorage

  /// A new number of the given precision; `body` must write it.
  package init(precision: Int, writing body: (UnsafeMutablePointer<__mpfr_struct>) -> Void) {
    Precision.check(precision)
    storage = .make(precision: precision)
    storage.withUnsafeMutablePointerToElements(body)
  }

  /// Zero.
  public init(zeroWithPrecision precision: Int) {
    self.init(precision: precision) { mpfr_set_zero($0, 1) }
  }

  /// Reads the number; the pointer is valid during `body` only.
  package func withPointer<Result>(_ body: (UnsafeMutablePointer<__mpfr_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Writes the number in place, after copying it when it is shared or has less than `precision` bits.
  package mutating func withUniquePointer(
    precision: Int, _ body: (UnsafeMutablePointer<__mpfr_struct>) -> Void
  ) {
    if !isKnownUniquelyReferenced(&storage) || self.precision < precision {
      let copy = BigFloat(precision: max(precision, self.precision)) { fresh in
        withPointer { _ = mpfr_set(fresh, $0, MPFR_RNDN) }
      }
      self = copy
    }
    storage.withUnsafeMutablePointerToElements(body)
  }

  /// The precision in bits.
  public var precision: Int { withPointer { mpfr_get_prec($0) } }

  public var isZero: Bool { withPointer { mpfr_zero_p($0) != 0 } }

  public var isFinite: Bool { withPointer { mpfr_number_p($0) != 0 } }

  public var isNaN: Bool { withPointer { mpfr_nan_p($0) != 0 } }

  public var isInfinite: Bool { withPointer { mpfr_inf_p($0) != 0 } }

  public var isInteger: Bool { withPointer { mpfr_integer_p($0) != 0 } }

  /// -1, 0 or 1; 0 for "not a number".
  public func signum() -> Int { isNaN ? 0 : withPointer { Int(mpfr_sgn($0).signum()) } }

  /// The e with 2^e <= |x| < 2^(e+1); `Int.min` for zero, `Int.max` when not finite (as for `Double`).
  public var exponent: Int {
    withPointer { number in
      if mpfr_regular_p(number) != 0 { return mpfr_get_exp(number) - 1 }
      return mpfr_zero_p(number) != 0 ? .min : .max
    }
  }
}

extension BigFloat: Comparable {
  public static func == (left: BigFloat, right: BigFloat) -> Bool {
    left.withPointer { a in right.withPointer { mpfr_equal_p(a, $0) != 0 } }
  }

  public static func < (left: BigFloat, right: BigFloat) -> Bool {
    left.withPointer { a in right.withPointer { mpfr_less_p(a, $0) != 0 } }
  }

  public static func <= (left: BigFloat, right: BigFloat) -> Bool {
    left.withPointer { a in right.withPointer { mpfr_lessequal_p(a, $0) != 0 } }
  }

  public static func > (left: BigFloat, right: BigFloat) -> Bool { right < left }

  public static func >= (left: BigFloat, right: BigFloat) -> Bool { right <= left }
}
