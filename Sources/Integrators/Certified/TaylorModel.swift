import Multiprecision

/// A function f(s) = P(s) + δ(s) for |s| ≤ 1: a polynomial P, known exactly, and a bound of the norm of δ.
///
/// The norm is ‖f‖ = Σ |f_k|; it bounds |f(s)|, and ‖fg‖ ≤ ‖f‖‖g‖: the functions of finite norm are a Banach algebra,
/// and a function is invertible in it as soon as an approximate inverse g has ‖1 - fg‖ < 1. So each operation computes a
/// polynomial by any means and bounds what it misses by the norm of a residual. Where no bound is found, the error is
/// not finite.
///
/// A graph evaluated in Taylor models gives its result as a function of s. Constants have no length of their own and
/// take that of what they are combined with.
///
/// **Source**: docs/certified-integration, "Taylor models".
struct TaylorModel: Sendable {
  /// Bits of the bounds: they need their size only.
  static let boundPrecision = 64

  /// P, with less than `length` orders and no radii.
  let polynomial: BallPolynomial
  /// ‖P‖, a bound.
  let size: Ball
  /// ‖δ‖, a bound: its upper end counts.
  let error: Ball
  /// Orders kept: 0, ..., length - 1. Nil for constants.
  let length: Int?

  /// Radii of the polynomial count as errors.
  init(_ polynomial: BallPolynomial, error: Ball = Self.noError, length: Int?) {
    self.length = length
    if polynomial.isInRange {
      let (midpoints, radii) = polynomial.midpointsAndRadii
      (self.polynomial, size) = (midpoints, midpoints.norm())
      self.error = radii.isZero ? error : error + radii
    } else {
      self.polynomial = BallPolynomial([], precision: polynomial.precision)
      (size, self.error) = (Self.noError, .everything(precision: Self.boundPrecision))
    }
  }

  init(constant: Ball) {
    self.init(BallPolynomial([constant], precision: constant.precision), length: nil)
  }

  static let noError = Ball(0, precision: boundPrecision)

  var head: Ball { polynomial[0] }
  /// ‖f‖, a bound.
  var norm: Ball { size + error }

  /// The orders of what this and another model are combined to; 1 for constants.
  func orders(with other: TaylorModel? = nil) -> Int { length ?? other?.length ?? 1 }

  /// A function of this one, of the same length.
  func map(_ polynomial: BallPolynomial, error: Ball) -> TaylorModel {
    TaylorModel(polynomial, error: error, length: length)
  }

  /// A constant to be combined with this.
  func constant(_ value: Rational) -> TaylorModel { TaylorModel(value, precision: polynomial.precision) }
}

extension TaylorModel: RealScalar {
  static var zero: TaylorModel { TaylorModel(constant: .zero) }

  init(_ value: Rational, precision: Int) { self.init(constant: Ball(value, precision: precision)) }

  static func pi(precision: Int) -> TaylorModel { TaylorModel(constant: .pi(precision: precision)) }

  var isFinite: Bool { error.isFinite }
  var doubleValue: Double { head.doubleValue }

  static func + (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    TaylorModel(
      left.polynomial.adding(right.polynomial, length: left.orders(with: right)),
      error: left.error + right.error, length: left.length ?? right.length)
  }

  static func - (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    TaylorModel(
      left.polynomial.subtracting(right.polynomial, length: left.orders(with: right)),
      error: left.error + right.error, length: left.length ?? right.length)
  }

  static prefix func - (value: TaylorModel) -> TaylorModel {
    value.map(-value.polynomial, error: value.error)
  }

  static func * (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    let length = left.orders(with: right)
    if fixedPointLengths.contains(length) {
      return (Matrix(rows: [[left]]) * Matrix(rows: [[right]]))[0, 0]
    }
    return TaylorModel(
      left.polynomial.multiplied(by: right.polynomial, length: length),
      error: productError(left, right, length: length), length: left.length ?? right.length)
  }

  /// Orders at which products of fixed-point numbers, which take their square, are faster than Arb's polynomials.
  private static let fixedPointLengths = 24..<2048

  /// What a product of models misses besides rounding: the orders of P Q that are left out, and P δ' + δ Q + δ δ'.
  static func productError(_ left: TaylorModel, _ right: TaylorModel, length: Int) -> Ball {
    let excess = left.polynomial.excess(times: right.polynomial, from: length)
    if left.error.isZero && right.error.isZero { return excess }
    return excess + left.size * right.error + left.error * right.norm
  }

  static func / (left: TaylorModel, right: TaylorModel) -> TaylorModel { left * right.reciprocal }

  /// With g ≈ 1/P and ρ = ‖1 - f g‖ < 1: 1/f - g = g (1 - f g)/(f g), of norm at most ‖g‖ ρ/(1 - ρ).
  var reciprocal: TaylorModel {
    let length = orders()
    let precision = polynomial.precision
    let inverse = polynomial.midpoints(precision: precision).reciprocal(length: length)
      .midpoints(precision: precision)
    let product = self * TaylorModel(inverse, length: length)
    let residual = (constant(1) - product).norm
    return map(inverse, error: inverse.norm() * residual / (1 - residual).ifPositive)
  }

