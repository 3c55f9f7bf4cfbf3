import Multiprecision

/// The zero of G(V) = e^t ∇L(V) - ∇L(V(0)) for a linear model with inputs that span and a family of free
/// outputs V x (logits; for the categorical, contrasts with the last class): the position of Newton's flow at
/// time t.
///
/// G is the gradient of a strictly convex function, so a zero is unique.
struct NewtonFlowZero {
  /// Distinct inputs, N × d, their mean targets, N × K, and sample counts.
  let inputs: Matrix<Rational>
  let targets: Matrix<Rational>
  let counts: [Rational]
  let likelihood: Likelihood
  /// V(0), free outputs × d.
  let start: Matrix<Ball>
  let precision: Int

  private static let pathPrecision = 192
  /// Steps tried at most along the path.
  private static let pathSteps = 1_000

  init(groups: Problem.TrainingGroups, likelihood: Likelihood, start: Matrix<Ball>, precision: Int) {
    inputs = groups.points.inputs
    targets = groups.targets
    counts = groups.counts.column(0)
    self.likelihood = likelihood
    self.start = start
    self.precision = precision
  }

  /// The zero, enclosed: free outputs × d.
  ///
  /// Newton's method follows t from 0 in growing steps at low precision, is polished at the full one, and an
  /// interval Newton step then proves that the zero lies in the balls returned.
  func solution(at time: Rational, near guess: Matrix<Ball>? = nil) throws -> Matrix<Ball> {
    if time.isZero { return start }
    let size = start.elements.count
    let reservation = try MemoryAccount.current.reserve(
      MemoryAccount.bytes(numbers: MemoryAccount.product(3, size, size), precision: precision),
      for: "Newton's method for \(size) unknowns")
    defer { withExtendedLifetime(reservation) {} }
    var equation = try NewtonFlowEquation(self, precision: precision)
    equation.time = time
    let point = try guess.map { Matrix(column: $0.elements) } ?? follow(to: time)
    guard
      let (zero, _) = try equation.newton(
        from: point.map { $0.midpointBall(precision: precision) }, iterations: 40)
    else { throw LinearAlgebraError.undecided }
    let enclosed = try equation.certify(zero)
    return Matrix(rows: start.rows, columns: start.columns, elements: enclosed.elements)
  }

  /// The zero at low precision, followed from time 0 in growing steps, each predicted along the flow.
  private func follow(to time: Rational) throws -> Matrix<Ball> {
    var path = try NewtonFlowEquation(self, precision: Self.pathPrecision)
    var point = Matrix(column: start.elements.map { $0.midpointBall(precision: Self.pathPrecision) })
    var reached = Rational(0)
    var step = Rational(1)
    for _ in 0..<Self.pathSteps where reached < time {
      try Task.checkCancellation()
      let next = min(reached + step, time)
      path.time = reached
      let predicted = try path.predict(from: point, step: next - reached)
      path.time = next
      if let (zero, iterations) = try path.newton(from: predicted, iterations: 12) {
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
