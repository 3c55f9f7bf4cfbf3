import Learning
import Multiprecision

/// The equation for c in V(t) = t b* + c + O(e^(-δt)), level by level of the limit's programme:
///
///     q·Σ_{i in B} ω_i(c) z_i = q·g at the first level with margin 1, = 0 at the others,
///
/// for the directions q of the level, with ω_i = e^(-z_i·c)/(1 + Σ e^(-z_j·c)), the sum over the rows j of i's
/// sample that no direction separates. Each level is the derivative of a convex function of its directions, given
/// the earlier ones. With d active rows it says z_i·c = -log α_i; not separable, that c is the maximum-likelihood
/// estimate.
struct LimitEquation: NewtonSystem {
  let programme: LimitProgramme
  let precision: Int
  /// κ in e^(-κ z·c), 1 except when a test changes it.
  let exponent: Ball
  /// The factor of g, 1 except when a test changes it.
  let gradientFactor: Rational
  private let gradient: Matrix<Ball>
  private let rows: Matrix<Ball>
  private let levels: [Projected]
  /// For each sample its rows in N0.
  private let unseparated: [[Int]]

  init(_ programme: LimitProgramme, precision: Int, exponent: Rational = 1, gradientFactor: Rational = 1) {
    self.programme = programme
    self.precision = precision
    self.exponent = Ball(exponent, precision: precision)
    self.gradientFactor = gradientFactor
    gradient = programme.data.gradient(precision: precision)
    rows = programme.data.rows.map { Ball($0, precision: precision) }
    let gradient = gradient
    levels = programme.levels.map { level in
      Projected(
        level: level,
        products: (programme.data.rows * level.directions).map { Ball($0, precision: precision) },
        gradient: level.directions.transposed().map { Ball($0, precision: precision) } * gradient)
    }
    let members = Set(programme.separability.unseparatedSamples)
    unseparated = programme.data.rowsOfSample.map { $0.filter(members.contains) }
  }

  /// A level with q·z for all rows (rows × directions) and q·g.
  private struct Projected: Sendable {
    let level: LimitProgramme.Level
    let products: Matrix<Ball>
    let gradient: Matrix<Ball>
  }

  /// ω of all rows at a point.
  func weights(at point: Matrix<Ball>) -> [Ball] {
    let margins = (rows * point).elements.map { exponent * $0 }
    let normalisers = unseparated.map { members in
      members.count == 1
        ? Ball.softplus(-margins[members[0]])
        : Ball.log(onePlus: members.reduce(Ball(0, precision: precision)) { $0 + .exp(-margins[$1]) })
    }
    return margins.indices.map { Ball.exp(-margins[$0] - normalisers[programme.data.samples[$0]]) }
  }

  func residual(at point: Matrix<Ball>) throws -> Matrix<Ball> {
    let weights = weights(at: point)
    return Matrix(
      column: levels.flatMap { projected in
        (0..<projected.products.columns).map { q in
          var sum = Ball(0, precision: precision)
          for row in projected.level.rows { sum.addProduct(projected.products[row, q], weights[row]) }
          guard projected.level.takesGradient(of: programme) else { return sum }
          return sum - gradientFactor * projected.gradient[q, 0]
        }
      })
  }

  /// ∂ω_i/∂c = -ω_i (z_i - Σ ω_j z_j), the sum over the sample's rows in N0.
  func jacobian(at point: Matrix<Ball>) throws -> Matrix<Ball> {
    let weights = weights(at: point)
    let d = programme.data.dimension
    let slopes = Matrix<Ball>(rows: rows.rows, columns: d) { row, column in
      unseparated[programme.data.samples[row]].reduce(rows[row, column]) {
        $0 - weights[$1] * rows[$1, column]
      }
    }
    return Matrix(
      rows: levels.flatMap { projected in
        (0..<projected.products.columns).map { q in
          var line = [Ball](repeating: Ball(0, precision: precision), count: d)
          for row in projected.level.rows where !projected.products[row, q].isZero {
            let factor = exponent * (projected.products[row, q] * weights[row])
            for column in 0..<d { line[column].subtractProduct(factor, slopes[row, column]) }
          }
          return line
        }
      })
  }
}

extension LimitProgramme.Level {
  /// Whether g stands on the right: at the first level of separated rows.
  func takesGradient(of programme: LimitProgramme) -> Bool {
    margin.signum() > 0
      && programme.levels.first { $0.margin.signum() > 0 }.map { $0.margin == margin } ?? false
  }
}

extension LimitEquation {
  /// c, enclosed: each level's convex problem by damped Newton steps, then all together, then proved.
  ///
  /// - Throws: `LinearAlgebraError.undecided` where no box tried proves a zero.
  func solution() throws -> Matrix<Ball> {
    let rough = LimitEquation(programme, precision: 192)
    var point = Matrix<Ball>(rows: programme.data.dimension, columns: 1, repeating: Ball(0, precision: 192))
    var place = 0
    for level in programme.levels {
      let lines = place..<(place + level.directions.columns)
      try rough.minimise(level, lines: lines, from: &point)
      place = lines.upperBound
    }
    guard
      let (zero, _) = try newton(from: point.map { $0.midpointBall(precision: precision) }, iterations: 60)
    else { throw LinearAlgebraError.undecided }
    return try certify(zero)
  }

  /// Damped Newton steps along a level's directions until they are short.
  private func minimise(
    _ level: LimitProgramme.Level, lines: Range<Int>, from point: inout Matrix<Ball>
  ) throws {
    let directions = level.directions.map { Ball($0, precision: precision) }
    var value = objective(level, at: point)
    for _ in 0..<500 {
      try Task.checkCancellation()
      let residual = try residual(at: point).elements[lines]
      let jacobian = try jacobian(at: point)
      let block = Matrix(rows: lines.map { jacobian.row($0) }) * directions
      let step = try directions * Ball.solve(block, Matrix(column: Array(residual)))
      var factor = Ball(1, precision: precision)
      var isLower = false
      for _ in 0..<60 {
        let next = (point - step.map { factor * $0 }).map { $0.midpointBall(precision: precision) }
        let nextValue = objective(level, at: next)
        if nextValue.isFinite, !(nextValue - value).isPositive {
          (point, value, isLower) = (next, nextValue, true)
          break
        }
        factor = factor.scaled(byPowerOfTwo: -1)
      }
      let size = step.elements.map(\.log10UpperMagnitude).max() ?? 0
      if !isLower || size < -20 { return }
    }
  }

  /// Σ e^(-z·c)/(1 + ...) + g·c, or Σ log(1 + Σ e^(-z·c)) at the level of N0.
  private func objective(_ level: LimitProgramme.Level, at point: Matrix<Ball>) -> Ball {
    let weights = weights(at: point)
    var sum = Ball(0, precision: precision)
    if level.margin.isZero {
      let margins = (rows * point).elements.map { exponent * $0 }
      for members in unseparated where !members.isEmpty {
        sum =
          sum + Ball.log(onePlus: members.reduce(Ball(0, precision: precision)) { $0 + .exp(-margins[$1]) })
      }
      return sum
    }
    for row in level.rows { sum = sum + weights[row] }
    guard level.takesGradient(of: programme) else { return sum }
    return sum + gradientFactor * (gradient.transposed() * point)[0, 0]
  }
}