  /// With g ≈ e^P, r = ‖P - P_0‖ and q = g e^-P: q_0 - 1 = (g_0 - e^P_0) e^-P_0, q' = e^-P (g' - P' g), where g comes with a
  /// bound of the orders of the parenthesis below `length`; e^P - g = e^P (1 - q); and e^f - e^P = e^P (e^δ - 1).
  static func exp(_ x: TaylorModel) -> TaylorModel {
    let length = x.orders()
    let (series, residual) = x.polynomial.approximateExponential(length: length)
    let rest = x.polynomial.norm(from: 1)
    let growth = Ball.exp(rest)
    let start = (Ball.exp(x.head) - series[0]).magnitude.withPrecision(boundPrecision)
    let leftOut = residual + x.polynomial.excess(times: series, from: length)
    return x.map(
      series,
      error: growth * start + growth * growth * leftOut
        + Ball.exp(x.head.withPrecision(boundPrecision) + rest) * .expMinusOne(x.error))
  }

  static func expMinusOne(_ x: TaylorModel) -> TaylorModel { exp(x) - x.constant(1) }

  /// With l ≈ log P, l_0 = log P_0 and γ ≥ ‖1/P‖: (log P - l)' = (P' - P l')/P; and log f - log P = log(1 + δ/P).
  static func log(_ x: TaylorModel) -> TaylorModel {
    let length = x.orders()
    let precision = x.polynomial.precision
    let exact = TaylorModel(x.polynomial, length: x.length)
    let inverse = exact.reciprocal.norm
    let middle = x.polynomial.midpoints(precision: precision)
    let rise = middle.logarithm(length: length).midpoints(precision: precision).withoutHead
    let start = BallPolynomial([Ball.log(x.head.ifPositive)], precision: precision)
    let residual = x.polynomial.derivative.subtracting(
      x.polynomial.multiplied(by: rise.derivative, length: max(length - 1, 1)), length: max(length - 1, 1))
    let leftOut = residual.integralOfMagnitude + x.polynomial.excess(times: rise, from: length)
    let change = Ball.log(onePlus: -(inverse * x.error).ceiling)
    return x.map(start.adding(rise, length: length), error: inverse * leftOut - change)
  }

  static func log(onePlus x: TaylorModel) -> TaylorModel { log(x.constant(1) + x) }

  /// 1/(1 + e^-f), or e^f/(1 + e^f) where f_0 is negative: 1 or 0 where the rest does not count.
  static func logistic(_ x: TaylorModel) -> TaylorModel {
    if let least = saturation(x) { return x.map(.init([], precision: x.polynomial.precision), error: least) }
    if let rest = saturation(-x) { return x.map(x.constant(1).polynomial, error: rest) }
    if x.doubleValue < 0 {
      let growth = exp(x)
      return growth / (x.constant(1) + growth)
    }
    return (x.constant(1) + exp(-x)).reciprocal
  }

  /// A bound of ‖e^f/(1 + e^f)‖, where that is less than a rounding: with γ ≥ ‖e^f‖ it is at most γ/(1 - γ).
  private static func saturation(_ x: TaylorModel) -> Ball? {
    let exponent = x.head.withPrecision(boundPrecision) + x.polynomial.norm(from: 1) + x.error
    guard exponent.isFinite,
      exponent.upperBound.doubleValue < -Double(x.polynomial.precision + boundPrecision)
    else { return nil }
    let growth = Ball.exp(exponent).ceiling
    return growth / (1 - growth).ifPositive
  }

  /// log(1 + e^f), or f + log(1 + e^-f) where f_0 is positive.
  static func softplus(_ x: TaylorModel) -> TaylorModel {
    x.doubleValue > 0 ? x + log(x.constant(1) + exp(-x)) : log(x.constant(1) + exp(x))
  }

  /// tanh f = 2 σ(2f) - 1.
  static func tanh(_ x: TaylorModel) -> TaylorModel {
    let double = logistic(x + x)
    return double + double - x.constant(1)
  }

  /// With r ≈ √P, r_0 > 0, γ ≥ ‖1/r‖ and u = γ² ‖f - r²‖ < 1: √f = r √(1 + (f - r²)/r²), and the coefficients of
  /// √(1 + u) - 1 are bounded by those of 1 - √(1 - u), which is at most u.
  static func sqrt(_ x: TaylorModel) -> TaylorModel {
    let precision = x.polynomial.precision
    let root = TaylorModel(
      x.polynomial.midpoints(precision: precision).squareRoot(length: x.orders())
        .midpoints(precision: precision), length: x.length)
    let inverse = root.reciprocal.norm
    let change = (inverse * inverse * (x - root * root).norm).ceiling
    let isValid = (1 - change).isPositive && root.head.isPositive
    return x.map(
      root.polynomial,
      error: isValid ? root.size * change : .everything(precision: boundPrecision))
  }

  /// By repeated squaring for integers, else e^(p log f).
  static func pow(_ x: TaylorModel, _ exponent: Rational) -> TaylorModel {
    guard exponent.isInteger, let count = Int(exactly: exponent.numerator), count.magnitude <= 1 << 10 else {
      return exp(TaylorModel(exponent, precision: x.polynomial.precision) * log(x))
    }
    var (power, square, rest) = (x.constant(1), x, count.magnitude)
    while rest > 0 {
      if !rest.isMultiple(of: 2) { power = power * square }
      rest /= 2
      if rest > 0 { square = square * square }
    }
    return count < 0 ? power.reciprocal : power
  }
}
