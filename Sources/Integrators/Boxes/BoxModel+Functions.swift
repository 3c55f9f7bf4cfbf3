import Multiprecision

/// Functions are expanded at the head c: φ(c + w) = Σ_{j≤J} φ_j w^j, and with ‖w‖ ≤ r what is left out is at most
/// Σ_{j>J} |φ_j| r^j.
extension BoxModel: RealScalar {
  private static let precision = 64
  private static let one = Ball(1, precision: precision)

  init(_ value: Rational, precision: Int) { self.init(constant: Ball(value, precision: Self.precision)) }

  static func pi(precision: Int) -> BoxModel { BoxModel(constant: .pi(precision: Self.precision)) }

  var isFinite: Bool { error.isFinite }
  var doubleValue: Double { head }

  static func / (left: BoxModel, right: BoxModel) -> BoxModel { left * right.reciprocal }

  /// A constant.
  private static func constant(_ value: Int) -> BoxModel {
    BoxModel([Double(value)], error: 0, monomials: nil, length: 1)
  }

  private static let nowhere = BoxModel([0], error: .infinity, monomials: nil, length: 1)

  /// The highest power of w that is worth to be summed, and how small its rest may be beside the value.
  private var mostPowers: Int { length + (monomials?.degree ?? 0) }
  private static let smallRest = 0x1p-54

  /// c, and the rest with its norm.
  private var parts: (head: Ball, rest: BoxModel, radius: Ball) {
    var coefficients = coefficients
    coefficients[0] = 0
    let rest = BoxModel(coefficients, error: error, monomials: monomials, length: length)
    return (Ball(head, precision: Self.precision), rest, Ball(rest.norm, precision: Self.precision))
  }

  /// Σ_j φ_j w^j by Horner's rule, for w = `self`.
  ///
  /// - Parameter rest: a bound of what is left out.
  private func composed(_ coefficients: [Ball], rest: Ball) -> BoxModel {
    guard rest.isFinite, coefficients.allSatisfy(\.isFinite), let last = coefficients.last else {
      return Self.nowhere
    }
    let sum = coefficients.dropLast().reversed().reduce(BoxModel(constant: last)) {
      $0 * self + BoxModel(constant: $1)
    }
    return sum.with(error: TangentBundle.outward(sum.error + rest.upperMagnitude, operations: 1))
  }

  /// Powers of w are summed until what is left out is small or they are `mostPowers`.
  ///
  /// - Parameters:
  ///   - next: φ_j from φ_(j-1), for j = 1, 2, ...
  ///   - rest: a bound of Σ_{j>J} |φ_j| r^j, from J and φ_(J+1) r^(J+1).
  private func expanded(
    _ first: Ball, _ w: BoxModel, _ radius: Ball, next: (_ j: Int, _ last: Ball) -> Ball,
    rest: (_ j: Int, _ term: Ball) -> Ball
  ) -> BoxModel {
    var coefficients = [first]
    var power = Self.one
    while true {
      let j = coefficients.count
      let following = next(j, coefficients[j - 1])
      power = power * radius
      let bound = rest(j, following.magnitude * power)
      let isSmall = Ball.certainlyLess(
        bound, first.magnitude * Ball(Self.smallRest, precision: Self.precision))
      if isSmall || j > mostPowers || !following.isFinite { return w.composed(coefficients, rest: bound) }
      coefficients.append(following)
    }
  }

  /// 1/(c + w): φ_j = (-1)^j c^(-j-1), a geometric series.
  private var reciprocal: BoxModel {
    let (c, w, r) = parts
    let q = r / c.magnitude
    let room = (1 - q).ifPositive
    return expanded(Self.one / c, w, r, next: { _, last in -last / c }, rest: { _, term in term / room })
  }

  /// φ_j = e^c/j!; the terms after the first that is left out fall at least by r/(j + 1).
  static func exp(_ x: BoxModel) -> BoxModel {
    let (c, w, r) = x.parts
    return x.expanded(
      Ball.exp(c), w, r, next: { j, last in last / Ball(j, precision: precision) },
      rest: { j, term in term / (1 - r / Ball(j + 1, precision: precision)).ifPositive })
  }

  static func expMinusOne(_ x: BoxModel) -> BoxModel { exp(x) - constant(1) }

