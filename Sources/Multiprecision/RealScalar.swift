/// A real number of some precision: `Double`, `BigFloat` (floating) and `Ball` (rigorous).
public protocol RealScalar: RingScalar {
  /// The rational, rounded or enclosed. A `Double` has its own precision and ignores the argument.
  init(_ value: Rational, precision: Int)
  static func pi(precision: Int) -> Self

  static func / (left: Self, right: Self) -> Self

  static func exp(_ x: Self) -> Self
  /// exp(x) - 1, accurate for small x.
  static func expMinusOne(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  /// log(1 + x), accurate for small x.
  static func log(onePlus x: Self) -> Self
  /// 1 / (1 + exp(-x)), without overflow and accurate for x far below zero.
  static func logistic(_ x: Self) -> Self
  /// log(1 + exp(x)), without overflow and accurate for x far below zero.
  static func softplus(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  static func sqrt(_ x: Self) -> Self
  /// The real power x^q: for an integer q everywhere, else for x >= 0.
  static func pow(_ x: Self, _ exponent: Rational) -> Self

  var isFinite: Bool { get }

  /// The nearest double; of a ball, its midpoint's.
  var doubleValue: Double { get }

  /// The X with A X = B for a square A; rigorous for balls.
  ///
  /// - Throws: `notSquare`, `dimensionMismatch`, `singular`, `undecided`.
  static func solve(_ a: Matrix<Self>, _ b: Matrix<Self>) throws(LinearAlgebraError) -> Matrix<Self>
}

extension BigFloat: RealScalar {
  /// By elimination with partial pivoting; backward stable, with no error bound.
  public static func solve(
    _ a: Matrix<BigFloat>, _ b: Matrix<BigFloat>
  ) throws(LinearAlgebraError) -> Matrix<BigFloat> {
    try solveByElimination(a, b) { $0.isZero || !$0.isFinite }
  }
}

extension Ball: RealScalar {
  /// By preconditioned elimination: the solution of every system within the balls is enclosed.
  public static func solve(_ a: Matrix<Ball>, _ b: Matrix<Ball>) throws(LinearAlgebraError) -> Matrix<Ball> {
    try BallMatrix(a).solve(BallMatrix(b)).matrix
  }
}
