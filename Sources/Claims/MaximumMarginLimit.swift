import Learning
import Multiprecision
import Programmes

/// The direction of the largest ℓ2 margin, exactly, and a proved bound on how far gradient flow of the linear model
/// with logistic loss is from its asymptote in the clock s = log(1 + t).
///
/// ŵ = argmin |w| subject to Zw ≥ 1 = Σ α_n z_n, S = {α_n > 0}, M = Σ α_n z_n z_nᵀ with least nonzero eigenvalue λ; M
/// always has the eigenvalue 1, with the eigenvector ŵ. The offset w̃ in span(S) has z_n·w̃ = -log α_n on S.
///
/// **Source**: docs/theory, T5.
struct MaximumMarginLimit {
  /// Z: rows z_n = y_n x_n.
  let margins: Matrix<Rational>
  /// ŵ.
  let direction: [Rational]
  /// α.
  let multipliers: [Rational]
  /// S.
  let support: [Int]
  /// A lower bound of λ, by exact elimination.
  let eigenvalueBound: Rational
  let conditions: [Condition]

  /// - Throws: `ProblemError` where the data are not separable.
  init(margins: Matrix<Rational>) throws {
    let ones = [Rational](repeating: 1, count: margins.rows)
    let programme = LeastNormProgramme(subjectTo: try LinearConstraints(margins, atLeast: ones))
    guard let optimum = try programme.solve().optimum else {
      throw ProblemError(field: "data", "not linearly separable, expected data that are")
    }
    self.margins = margins
    (direction, multipliers) = (optimum.point, optimum.multipliers.inequalities)
    support = optimum.support
    let isRegular = optimum.isStrictlyComplementary && optimum.hasUniqueMultipliers
    eigenvalueBound =
      isRegular ? Self.eigenvalueBound(margins, optimum.support, optimum.multipliers.inequalities) : 0
    conditions = [
      Condition("the data are separable", .certified, "ŵ = \(optimum.point), by an exact programme"),
      Condition(
        "the active rows are independent and have α > 0", isRegular ? .certified : .violated,
        "active \(optimum.activeRows), α > 0 on \(optimum.support), exactly"),
    ]
  }

  /// The largest λ found with G - λ diag(1/α) positive definite, G the Gram matrix of the support: the nonzero
  /// eigenvalues of M are those of diag(√α) G diag(√α).
  private static func eigenvalueBound(
    _ margins: Matrix<Rational>, _ support: [Int], _ multipliers: [Rational]
  ) -> Rational {
    let rows = Matrix(rows: support.map(margins.row))
    let gram = rows * rows.transposed()
    var (low, high): (Rational, Rational) = (0, 1)
    for _ in 0..<14 {
      let middle = (low + high) * Rational(1, 2)
      let shifted = Matrix<Rational>(rows: gram.rows, columns: gram.columns) {
        $0 == $1 ? gram[$0, $1] - middle / multipliers[support[$0]] : gram[$0, $1]
      }
      if shifted.isPositiveDefinite { low = middle } else { high = middle }
    }
    return low
  }

  /// The margins' slacks z_n·ŵ - 1.
  var slacks: [Rational] { (margins * Matrix(column: direction)).elements.map { $0 - 1 } }
  var others: [Int] { (0..<margins.rows).filter { !support.contains($0) } }
  /// min(λ, slack), λ by its lower bound.
  var rate: Rational { min(eigenvalueBound, others.map { slacks[$0] }.min() ?? 1) }

  /// w̃ in span(S).
  func offset(precision: Int) throws -> Matrix<Ball> {
    let rows = Matrix(rows: support.map(margins.row))
    let gram = (rows * rows.transposed()).map { Ball($0, precision: precision) }
    let logarithms = Matrix(column: support.map { -Ball.log(Ball(multipliers[$0], precision: precision)) })
    return rows.transposed().map { Ball($0, precision: precision) } * (try Ball.solve(gram, logarithms))
  }

  /// β(s) - ŵ s - w̃ on span(S), from an enclosure of β(s).
  func deviation(_ weights: [Ball], at s: Rational, precision: Int) throws -> BallVector {
    let rows = Matrix(rows: support.map(margins.row))
    let balls = rows.map { Ball($0, precision: precision) }
    let moved = zip(weights, direction).map { $0 - Ball(s * $1, precision: precision) }
    let parts = balls * (Matrix(column: moved) - (try offset(precision: precision)))
    let gram = (rows * rows.transposed()).map { Ball($0, precision: precision) }
    return BallVector((balls.transposed() * (try Ball.solve(gram, parts))).elements)
  }

  /// |z_n|.
  func length(_ n: Int, precision: Int) -> Ball { BallVector(margins.row(n), precision: precision).norm }
}
