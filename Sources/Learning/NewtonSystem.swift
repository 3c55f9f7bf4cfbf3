import Multiprecision

/// A square system of equations in balls whose zero is found by Newton's method and proved by an interval Newton
/// step.
///
/// **Shapes**: points and residuals are n × 1, the Jacobian is n × n.
public protocol NewtonSystem {
  /// The working precision in bits.
  var precision: Int { get }

  /// Encloses the residual at every point of the box.
  func residual(at point: Matrix<Ball>) throws -> Matrix<Ball>

  /// Encloses the Jacobian at every point of the box.
  func jacobian(at point: Matrix<Ball>) throws -> Matrix<Ball>
}

extension NewtonSystem {
  /// Newton's method on midpoints; nil where it does not converge.
  ///
  /// It ends when a step is below 4/5 of the working precision's digits, or when steps below a quarter of them no
  /// longer shrink: where equations differ much in size, rounding leaves no more. What the point is worth,
  /// `certify` says.
  public func newton(
    from start: Matrix<Ball>, iterations: Int
  ) throws -> (zero: Matrix<Ball>, iterations: Int)? {
    var point = start
    let digits = Double(precision) * 0.30103
    var last = Double.infinity
    for iteration in 1...iterations {
      let residual = try residual(at: point)
      guard let step = try? Ball.solve(jacobian(at: point), residual) else { return nil }
      let next = (point - step).map { $0.midpointBall(precision: precision) }
      guard (step + next).elements.allSatisfy(\.isFinite) else { return nil }
      let size = max(0, next.elements.map(\.log10UpperMagnitude).max() ?? 0)
      let length = step.map { $0.midpointBall(precision: precision) }.elements.map(\.log10UpperMagnitude)
        .max()
      let change = (length ?? 0) - size
      point = next
      if change < -0.8 * digits || (change < -0.25 * digits && change > last - 1) {
        return (point, iteration)
      }
      last = change
    }
    return nil
  }

  /// A zero near an exact point, enclosed: if N(B) = m - J(B)⁻¹ G(m) lies inside B, it contains the one zero of B.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where no box tried proves it.
  public func certify(_ point: Matrix<Ball>) throws -> Matrix<Ball> {
    let residual = try residual(at: point)
    let step = try Ball.solve(jacobian(at: point), residual)
    guard step.elements.allSatisfy(\.isFinite) else { throw LinearAlgebraError.undecided }
    let exponent = (step.elements.map(\.log10UpperMagnitude).max() ?? 0) / 0.30103 + 8
    // A step of exactly 0 has no logarithm.
    let error = Ball(1, precision: precision)
      .scaled(byPowerOfTwo: Int(clamping: max(exponent.rounded(.up), -8 * Double(precision))))
    for widening in [0, 16, 64] {
      let box = point.map {
        $0.addingError(error.scaled(byPowerOfTwo: widening))
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
  public func midpointBall(precision: Int) -> Ball { Ball(midpoint.rounded(toPrecision: precision)) }
}
