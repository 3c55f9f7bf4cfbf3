import Learning
import Multiprecision
import Programmes

/// V(t) = t b* + c + O(e^(-δt)) for a classification problem under Newton's flow: b* and the levels from exact
/// linear programmes, c from the levels' equations, and what is neglected at a late time, enclosed.
///
/// **Source**: derived in docs/theory, T4.
struct LimitExpansion: Sendable {
  let problem: Problem
  let law: GradientLaw
  let programme: LimitProgramme
  let equation: LimitEquation
  /// c, enclosed; row by row.
  let offset: Matrix<Ball>
  /// A time at which e^(-δt) is below the radii of the balls at the precision asked for.
  let time: Rational
  let precision: Int

  /// - Parameter constants: the numbers 1 of the theory, by name, which a test changes.
  init(
    _ problem: Problem, precision: Int, constants: (String, Rational) -> Rational = { $1 }
  ) throws {
    self.problem = problem
    self.precision = precision
    law = try problem.law(GradientLaw.self)
    programme = try LimitProgramme(
      MarginRows(problem), precision: precision, unit: constants("1 in z·b ≥ 1", 1))
    equation = LimitEquation(
      programme, precision: precision, exponent: constants("1 in e^(-z·c)", 1),
      gradientFactor: constants("1 in g·c", 1))
    offset = try equation.solution()
    let exact = Rational(Int(Double(precision) * 0.7) + 30) / programme.rate
    time = Rational(exact.ceiling())
  }

  /// b*, exactly; row by row.
  var solution: [Rational] { programme.solution }

  /// t b* + c.
  func line(at time: Rational) -> Matrix<Ball> {
    Matrix(
      column: zip(solution, offset.elements).map { Ball(time * $0, precision: precision) + $1 })
  }

  /// V(t) at a time, by default `time`, enclosed by the gradient law, as one column.
  ///
  /// The levels' samples have weights of e^(-(τ-τ_1)t) in the law's equation, which costs as many digits.
  func weights(at moment: Rational? = nil) throws -> Matrix<Ball> {
    let time = moment ?? time
    let margins = programme.levels.map(\.margin)
    let spread = max((margins.last ?? 0) - (margins.first ?? 0), margins.first == 0 ? 1 : 0)
    let loss = Int("\((Rational(3, 2) * time * spread).ceiling())") ?? 0
    let d = problem.model.inputCount
    let guess = Matrix(rows: offset.rows / d, columns: d, elements: line(at: time).elements)
    func found(_ working: Int) throws -> Matrix<Ball> {
      Matrix(column: try law.freeMatrix(at: time, precision: working, near: guess).elements)
    }
    do {
      return try found(precision + loss)
    } catch LinearAlgebraError.undecided where loss > 0 {
      // Solving with matrices of entries so far apart may lose as many digits once more.
      return try found(precision + 2 * loss)
    }
  }

  /// What V(t) - t b* - c is at a time, by default `time`, enclosed, from an enclosure of V(t).
  ///
  /// Let γ = V(t) - t b* and s_i the error probabilities at t. The gradient law says Σ s_i z_i = e^-t g exactly. At
  /// a level of margin τ, e^(τt) s_i = ω_i(γ)(1 - ε_i) for its rows, with ε_i the sum of s_j over the separated
  /// rows of i's sample. So the equation for c, Ψ(c) = 0, is fulfilled by γ up to
  ///
  ///     Ψ(γ) = Σ_B ω_i ε_i q·z_i - Σ_{others} e^(τt) s_i q·z_i   (+ e^-t g·q at the level of N0),
  ///
  /// and γ - c = J⁻¹ Ψ(γ) with the Jacobian of Ψ enclosed on a box around both.
  func remainder(of weights: Matrix<Ball>, at moment: Rational? = nil) throws -> Matrix<Ball> {
    let time = moment ?? time
    let data = programme.data
    let precision = weights.elements.map(\.precision).max() ?? precision
    let t = Ball(time, precision: precision)
    let moved = zip(weights.elements, solution).map { $0 - Ball(time * $1, precision: precision) }
    let margins = data.margins(at: weights, precision: precision)
    let logErrors = data.logErrors(margins)
    let unseparated = Set(programme.separability.unseparatedSamples)
    let loss = data.rowsOfSample.map { members in
      members.filter { !unseparated.contains($0) }.reduce(Ball(0, precision: precision)) {
        $0 + .exp(logErrors[$1])
      }
    }
    let omega = equation.weights(at: Matrix(column: moved))
    let gradient = data.gradient(precision: precision)
    let residual = programme.levels.flatMap { level -> [Ball] in
      let products = data.rows * level.directions
      let members = Set(level.rows)
      return (0..<level.directions.columns).map { q in
        var sum = Ball(0, precision: precision)
        for row in 0..<data.count where !products[row, q].isZero {
          let factor = Ball(products[row, q], precision: precision)
          sum =
            members.contains(row)
            ? sum + factor * omega[row] * loss[data.samples[row]]
            : sum - factor * .exp(level.margin * t + logErrors[row])
        }
        guard level.margin.isZero else { return sum }
        for row in 0..<data.dimension {
          sum = sum + .exp(-t) * (level.directions[row, q] * gradient[row, 0])
        }
        return sum
      }
    }
    let box = Matrix(column: zip(moved, offset.elements).map { $0.union($1) })
    return try Ball.solve(equation.jacobian(at: box), Matrix(column: residual))
  }
}