  /// φ_j = (-1)^(j+1)/(j c^j): the first comes last here, since the head may be 0.
  static func log(_ x: BoxModel) -> BoxModel {
    let (c, w, r) = x.parts
    let q = r / c.ifPositive
    let room = (1 - q).ifPositive
    // log(1 + w/c) = (w/c) Σ_j (-1)^j (w/c)^j/(j + 1).
    let scaled = w * BoxModel(constant: one / c.ifPositive)
    let series = x.expanded(
      one, scaled, q,
      next: { j, last in -last * Ball(j, precision: precision) / Ball(j + 1, precision: precision) },
      rest: { _, term in term / room })
    return scaled * series + BoxModel(constant: Ball.log(c.ifPositive))
  }

  static func log(onePlus x: BoxModel) -> BoxModel { log(constant(1) + x) }

  /// 1/(1 + e^-f), or e^f/(1 + e^f) where the head is negative.
  static func logistic(_ x: BoxModel) -> BoxModel {
    if x.head < 0 {
      let growth = exp(x)
      return growth / (constant(1) + growth)
    }
    return (constant(1) + exp(-x)).reciprocal
  }

  static func softplus(_ x: BoxModel) -> BoxModel {
    x.head > 0 ? x + log(constant(1) + exp(-x)) : log(constant(1) + exp(x))
  }

  /// tanh f = 2 σ(2f) - 1.
  static func tanh(_ x: BoxModel) -> BoxModel {
    let double = logistic(x + x)
    return double + double - constant(1)
  }

  static func sqrt(_ x: BoxModel) -> BoxModel { power(x, Rational(1, 2)) }

  /// By repeated squaring for integers.
  static func pow(_ x: BoxModel, _ exponent: Rational) -> BoxModel {
    guard exponent.isInteger, let count = Int(exactly: exponent.numerator), count.magnitude <= 1 << 10 else {
      return power(x, exponent)
    }
    var (power, square, rest) = (constant(1), x, count.magnitude)
    while rest > 0 {
      if !rest.isMultiple(of: 2) { power = power * square }
      rest /= 2
      if rest > 0 { square = square * square }
    }
    return count < 0 ? power.reciprocal : power
  }

  /// φ_j = binom(p, j) c^(p-j): from j on the sizes of the coefficients grow by |p - j|/(j + 1) at most, or 1.
  private static func power(_ x: BoxModel, _ exponent: Rational) -> BoxModel {
    let (c, w, r) = x.parts
    let p = Ball(exponent, precision: precision)
    let q = r / c.ifPositive
    return x.expanded(
      Ball.pow(c.ifPositive, exponent), w, r,
      next: { j, last in
        last * (p - Ball(j - 1, precision: precision)) / (Ball(j, precision: precision) * c)
      },
      rest: { j, term in
        let growth = (Ball(j, precision: precision) + p.magnitude) / Ball(j + 1, precision: precision)
        return term / (1 - q * .greater(growth, one)).ifPositive
      })
  }

  /// By elimination, with the pivots that have the largest heads; a reciprocal that is not finite shows where a pivot may be 0.
  ///
  /// - Throws: `undecided` where a pivot is not certainly different from 0.
  static func solve(
    _ a: Matrix<BoxModel>, _ b: Matrix<BoxModel>
  ) throws(LinearAlgebraError) -> Matrix<BoxModel> {
    guard a.isSquare else { throw .notSquare(a.shape) }
    guard a.rows == b.rows else { throw .dimensionMismatch(a.shape, b.shape) }
    let size = a.rows
    var rows = (0..<size).map { a.row($0) + b.row($0) }
    for k in 0..<size {
      let pivot = (k..<size).max { rows[$0][k].head.magnitude < rows[$1][k].head.magnitude } ?? k
      rows.swapAt(k, pivot)
      let inverse = rows[k][k].reciprocal
      guard inverse.isFinite else { throw .undecided }
      rows[k] = rows[k].enumerated().map { $0 <= k ? $1 : inverse * $1 }
      for i in 0..<size where i != k {
        let factor = rows[i][k]
        for j in k + 1..<rows[i].count { rows[i][j] = rows[i][j] - factor * rows[k][j] }
      }
    }
    return Matrix(rows: size, columns: b.columns) { rows[$0][size + $1] }
  }
}
