import Learning
import Multiprecision

/// The linear programme of T4's limit: minimise g·b subject to Z b ≥ 1, with g = Σ s_n(0) z_n.
///
/// The active set is read off the flow at a late time; then everything is checked: b* = Z_S⁻¹ 1 exactly, the
/// other constraints exactly, and the dual α = Z_S⁻ᵀ g positive, exactly or in balls. By duality b* is then
/// the unique solution.
struct LimitProgramme {
  /// Z: rows z_n = y_n x_n.
  let margins: Matrix<Rational>
  /// b*, exactly.
  let solution: [Rational]
  /// c with z_n·c = -log α_n on the active set.
  let offset: [Ball]
  /// A time at which the remainder e^-δt is below the radii of the balls at the precision asked for.
  let time: Rational
  let conditions: [Condition]

  /// The active samples S, Z_S, Z_S⁻ᵀ and the dual α.
  private let active: [Int]
  private let activeRows: Matrix<Ball>
  private let inverse: Matrix<Ball>
  private let dual: Matrix<Ball>

  private static let leastSlack = 1e-5

  /// - Throws: `LinearAlgebraError` where the active rows are dependent.
  init(problem: Problem, law: GradientLaw, precision: Int) throws {
    let data = problem.data
    let d = problem.model.inputCount
    let margins = Matrix<Rational>(rows: data.count, columns: d) {
      data.inputs[$0, $1] * ((data.targets[$0, 0] ?? 0) * 2 - 1)
    }
    self.margins = margins
    let late: Rational = 200
    let direction = try law.endToEnd(at: late, precision: 128).elements.map(\.doubleValue)
    let scores = (0..<data.count).map { n in
      zip(margins.row(n), direction).map { $0.doubleValue * $1 }.reduce(0, +)
    }
    let active = Array(scores.indices.sorted { scores[$0] < scores[$1] }.prefix(d))
    let rows = Matrix(rows: active.map { margins.row($0) })
    let ones = Matrix<Rational>(rows: d, columns: 1, repeating: 1)
    let solution = try rows.solve(ones)
    self.solution = solution.elements
    let slacks = (margins * solution).elements.enumerated().filter { !active.contains($0.offset) }.map {
      $0.element - 1
    }
    let slack = slacks.min() ?? 1

    self.active = active
    activeRows = rows.map { Ball($0, precision: precision) }
    inverse = try rows.transposed().inverse().map { Ball($0, precision: precision) }
    let dual = inverse * Self.gradient(problem, margins, precision: precision)
    self.dual = dual
    offset = try Ball.solve(activeRows, dual.map { -Ball.log($0) }).elements
    conditions = [
      Condition(
        "the data are strictly separable and the constraints hold",
        slack.doubleValue > Self.leastSlack ? .certified : .undecided,
        "least slack \(slack.doubleValue), exactly, with the active set that the flow shows at t = \(late)"),
      Condition(
        "the dual is positive", dual.elements.allSatisfy(\.isPositive) ? .certified : .undecided,
        "α = \(dual.elements.map { $0.certifiedDecimal(maximumDigits: 6) }.joined(separator: ", "))"),
    ]
    // A slack below this asks for times that are too long to follow; it is undecided then.
    let rate = min(1, max(slack.doubleValue, Self.leastSlack))
    time = max(late, Rational(Int((Double(precision) * 0.7 + 30) / rate) + 1))
  }

  /// What β(t) - t b* - c is at `time`, enclosed, from an enclosure of β(t).
  ///
  /// With a_n = e^t s_n(t) the gradient law reads Σ a_n z_n = g, so a_S = α - Z_S⁻ᵀ Σ_{n∉S} a_n z_n; and
  /// z_n·β(t) = t - log a_n + log(1 - e^-t a_n) for every n. On S that is Z_S (β(t) - t b* - c) =
  /// -log(a_S/α) + log(1 - e^-t a_S).
  func remainder(of weights: Matrix<Ball>) throws -> [Ball] {
    let precision = activeRows.elements.first?.precision ?? Precision.minimum
    let t = Ball(time, precision: precision)
    let rows = margins.map { Ball($0, precision: precision) }
    let scores = rows * weights
    var inactive = Matrix(rows: rows.columns, columns: 1, repeating: Ball(0, precision: precision))
    for n in 0..<rows.rows where !active.contains(n) {
      let error = Ball.exp(t - .softplus(scores[n, 0]))
      inactive = inactive + Matrix(column: rows.row(n).map { error * $0 })
    }
    let errors = dual - inverse * inactive
    let corrections = zip(errors.elements, dual.elements).map { error, alpha in
      Ball.log(onePlus: -(Ball.exp(-t) * error)) - .log(error / alpha)
    }
    return try Ball.solve(activeRows, Matrix(column: corrections)).elements
  }

  /// g = Σ s_n(0) z_n with the initial error probabilities s_n(0) = σ(-z_n·β(0)); d × 1.
  private static func gradient(
    _ problem: Problem, _ margins: Matrix<Rational>, precision: Int
  ) -> Matrix<Ball> {
    let start = problem.initial[0].transposed()
    let errors = (margins * start).map { Ball.logistic(Ball(-$0, precision: precision)) }
    return margins.transposed().map { Ball($0, precision: precision) } * errors
  }
}
