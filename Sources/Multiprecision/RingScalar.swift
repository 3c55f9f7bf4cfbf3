import CFLINT

/// A number that matrices add and multiply: `Integer`, `Rational`, and every `RealScalar`.
public protocol RingScalar: Sendable {
  /// Exactly zero, of the least precision: adding it changes neither a number nor a precision.
  static var zero: Self { get }
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static prefix func - (value: Self) -> Self

  /// The matrix product.
  static func product(_ a: Matrix<Self>, _ b: Matrix<Self>) -> Matrix<Self>
}

extension RingScalar {
  public static func product(_ a: Matrix<Self>, _ b: Matrix<Self>) -> Matrix<Self> {
    Matrix(rows: a.rows, columns: b.columns) { i, j in
      (0..<a.columns).reduce(.zero) { sum, k in sum + a[i, k] * b[k, j] }
    }
  }
}

extension Integer: RingScalar {
  public static var zero: Integer { 0 }
}

extension Rational: RingScalar {
  public static var zero: Rational { 0 }

  /// The exact product, by FLINT.
  public static func product(_ a: Matrix<Rational>, _ b: Matrix<Rational>) -> Matrix<Rational> {
    RationalMatrixStorage.product(a, b)
  }
}

extension BigFloat: RingScalar {
  public static var zero: BigFloat { BigFloat(zeroWithPrecision: Precision.minimum) }
}

extension Ball: RingScalar {
  public static var zero: Ball { Ball(precision: Precision.minimum) { arb_zero($0) } }

  /// The product by Arb's matrix arithmetic, in the largest precision among the entries.
  public static func product(_ a: Matrix<Ball>, _ b: Matrix<Ball>) -> Matrix<Ball> {
    (BallMatrix(a) * BallMatrix(b)).matrix
  }
}
