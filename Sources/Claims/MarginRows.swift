import Learning
import Multiprecision

/// The margins of a classification problem with a model linear in x, as rows of one matrix Z: a sample of label y
/// has the margins z·V over its wrong classes.
///
/// Logistic loss: one row y_n x_n a sample (labels ±1), V = β. Softmax: a row for each wrong class k, with
/// z·V = (v_y - v_k)·x, V the contrasts w_k - w_K row by row. The error probability of row i is
/// s_i = e^(-z_i·V) / (1 + Σ e^(-z_j·V)), the sum over all rows j of the sample.
struct MarginRows: Sendable {
  /// Z.
  let rows: Matrix<Rational>
  /// The sample of each row.
  let samples: [Int]
  /// V(0), row by row.
  let start: [Rational]

  /// The rows of each sample.
  let rowsOfSample: [[Int]]

  /// - Throws: `ProblemError` for a likelihood or model that has no such rows.
  init(_ problem: Problem) throws {
    guard problem.model.isLinearInInputs,
      problem.likelihood == .categorical
        || (problem.likelihood == .bernoulli && problem.model.outputCount == 1)
    else { throw ProblemError(field: "problem", "found no margins, expected a linear classifier") }
    let weights = problem.model.exactEndToEndMatrix(problem.initial)
    let (d, K) = (problem.model.inputCount, problem.model.outputCount)
    var rows: [[Rational]] = []
    var samples: [Int] = []
    for n in 0..<problem.data.count {
      let x = problem.data.inputs.row(n)
      let targets = problem.data.targets.row(n)
      guard problem.likelihood == .categorical else {
        let label = (targets[0] ?? 0) * 2 - 1
        rows.append(x.map { label * $0 })
        samples.append(n)
        continue
      }
      let label = targets.firstIndex(of: 1) ?? 0
      for k in 0..<K where k != label {
        rows.append((0..<(K - 1) * d).map { $0 / d == label ? x[$0 % d] : $0 / d == k ? -x[$0 % d] : 0 })
        samples.append(n)
      }
    }
    self.rows = Matrix(rows: rows)
    self.samples = samples
    rowsOfSample = (0..<problem.data.count).map { n in samples.indices.filter { samples[$0] == n } }
    start =
      problem.likelihood == .categorical
      ? (0..<(K - 1) * d).map { weights[$0 / d, $0 % d] - weights[K - 1, $0 % d] } : weights.elements
  }

  var count: Int { rows.rows }
  var dimension: Int { rows.columns }

  func margins(at point: Matrix<Ball>, precision: Int) -> [Ball] {
    (rows.map { Ball($0, precision: precision) } * point).elements
  }

  /// The log error probabilities log s_i of margins m: -m_i - log(1 + Σ_j e^(-m_j)).
  func logErrors(_ margins: [Ball]) -> [Ball] {
    let normalisers = rowsOfSample.map { members -> Ball in
      if members.count == 1 { return Ball.softplus(-margins[members[0]]) }
      let precision = margins.first?.precision ?? Precision.minimum
      return Ball.log(
        onePlus: members.reduce(Ball(0, precision: precision)) { $0 + .exp(-margins[$1]) })
    }
    return margins.indices.map { -margins[$0] - normalisers[samples[$0]] }
  }

  /// The initial error probabilities exactly, where all margins are 0: 1/K.
  var exactInitialErrors: [Rational]? {
    let margins = (rows * Matrix(column: start)).elements
    guard margins.allSatisfy(\.isZero) else { return nil }
    return samples.map { Rational(1, rowsOfSample[$0].count + 1) }
  }

  /// The initial error probabilities.
  func initialErrors(precision: Int) -> [Ball] {
    if let exact = exactInitialErrors { return exact.map { Ball($0, precision: precision) } }
    let margins = (rows * Matrix(column: start)).elements.map { Ball($0, precision: precision) }
    return logErrors(margins).map { Ball.exp($0) }
  }

  /// g = Σ s_i(0) z_i = -∇L(V(0)).
  func gradient(precision: Int) -> Matrix<Ball> {
    rows.transposed().map { Ball($0, precision: precision) }
      * Matrix(column: initialErrors(precision: precision))
  }
}
