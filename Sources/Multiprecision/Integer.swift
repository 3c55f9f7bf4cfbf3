import CGMP

/// An integer of any size (GMP).
///
/// A value type: copies share storage until one of them is written.
public struct Integer: @unchecked Sendable {
  private var storage: IntegerStorage

  /// A new integer, zero before `body` writes it.
  package init(writing body: (UnsafeMutablePointer<__mpz_struct>) -> Void) {
    storage = .make()
    storage.withUnsafeMutablePointerToElements(body)
  }

  public init(_ value: Int) {
    self.init { __gmpz_set_si($0, value) }
  }

  /// Reads the number; the pointer is valid during `body` only.
  package func withPointer<Result>(_ body: (UnsafePointer<__mpz_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Writes the number, after copying it when it is shared.
  package mutating func withUniquePointer(_ body: (UnsafeMutablePointer<__mpz_struct>) -> Void) {
    if !isKnownUniquelyReferenced(&storage) {
      self = Integer { fresh in withPointer { __gmpz_set(fresh, $0) } }
    }
    storage.withUnsafeMutablePointerToElements(body)
  }

  /// -1, 0 or 1.
  public func signum() -> Int { withPointer { Int($0.pointee._mp_size.signum()) } }

  public var isZero: Bool { signum() == 0 }

  public var isEven: Bool { withPointer { $0.pointee._mp_size == 0 || __gmpz_tstbit($0, 0) == 0 } }

  /// The number of bits of the magnitude; 0 for zero.
  public var bitWidth: Int { isZero ? 0 : withPointer { Int(__gmpz_sizeinbase($0, 2)) } }

  /// The nearest double, ties to even; infinite beyond the range of doubles.
  public var doubleValue: Double { Rational(self).doubleValue }
}

extension Integer: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Integer: Hashable, Comparable {
  public static func == (left: Integer, right: Integer) -> Bool {
    left.withPointer { a in right.withPointer { __gmpz_cmp(a, $0) == 0 } }
  }

  public static func < (left: Integer, right: Integer) -> Bool {
    left.withPointer { a in right.withPointer { __gmpz_cmp(a, $0) < 0 } }
  }

  public func hash(into hasher: inout Hasher) {
    withPointer { number in
      hasher.combine(number.pointee._mp_size)
      let limbs = UnsafeRawBufferPointer(
        start: number.pointee._mp_d,
        count: Int(number.pointee._mp_size.magnitude) * MemoryLayout<mp_limb_t>.stride)
      hasher.combine(bytes: limbs)
    }
  }
}

extension Int {
  /// The integer, or nil when it does not fit.
  public init?(exactly value: Integer) {
    guard value.withPointer({ __gmpz_fits_slong_p($0) != 0 }) else { return nil }
    self = value.withPointer { __gmpz_get_si($0) }
  }
}
