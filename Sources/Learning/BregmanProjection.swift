import Multiprecision

/// The Bregman projection of β(0) onto {X β = f}: the β with the least divergence D_Φ(β, β(0)).
///
/// Its optimality condition is ∇Φ(β) - ∇Φ(β(0)) = Xᵀν, so that with the mirror map B it is β = B(Xᵀν), where ν
/// (N × 1) is the zero of G(ν) = X B(Xᵀν) - f: the gradient of a strictly convex function if X has full row rank
/// on the coordinates that move, so there is one zero at most.
///
/// **Assumptions**: none that are not found out; where there is no projection (signs that do not allow f, a rank
/// that is lacking) no zero is found and `point` throws.
/// **Complexity**: solves of size N, not d. **Source**: docs/theory, T3 (b′).
public struct BregmanProjection: Sendable {
  /// X, N × d.
  public let constraints: Matrix<Rational>
  public let map: MirrorMap

  private static let pathPrecision = 192
  private static let pathSteps = 20_000
  /// How far the dual variable moves in the first step tried.
  private static let firstMove: Rational = 2

  /// - Throws: `LinearAlgebraError.dimensionMismatch` where the map is not one of d coordinates.
  public init(constraints: Matrix<Rational>, map: MirrorMap) throws(LinearAlgebraError) {
    guard constraints.columns == map.count else {
      throw .dimensionMismatch(constraints.shape, MatrixShape(rows: map.count, columns: 1))
    }
    (self.constraints, self.map) = (constraints, map)
  }

  /// The projection onto X β = f and ν, both enclosed.
  ///
  /// Newton's method follows f from X β(0) in growing steps at low precision, is polished at the full one, and
  /// an interval Newton step then proves that the zero lies in the balls returned: for every f in the balls.
  ///
  /// - Parameter values: f, N entries.
  /// - Throws: `LinearAlgebraError.undecided` where no zero is certified.
  public func point(at values: [Ball], precision: Int) throws -> (point: Matrix<Ball>, dual: Matrix<Ball>) {
    guard values.count == constraints.rows else {
      throw LinearAlgebraError.dimensionMismatch(
        constraints.shape, MatrixShape(rows: values.count, columns: 1))
    }
    let guess = try follow(to: Matrix(column: values))
    let equation = ProjectionEquation(self, values: Matrix(column: values), precision: precision)
    guard
      let (zero, _) = try equation.newton(
        from: guess.map { $0.midpointBall(precision: precision) }, iterations: 40)
    else { throw LinearAlgebraError.undecided }
    let dual = try equation.certify(zero)
    return (map.point(equation.inputs.transposed() * dual), dual)
  }

  /// ν at low precision, followed along the segment from X β(0) to f in growing steps, each predicted by Newton.
  private func follow(to target: Matrix<Ball>) throws -> Matrix<Ball> {
    let precision = Self.pathPrecision
    func ball(_ value: Rational) -> Ball { Ball(value, precision: precision) }
    let zero = Matrix(rows: constraints.rows, columns: 1, repeating: ball(0))
    let start = ProjectionEquation(self, values: zero, precision: precision).residual(at: zero)
    let change = target.map { $0.midpointBall(precision: precision) } - start
    if change.elements.allSatisfy(\.containsZero) { return zero }
    var (point, reached, move) = (zero, ball(0), Self.firstMove)
    for _ in 0..<Self.pathSteps {
      try Task.checkCancellation()
      let (velocity, speed) = try velocity(at: point, of: change)
      let rest = ball(1) - reached
      let tried = ball(move) / speed
      let isLast = !Ball.certainlyLess(tried, rest)
      let step = isLast ? rest : tried.midpointBall(precision: precision)
      let next = isLast ? ball(1) : (reached + step).midpointBall(precision: precision)
      let equation = ProjectionEquation(
        self, values: start + change.map { next * $0 }, precision: precision)
      let predicted = (point + velocity.map { step * $0 }).map { $0.midpointBall(precision: precision) }
      if let (zero, iterations) = try equation.newton(from: predicted, iterations: 12) {
        if isLast { return zero }
        (point, reached) = (zero, next)
        if iterations <= 6 { move = move * 2 }
      } else {
        move = move / 4
      }
    }
    throw LinearAlgebraError.undecided
  }

  /// dν along the segment, and the largest entry of Xᵀdν, for which to choose the step.
  private func velocity(at point: Matrix<Ball>, of change: Matrix<Ball>) throws -> (Matrix<Ball>, Ball) {
    let equation = ProjectionEquation(self, values: change, precision: Self.pathPrecision)
    let velocity = try Ball.solve(equation.jacobian(at: point), change)
    let moves = (equation.inputs.transposed() * velocity).elements
    guard let largest = moves.max(by: { $0.log10UpperMagnitude < $1.log10UpperMagnitude }), largest.isNonzero
    else { throw LinearAlgebraError.undecided }
    return (velocity, largest.magnitude)
  }
}

/// G at one precision.
private struct ProjectionEquation: NewtonSystem {
  let projection: BregmanProjection
  let inputs: Matrix<Ball>
  let values: Matrix<Ball>
  let precision: Int

  init(_ projection: BregmanProjection, values: Matrix<Ball>, precision: Int) {
    self.projection = projection
    inputs = projection.constraints.map { Ball($0, precision: precision) }
    self.values = values
    self.precision = precision
  }

  func residual(at point: Matrix<Ball>) -> Matrix<Ball> {
    inputs * projection.map.point(inputs.transposed() * point) - values
  }

  /// X K Xᵀ.
  func jacobian(at point: Matrix<Ball>) -> Matrix<Ball> {
    inputs * projection.map.metric(inputs.transposed() * point, times: inputs.transposed())
  }
}
