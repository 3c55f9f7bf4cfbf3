import Multiprecision

/// The zero of G(β) = e^t ∇L(β) - ∇L(β(0)) for logistic regression with inputs that span: the position of
/// Newton's flow at time t.
///
/// G is the gradient of a strictly convex function, so a zero is unique. With margins m of a sample and its
/// label, e^t(σ(f) - y) = (1 - y) e^(t - softplus(-f)) - y e^(t - softplus(f)): nothing overflows or cancels.
struct NewtonFlowZero {
  /// Distinct inputs, N × d, their mean targets and sample counts.
  let inputs: Matrix<Rational>
  let targets: [Rational]
  let counts: [Rational]
  /// β(0), d × 1.
  let start: Matrix<Ball>
  let precision: Int

  private static let pathPrecision = 192
  /// Steps tried at most along the path.
  private static let pathSteps = 1_000

  init(groups: Problem.TrainingGroups, start: Matrix<Ball>, precision: Int) {
    inputs = groups.points.inputs
    targets = groups.targets.column(0)
    counts = groups.counts.column(0)
    self.start = start
    self.precision = precision
  }

  /// The zero, enclosed: d × 1.
  ///
  /// Newton's method follows t from 0 in growing steps at low precision, is polished at the full one, and an
  /// interval Newton step then proves that the zero lies in the balls returned.
  func solution(at time: Rational, near guess: Matrix<Ball>? = nil) throws -> Matrix<Ball> {
    if time.isZero { return start }
    let equation = try LogisticEquation(self, precision: precision)
    let point = try guess ?? follow(to: time)
    guard
      let (zero, _) = try equation.at(time).newton(
        from: point.map { $0.midpointBall(precision: precision) }, iterations: 40)
    else { throw LinearAlgebraError.undecided }
    return try equation.at(time).certify(zero)
  }

  /// The zero at low precision, followed from time 0 in growing steps, each predicted along the flow.
  private func follow(to time: Rational) throws -> Matrix<Ball> {
    let path = try LogisticEquation(self, precision: Self.pathPrecision)
    var point = start.map { $0.midpointBall(precision: Self.pathPrecision) }
    var reached = Rational(0)
    var step = Rational(1)
    for _ in 0..<Self.pathSteps where reached < time {
      try Task.checkCancellation()
      let next = min(reached + step, time)
      let predicted = try path.predict(from: point, time: reached, step: next - reached)
      if let (zero, iterations) = try path.at(next).newton(from: predicted, iterations: 12) {
        (point, reached) = (zero, next)
        if iterations <= 6 { step = step * 2 }
      } else {
        // A sample far on the wrong side moves on a scale of e^margin at first.
        step = step / 4
      }
    }
    guard reached == time else { throw LinearAlgebraError.undecided }
    return point
  }
}

/// G and its Jacobian at one precision.
private struct LogisticEquation {
  let inputs: Matrix<Ball>
  let targets: [Rational]
  let counts: [Ball]
  let precision: Int
  /// ∇L(β(0)), d × 1.
  private(set) var initialGradient: Matrix<Ball>

  init(_ problem: NewtonFlowZero, precision: Int) throws {
    inputs = problem.inputs.map { Ball($0, precision: precision) }
    targets = problem.targets
    counts = problem.counts.map { Ball($0, precision: precision) }
    self.precision = precision
    initialGradient = Matrix(rows: problem.start.rows, columns: 1, repeating: Ball(0, precision: precision))
    initialGradient = residual(at: problem.start.map { $0.workingPrecision(precision) }, time: 0)
  }

  /// e^t ∇L(β) - ∇L(β(0)), d × 1.
  func residual(at point: Matrix<Ball>, time: Rational) -> Matrix<Ball> {
    let t = Ball(time, precision: precision)
    let outputs = inputs * point
    let weights = Matrix<Ball>(rows: inputs.rows, columns: 1) { n, _ in
      let f = outputs[n, 0]
      let y = targets[n]
      var weight = Ball(0, precision: precision)
      if y != 1 { weight = weight + Ball(1 - y, precision: precision) * Ball.exp(t - .softplus(-f)) }
      if !y.isZero { weight = weight - Ball(y, precision: precision) * Ball.exp(t - .softplus(f)) }
      return weight * counts[n]
    }
    return inputs.transposed() * weights - initialGradient
  }

  /// e^t ∇²L(β) = Σ c e^(t - softplus(f) - softplus(-f)) x xᵀ.
  func jacobian(at point: Matrix<Ball>, time: Rational) -> Matrix<Ball> {
    let t = Ball(time, precision: precision)
    let outputs = inputs * point
    let weights = (0..<inputs.rows).map { n in
      counts[n] * Ball.exp(t - .softplus(outputs[n, 0]) - .softplus(-outputs[n, 0]))
    }
    let weighted = Matrix<Ball>(rows: inputs.rows, columns: inputs.columns) { n, i in
      weights[n] * inputs[n, i]
    }
    return inputs.transposed() * weighted
  }

  /// The zero moves with the velocity -(e^t ∇²L)⁻¹ ∇L(β(0)).
  func predict(from point: Matrix<Ball>, time: Rational, step: Rational) throws -> Matrix<Ball> {
    let velocity = try Ball.solve(jacobian(at: point, time: time), initialGradient)
    let step = Ball(step, precision: precision)
    return (point - velocity.map { step * $0 }).map { $0.midpointBall(precision: precision) }
  }

  /// G at a moment.
  func at(_ time: Rational) -> Moment { Moment(equation: self, time: time) }

  struct Moment: BallEquation {
    let equation: LogisticEquation
    let time: Rational

    var precision: Int { equation.precision }
    func residual(at point: Matrix<Ball>) -> Matrix<Ball> { equation.residual(at: point, time: time) }
    func jacobian(at point: Matrix<Ball>) -> Matrix<Ball> { equation.jacobian(at: point, time: time) }
  }
}
