import Multiprecision

/// As many equations as unknowns, G(x) = 0 with a column x, whose values and derivatives can be enclosed: Newton's
/// method finds a zero and an interval Newton step proves it.
protocol BallEquation {
  var precision: Int { get }
  /// G(x), one column.
  func residual(at point: Matrix<Ball>) throws -> Matrix<Ball>
  /// ∂G/∂x.
  func jacobian(at point: Matrix<Ball>) throws -> Matrix<Ball>
}

extension BallEquation {
  /// Newton's method on midpoints; nil where it does not reach the working precision.
  func newton(
    from start: Matrix<Ball>, iterations: Int
  ) throws -> (zero: Matrix<Ball>, iterations: Int)? {
    var point = start
    let goal = -0.8 * Double(precision) * 0.30103
    for iteration in 1...iterations {
      let residual = try residual(at: point)
      guard let step = try? Ball.solve(jacobian(at: point), residual) else { return nil }
      let next = (point - step).map { $0.midpointBall(precision: precision) }
      guard (step + next).elements.allSatisfy(\.isFinite) else { return nil }
      let size = max(0, next.elements.map(\.log10UpperMagnitude).max() ?? 0)
      let change =
        step.map { $0.midpointBall(precision: precision) }.elements.map(\.log10UpperMagnitude).max() ?? 0
      point = next
      if change - size < goal { return (point, iteration) }
    }
    return nil
  }

  /// The interval Newton step: if N(B) = m - J(B)⁻¹ G(m) lies inside B, it contains a zero. Where G has numbers
  /// that are balls themselves, it contains a zero for each number in them.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where no box tried proves it.
  func certify(_ point: Matrix<Ball>) throws -> Matrix<Ball> {
    let residual = try residual(at: point)
    let step = try Ball.solve(jacobian(at: point), residual)
    guard step.elements.allSatisfy(\.isFinite) else { throw LinearAlgebraError.undecided }
    // Minus infinity where the point is a zero exactly.
    let radius = (step.elements.map(\.log10UpperMagnitude).max() ?? 0) / 0.30103 + 8
    let exponent = Int(max(radius.rounded(.up), Double(-8 * precision)))
    let error = Ball.pow(Ball(2, precision: precision), Rational(exponent))
    for widening in [0, 16, 64] {
      let box = point.map {
        $0.addingError(error * Ball.pow(Ball(2, precision: precision), Rational(widening)))
      }
      guard let move = try? Ball.solve(jacobian(at: box), residual) else { continue }
      let image = point - move
      if zip(box.elements, image.elements).allSatisfy({ $0.contains($1) }) { return image }
    }
    throw LinearAlgebraError.undecided
  }
}

extension Ball {
  /// The midpoint as an exact ball of the given precision.
  func midpointBall(precision: Int) -> Ball { Ball(midpoint.rounded(toPrecision: precision)) }
}
