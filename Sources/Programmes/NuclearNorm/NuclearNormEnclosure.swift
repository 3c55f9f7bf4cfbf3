import Multiprecision

extension Matrix where Scalar == Ball {
  /// The nuclear norm of every matrix within the balls, enclosed.
  ///
  /// From above as in `NuclearNormBounds`; from below by ⟨Q, W⟩/s with Q near U Vᵀ and s a bound of ‖Q‖.
  ///
  /// **Error bound**: rigorous; the width is that of the balls times about 2√(min(m, n)), plus the working precision.
  ///
  /// - Throws: `notDefined` when the balls are not finite or a bound is not certified.
  public func nuclearNorm() throws(ProgrammeError) -> Ball {
    let precision = elements.lazy.map(\.precision).max() ?? Precision.minimum
    guard elements.allSatisfy(\.isFinite) else { throw .notDefined("an entry is not finite") }
    var middle: [Rational] = []
    for entry in elements {
      guard let value = try? Rational(exactly: entry.midpoint) else {
        throw .notDefined("an entry is too large")
      }
      middle.append(value)
    }
    let factors = BalancedFactors(
      Matrix<Rational>(rows: rows, columns: columns, elements: middle), precision: precision)
    let (left, right) = (factors.left, factors.right)

    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    let product = (left * right.transposed()).elements
    let rest = zip(elements, product).map { ($0 - ball($1)).squared() }.reduce(ball(0), +)
    let aligned = ball((dot(left.elements, left.elements) + dot(right.elements, right.elements)) / 2)
    // A square root of the upper end: the ball may reach below zero.
    let distance = Ball.sqrt(
      Ball((ball(Rational(Swift.min(rows, columns))) * rest).upperBound, precision: precision))
    let upper = aligned + distance

    // Q = A diag(1/|a_k||b_k|) Bᵀ, near U Vᵀ.
    let sizes = (0..<left.columns).map { k in
      let square = dot(left.column(k), left.column(k)) * dot(right.column(k), right.column(k))
      return (try? Rational(exactly: Ball.sqrt(ball(square)).midpoint)) ?? 1
    }
    let aligning = Matrix<Rational>(rows: rows, columns: left.columns) { left[$0, $1] / sizes[$1] }
    let dual = aligning * right.transposed()
    let bound = try SpectralBound.find(dual, precision: precision)
    let lower = zip(elements, dual.elements).reduce(ball(0)) { $0 + $1.0 * ball($1.1) } / ball(bound)
    return Ball(lower.lowerBound, precision: precision).union(Ball(upper.upperBound, precision: precision))
  }
}
