import Multiprecision

/// The inverse of a mirror map: from the dual variable s = ∇Φ(β) - ∇Φ(β(0)), with a strictly convex potential Φ,
/// to β, and K = ∂β/∂s = (∇²Φ)⁻¹.
///
/// A flow β' = K(β) p(t) has s' = p. A factor in s does not matter to a Bregman projection, so each case is
/// written for the clock in which it is simplest.
///
/// **Source**: docs/theory, T3 (b′).
public enum MirrorMap: Sendable {
  /// β = β(0) + K s with a constant positive definite K (d × d): a linear reparametrisation β = Aθ has K = A Aᵀ.
  case quadratic(start: [Rational], metric: Matrix<Rational>)
  /// β_i = β_i(0) cosh s_i + √(β_i(0)² + h_i²) sinh s_i, so Φ_i' = arsinh(β_i/h_i): β = u² - v² with h = 2 u(0) v(0).
  /// With h_i = 0 it is β_i(0) e^±s_i, the entropy; where β_i(0) is zero as well β_i does not move.
  case hypentropy(start: [Rational], scales: [Rational])
  /// β_i is a sum of terms ±(b ∓ s_i)^-q, each for b ∓ s_i > 0: β = u^L - v^L for L ≥ 3 with q = L/(L - 2) and
  /// bases b = |u(0)|^(2-L), |v(0)|^(2-L).
  case power(terms: [[PowerTerm]], exponent: Rational)

  /// (b - s)^-q, which grows without bound as s rises, or -(b + s)^-q, which does as s falls.
  public struct PowerTerm: Sendable, Equatable {
    /// b > 0.
    public let base: Rational
    public let isRising: Bool

    public init(base: Rational, isRising: Bool) { (self.base, self.isRising) = (base, isRising) }
  }

  /// d.
  public var count: Int {
    switch self {
    case .quadratic(let start, _), .hypentropy(let start, _): start.count
    case .power(let terms, _): terms.count
    }
  }

  /// Whether the i-th coordinate depends on s at all.
  public func moves(_ index: Int) -> Bool {
    switch self {
    case .quadratic: true
    case .hypentropy(let start, let scales): !start[index].isZero || !scales[index].isZero
    case .power(let terms, _): !terms[index].isEmpty
    }
  }

  /// Whether the i-th coordinate takes every real value: otherwise it keeps its sign.
  public func isOnto(_ index: Int) -> Bool {
    switch self {
    case .quadratic: true
    case .hypentropy(_, let scales): !scales[index].isZero
    case .power(let terms, _): Set(terms[index].map(\.isRising)).count == 2
    }
  }

  /// β at a dual variable (d × 1).
  ///
  /// Error bound: rigorous balls; not finite where the ball reaches beyond the domain.
  func point(_ dual: Matrix<Ball>) -> Matrix<Ball> {
    if case .quadratic(let start, let metric) = self {
      let precision = dual[0, 0].precision
      return Matrix(column: start.map { Ball($0, precision: precision) })
        + metric.map { Ball($0, precision: precision) } * dual
    }
    return Matrix(column: dual.elements.enumerated().map { coordinate($0, $1).value })
  }

  /// K times a matrix of d rows.
  func metric(_ dual: Matrix<Ball>, times columns: Matrix<Ball>) -> Matrix<Ball> {
    if case .quadratic(_, let metric) = self {
      return metric.map { Ball($0, precision: dual[0, 0].precision) } * columns
    }
    let slopes = dual.elements.enumerated().map { coordinate($0, $1).slope }
    return Matrix(rows: columns.rows, columns: columns.columns) { slopes[$0] * columns[$0, $1] }
  }

  /// β_i and ∂β_i/∂s_i of the maps that act coordinate by coordinate.
  private func coordinate(_ index: Int, _ s: Ball) -> (value: Ball, slope: Ball) {
    let precision = s.precision
    let zero = Ball(0, precision: precision)
    switch self {
    case .quadratic: return (s, Ball(1, precision: precision))
    case .hypentropy(let start, let scales):
      let (rising, falling) = Self.exponentials(start[index], scales[index], precision: precision)
      let (up, down) = (rising * .exp(s), falling * .exp(-s))
      return (up - down, up + down)
    case .power(let terms, let exponent):
      var (value, slope) = (zero, zero)
      for term in terms[index] {
        let base = Ball(term.base, precision: precision) + (term.isRising ? -s : s)
        guard base.isPositive else {
          return (.everything(precision: precision), .everything(precision: precision))
        }
        let power = Ball.pow(base, -exponent)
        value = term.isRising ? value + power : value - power
        slope = slope + Ball(exponent, precision: precision) * power / base
      }
      return (value, slope)
    }
  }

  /// a, b ≥ 0 with β = a e^s - b e^-s: a - b = β(0), 4ab = h². The smaller one is h²/4 over the other, so that
  /// nothing cancels.
  private static func exponentials(_ start: Rational, _ scale: Rational, precision: Int) -> (Ball, Ball) {
    let zero = Ball(0, precision: precision)
    let square = Ball(start * start + scale * scale, precision: precision)
    let larger =
      Ball(Rational(1, 2), precision: precision)
      * (Ball(start.magnitude, precision: precision) + .sqrt(square))
    let smaller =
      scale.isZero ? zero : Ball(scale * scale * Rational(1, 4), precision: precision) / larger
    return start.signum() < 0 ? (smaller, larger) : (larger, smaller)
  }
}
