import Multiprecision

/// G(V) = e^t ∇L(V) - ∇L(V(0)) and its Jacobian at one precision.
///
/// **Shapes**: points, residuals and steps are V (free outputs × d) as one column, row by row.
struct NewtonFlowEquation {
  private let inputs: Matrix<Ball>
  private let targets: Matrix<Rational>
  private let counts: [Ball]
  private let likelihood: Likelihood
  private let freeCount: Int
  fileprivate let precision: Int
  /// ∇L(V(0)).
  private var initialGradient: Matrix<Ball>

  /// - Throws: `ProblemError` for a family that the equation is not written out for.
  init(_ problem: NewtonFlowZero, precision: Int) throws {
    inputs = problem.inputs.map { Ball($0, precision: precision) }
    targets = problem.targets
    counts = problem.counts.map { Ball($0, precision: precision) }
    likelihood = problem.likelihood
    freeCount = problem.start.rows
    self.precision = precision
    initialGradient = Matrix(
      rows: problem.start.elements.count, columns: 1, repeating: Ball(0, precision: precision))
    let start = Matrix(column: problem.start.elements.map { $0.workingPrecision(precision) })
    initialGradient = try residual(at: start, time: 0)
  }

  /// The free outputs of each sample, N × free outputs.
  private func outputs(at point: Matrix<Ball>) -> Matrix<Ball> {
    inputs
      * Matrix(rows: freeCount, columns: inputs.columns, elements: point.elements).transposed()
  }

  private var unsupported: ProblemError {
    ProblemError(field: "likelihood", "found \(likelihood.rawValue), expected bernoulli or categorical")
  }

  /// e^t ∇L(V) - ∇L(V(0)).
  func residual(at point: Matrix<Ball>, time: Rational) throws -> Matrix<Ball> {
    let t = Ball(time, precision: precision)
    let outputs = outputs(at: point)
    let errors = try (0..<inputs.rows).map { n in
      guard let errors = likelihood.scaledErrors(outputs.row(n), targets: targets.row(n), at: t) else {
        throw unsupported
      }
      return errors.map { counts[n] * $0 }
    }
    let gradient = Matrix(rows: errors).transposed() * inputs
    return Matrix(column: gradient.elements) - initialGradient
  }

  /// e^t ∇²L(V): in block (k, l) the sum of c e^t A''_kl x xᵀ.
  func jacobian(at point: Matrix<Ball>, time: Rational) throws -> Matrix<Ball> {
    let t = Ball(time, precision: precision)
    let outputs = outputs(at: point)
    let variances = try (0..<inputs.rows).map { n in
      guard let variance = likelihood.scaledVariance(outputs.row(n), at: t) else { throw unsupported }
      return variance.map { counts[n] * $0 }
    }
    let d = inputs.columns
    var jacobian = Matrix(
      rows: point.rows, columns: point.rows, repeating: Ball(0, precision: precision))
    for k in 0..<freeCount {
      for l in 0...k where k == l || likelihood == .categorical {
        let weighted = Matrix<Ball>(rows: inputs.rows, columns: d) { variances[$0][k, l] * inputs[$0, $1] }
        let block = inputs.transposed() * weighted
        for i in 0..<d {
          for j in 0..<d {
            jacobian[k * d + i, l * d + j] = block[i, j]
            jacobian[l * d + j, k * d + i] = block[i, j]
          }
        }
      }
    }
    return jacobian
  }

  /// The zero moves with the velocity -(e^t ∇²L)⁻¹ ∇L(V(0)).
  func predict(from point: Matrix<Ball>, time: Rational, step: Rational) throws -> Matrix<Ball> {
    let velocity = try Ball.solve(jacobian(at: point, time: time), initialGradient)
    let step = Ball(step, precision: precision)
    return (point - velocity.map { step * $0 }).map { $0.midpointBall(precision: precision) }
  }

  /// G at a moment.
  func at(_ time: Rational) -> Moment { Moment(equation: self, time: time) }

  struct Moment: BallEquation {
    let equation: NewtonFlowEquation
    let time: Rational

    var precision: Int { equation.precision }
    func residual(at point: Matrix<Ball>) throws -> Matrix<Ball> {
      try equation.residual(at: point, time: time)
    }
    func jacobian(at point: Matrix<Ball>) throws -> Matrix<Ball> {
      try equation.jacobian(at: point, time: time)
    }
  }
}
