import Multiprecision

/// A function f(s) = Σ f_k s^k that is analytic for |s| < w, w > 1: enclosures of its coefficients of orders below
/// `length`, and a bound of Σ_{k≥1} |f_k| w^k.
///
/// These norms make a Banach algebra: ‖fg‖ ≤ ‖f‖‖g‖. So the bound of every result follows from those of the
/// operands and their heads f_0, and is finite only where the result is analytic for |s| < w: where the reciprocal
/// of f is taken, for instance, ‖f - f_0‖ < |f_0| is checked. What is left out of the polynomial is then at most
/// ‖f - f_0‖ w^-length for |s| ≤ 1.
///
/// A graph evaluated in Taylor models gives its result as a function of s. Constants have no parameters of their own
/// and take those of what they are combined with.
///
/// **Source**: docs/certified-integration, "Taylor models".
struct TaylorModel: Sendable {
  /// What models must share to be combined.
  struct Parameters: Sendable {
    /// Orders kept: 0, ..., length - 1.
    let length: Int
    /// w.
    let weight: Ball
  }

  /// Bits of the bounds: they need their size only.
  static let boundPrecision = 64

  let polynomial: BallPolynomial
  /// ‖f - f_0‖, a bound: its upper end counts. Not finite where f is not known to be analytic.
  let rest: Ball
  /// Nil for constants.
  let parameters: Parameters?

  init(_ polynomial: BallPolynomial, rest: Ball, _ parameters: Parameters?) {
    (self.polynomial, self.rest, self.parameters) = (polynomial, rest, parameters)
  }

  /// A polynomial of less than `length` orders, as it is.
  init(_ polynomial: BallPolynomial, _ parameters: Parameters) {
    self.init(polynomial, rest: polynomial.norm(weight: parameters.weight, from: 1), parameters)
  }

  init(constant: Ball) {
    self.init(
      BallPolynomial([constant], precision: constant.precision),
      rest: Ball(0, precision: Self.boundPrecision), nil)
  }

  var head: Ball { polynomial[0] }
  /// The head for bounds.
  var coarseHead: Ball { head.withPrecision(Self.boundPrecision) }
  var length: Int { parameters?.length ?? 1 }

  /// What |s| ≤ 1 adds to the polynomial at most.
  var tail: Ball {
    guard let parameters else { return Ball(0, precision: Self.boundPrecision) }
    return rest / Ball.pow(parameters.weight, Rational(parameters.length))
  }

  /// The function on the whole interval from `start` to `end`, 0 ≤ start ≤ end ≤ 1.
  func value(over interval: Ball) -> Ball { polynomial.value(at: interval).addingError(tail) }

  private func combined(_ other: TaylorModel) -> (parameters: Parameters?, length: Int) {
    let parameters = parameters ?? other.parameters
    return (parameters, parameters?.length ?? 1)
  }

  /// A function of this one: its series, and a bound of its rest.
  private func map(_ polynomial: BallPolynomial, rest: Ball) -> TaylorModel {
    TaylorModel(polynomial, rest: rest, parameters)
  }
}

extension TaylorModel: RealScalar {
  static var zero: TaylorModel { TaylorModel(constant: .zero) }

  init(_ value: Rational, precision: Int) { self.init(constant: Ball(value, precision: precision)) }

  static func pi(precision: Int) -> TaylorModel { TaylorModel(constant: .pi(precision: precision)) }

  var isFinite: Bool { rest.isFinite && head.isFinite }
  var doubleValue: Double { head.doubleValue }

  static func + (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    let (parameters, length) = left.combined(right)
    return TaylorModel(
      left.polynomial.adding(right.polynomial, length: length), rest: left.rest + right.rest, parameters)
  }

  static func - (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    let (parameters, length) = left.combined(right)
    return TaylorModel(
      left.polynomial.subtracting(right.polynomial, length: length), rest: left.rest + right.rest, parameters)
  }

  static prefix func - (value: TaylorModel) -> TaylorModel { value.map(-value.polynomial, rest: value.rest) }

  /// fg - f_0 g_0 = f_0 (g - g_0) + (f - f_0) g.
  static func * (left: TaylorModel, right: TaylorModel) -> TaylorModel {
    let (parameters, length) = left.combined(right)
    let (a, b) = (left.coarseHead.magnitude, right.coarseHead.magnitude)
    return TaylorModel(
      left.polynomial.multiplied(by: right.polynomial, length: length),
      rest: a * right.rest + left.rest * (b + right.rest), parameters)
  }

  static func / (left: TaylorModel, right: TaylorModel) -> TaylorModel { left * right.reciprocal }

  /// 1/f = (1/f_0) Σ (-u)^k, u = (f - f_0)/f_0.
  var reciprocal: TaylorModel {
    let size = coarseHead.magnitude
    let ratio = rest / size
    return map(
      polynomial.reciprocal(length: length), rest: ratio / ((1 - ratio).ifPositive * size))
  }

  static func exp(_ x: TaylorModel) -> TaylorModel {
    x.map(x.polynomial.exponential(length: x.length), rest: Ball.exp(x.coarseHead) * .expMinusOne(x.rest))
  }

