import Multiprecision

/// A rational number, or nothing where a function of it is not rational: evaluates graphs of polynomials and
/// quotients exactly.
struct ExactNumber: RealScalar {
  let value: Rational?

  init(_ value: Rational?) { self.value = value }
  init(_ value: Rational, precision: Int) { self.value = value }

  static var zero: ExactNumber { ExactNumber(0) }

  private static func combine(
    _ left: Self, _ right: Self, _ operation: (Rational, Rational) -> Rational?
  ) -> Self {
    guard let a = left.value, let b = right.value else { return ExactNumber(nil) }
    return ExactNumber(operation(a, b))
  }

  static func + (left: Self, right: Self) -> Self { combine(left, right) { $0 + $1 } }
  static func - (left: Self, right: Self) -> Self { combine(left, right) { $0 - $1 } }
  static func * (left: Self, right: Self) -> Self { combine(left, right) { $0 * $1 } }
  static func / (left: Self, right: Self) -> Self { combine(left, right) { try? $0.divided(by: $1) } }
  static prefix func - (number: Self) -> Self { ExactNumber(number.value.map { -$0 }) }

  static func pi(precision: Int) -> Self { ExactNumber(nil) }
  static func exp(_ x: Self) -> Self { ExactNumber(nil) }
  static func expMinusOne(_ x: Self) -> Self { ExactNumber(nil) }
  static func log(_ x: Self) -> Self { ExactNumber(nil) }
  static func log(onePlus x: Self) -> Self { ExactNumber(nil) }
  static func logistic(_ x: Self) -> Self { ExactNumber(nil) }
  static func softplus(_ x: Self) -> Self { ExactNumber(nil) }
  static func tanh(_ x: Self) -> Self { ExactNumber(nil) }
  static func sqrt(_ x: Self) -> Self { ExactNumber(nil) }
  static func pow(_ x: Self, _ exponent: Rational) -> Self { ExactNumber(nil) }

  var isFinite: Bool { value != nil }
  var doubleValue: Double { value?.doubleValue ?? .nan }

  static func solve(_ a: Matrix<Self>, _ b: Matrix<Self>) throws(LinearAlgebraError) -> Matrix<Self> {
    guard let exact = a.exact, let right = b.exact else { throw .undecided }
    return try exact.solve(right).map { ExactNumber($0) }
  }
}

extension Matrix<ExactNumber> {
  /// The rational matrix; nil if an entry is not rational.
  var exact: Matrix<Rational>? {
    let values = elements.compactMap(\.value)
    return values.count == elements.count
      ? Matrix<Rational>(rows: rows, columns: columns, elements: values) : nil
  }
}
