import CGMP

/// An exact fraction of integers of any size (GMP), always in lowest terms with a positive denominator.
///
/// A value type: copies share storage until one of them is written.
public struct Rational: @unchecked Sendable {
  private var storage: RationalStorage

  /// A new fraction, zero before `body` writes it; `body` must leave it in lowest terms.
  package init(writing body: (UnsafeMutablePointer<__mpq_struct>) -> Void) {
    storage = .make()
    storage.withUnsafeMutablePointerToElements(body)
  }

  public init(_ value: Int) {
    self.init { __gmpq_set_si($0, value, 1) }
  }

  public init(_ value: Integer) {
    self.init { q in value.withPointer { __gmpq_set_z(q, $0) } }
  }

  /// A fraction written in code; data goes through the throwing initialisers.
  ///
  /// - Precondition: the denominator is not zero.
  public init(_ numerator: Int, _ denominator: Int) {
    precondition(denominator != 0, "a fraction's denominator is not zero")
    self.init(Integer(numerator), over: Integer(denominator))
  }

  /// - Throws: `divisionByZero`.
  public init(numerator: Integer, denominator: Integer) throws(ArithmeticError) {
    if denominator.isZero { throw .divisionByZero }
    self.init(numerator, over: denominator)
  }

  /// The exact value of a double: 0.1 gives 3602879701896397/2^55, not 1/10.
  ///
  /// - Throws: `notFinite`.
  public init(exactly value: Double) throws(ArithmeticError) {
    guard value.isFinite else { throw .notFinite }
    self.init { __gmpq_set_d($0, value) }
  }

  /// The quotient of integers, the second one not zero.
  init(_ numerator: Integer, over denominator: Integer) {
    self.init { q in
      numerator.withPointer { __gmpz_set(&q.pointee._mp_num, $0) }
      denominator.withPointer { __gmpz_set(&q.pointee._mp_den, $0) }
      __gmpq_canonicalize(q)
    }
  }

  /// Reads the number; the pointer is valid during `body` only.
  package func withPointer<Result>(_ body: (UnsafeMutablePointer<__mpq_struct>) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { body($0) }
  }

  /// Writes the number, after copying it when it is shared.
  package mutating func withUniquePointer(_ body: (UnsafeMutablePointer<__mpq_struct>) -> Void) {
    if !isKnownUniquelyReferenced(&storage) {
      self = Rational { fresh in withPointer { __gmpq_set(fresh, $0) } }
    }
    storage.withUnsafeMutablePointerToElements(body)
  }

  public var numerator: Integer {
    Integer { result in withPointer { __gmpz_set(result, &$0.pointee._mp_num) } }
  }

  /// Positive.
  public var denominator: Integer {
    Integer { result in withPointer { __gmpz_set(result, &$0.pointee._mp_den) } }
  }

  /// -1, 0 or 1.
  public func signum() -> Int { withPointer { Int($0.pointee._mp_num._mp_size.signum()) } }

  public var isZero: Bool { signum() == 0 }

  public var isInteger: Bool {
    withPointer { __gmpz_cmp_ui(&$0.pointee._mp_den, 1) == 0 }
  }
}

extension Rational: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Rational: Hashable, Comparable {
  public static func == (left: Rational, right: Rational) -> Bool {
    left.withPointer { a in right.withPointer { __gmpq_equal(a, $0) != 0 } }
  }

  public static func < (left: Rational, right: Rational) -> Bool {
    left.withPointer { a in right.withPointer { __gmpq_cmp(a, $0) < 0 } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(numerator)
    hasher.combine(denominator)
  }
}