  static func expMinusOne(_ x: TaylorModel) -> TaylorModel {
    exp(x) - TaylorModel(1, precision: x.polynomial.precision)
  }

  /// log f = log f_0 + log(1 + u): the coefficients of -log(1 - q) bound those of log(1 + u).
  static func log(_ x: TaylorModel) -> TaylorModel {
    let ratio = x.rest / x.coarseHead.ifPositive
    return x.map(x.polynomial.logarithm(length: x.length), rest: -Ball.log((1 - ratio).ifPositive))
  }

  static func log(onePlus x: TaylorModel) -> TaylorModel {
    log(x + TaylorModel(1, precision: x.polynomial.precision))
  }

  /// 1/(1 + e^-f) = σ(f_0)/(1 + v) with v = σ(-f_0)(e^-(f - f_0) - 1), and the same for 1 - σ(f) = σ(-f).
  static func logistic(_ x: TaylorModel) -> TaylorModel {
    let one = TaylorModel(1, precision: x.polynomial.precision)
    let series = (one + exp(-x)).polynomial.reciprocal(length: x.length)
    let (up, down) = (Ball.logistic(x.coarseHead), Ball.logistic(-x.coarseHead))
    func rest(_ inside: Ball, _ outside: Ball) -> Ball {
      let ratio = inside * .expMinusOne(x.rest)
      return outside * ratio / (1 - ratio).ifPositive
    }
    return x.map(series, rest: .lesser(rest(down, up), rest(up, down)))
  }

  /// softplus(f) = softplus(f_0) + log(1 + σ(f_0)(e^(f - f_0) - 1)), and softplus(f) = f + softplus(-f).
  static func softplus(_ x: TaylorModel) -> TaylorModel {
    let slope = logistic(x).polynomial
    let change = x.polynomial.derivative.multiplied(by: slope, length: max(x.length - 1, 1)).integral
    let start = BallPolynomial([Ball.softplus(x.head)], precision: x.polynomial.precision)
    func rest(_ slope: Ball) -> Ball { -Ball.log((1 - slope * .expMinusOne(x.rest)).ifPositive) }
    return x.map(
      start.adding(change, length: x.length),
      rest: .lesser(rest(.logistic(x.coarseHead)), x.rest + rest(.logistic(-x.coarseHead))))
  }

  /// tanh f = 2 σ(2f) - 1.
  static func tanh(_ x: TaylorModel) -> TaylorModel {
    let double = logistic(x + x)
    return double + double - TaylorModel(1, precision: x.polynomial.precision)
  }

  /// √f = √f_0 √(1 + u): the coefficients of 1 - √(1 - q) bound those of √(1 + u) - 1.
  static func sqrt(_ x: TaylorModel) -> TaylorModel {
    let head = x.coarseHead.ifPositive
    let ratio = x.rest / head
    return x.map(
      x.polynomial.squareRoot(length: x.length), rest: Ball.sqrt(head) * (1 - .sqrt((1 - ratio).ifPositive)))
  }

  /// f^p = f_0^p (1 + u)^p: the coefficients of (1 - q)^-|p| bound those of (1 + u)^p.
  static func pow(_ x: TaylorModel, _ exponent: Rational) -> TaylorModel {
    if exponent.isInteger, let count = Int(exactly: exponent.numerator), count.magnitude <= 1 << 10 {
      let positive = (0..<count.magnitude).reduce(TaylorModel(1, precision: x.polynomial.precision)) {
        power, _ in
        power * x
      }
      return count < 0 ? positive.reciprocal : positive
    }
    let head = x.coarseHead.ifPositive
    let ratio = x.rest / head
    let growth = Ball.pow((1 - ratio).ifPositive, -exponent.magnitude) - 1
    return x.map(
      x.polynomial.power(Ball(exponent, precision: x.polynomial.precision), length: x.length),
      rest: Ball.pow(head, exponent) * growth)
  }
}

extension Ball {
  /// The upper end, as an exact number for bounds.
  var ceiling: Ball {
    isFinite ? Ball(upperBound).withPrecision(precision) : self
  }

  /// The Euclidean norm of a vector: a bound.
  static func euclideanNorm(_ vector: some Sequence<Ball>) -> Ball {
    .sqrt(
      vector.reduce(Ball(0, precision: TaylorModel.boundPrecision)) { sum, entry in
        let size = entry.magnitude.withPrecision(TaylorModel.boundPrecision).ceiling
        return sum + size * size
      })
  }

  /// The ball where all of it is positive, else everything: what follows is then not finite.
  var ifPositive: Ball { isPositive ? self : .everything(precision: precision) }

  /// The one with the smaller upper end, of two bounds that both hold.
  static func lesser(_ a: Ball, _ b: Ball) -> Ball {
    guard a.isFinite else { return b }
    guard b.isFinite else { return a }
    return a.upperBound < b.upperBound ? a : b
  }
}

func - (left: Int, right: Ball) -> Ball { Ball(left, precision: right.precision) - right }
func - (left: Ball, right: Int) -> Ball { left - Ball(right, precision: left.precision) }
