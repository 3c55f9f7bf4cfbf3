import Claims
import Learning
import Multiprecision

/// Problems that take a moment, and how claims about them are run.
enum SmallProblems {
  static let half = Rational(1, 2)

  /// A deep linear network on two inputs.
  static func network(_ likelihood: Likelihood, times: [Rational] = [0, half, 2]) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [2, 3, 1]),
      data: Dataset(
        inputs: Matrix(rows: [[1, half], [Rational(1, 3), 2]]), targets: Matrix(column: [1, 0])),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[1, 0], [half, -1], [0, 1]]), Matrix(rows: [[1, half, Rational(1, 3)]])],
      times: times)
  }

  /// A factorisation of [[1, 1/2], [1/3, 2]] with the Fisher matrix over all entries.
  static func factorization(observed: Matrix<Rational?>) throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [2, 2, 2]), data: Dataset(matrix: observed), likelihood: .gaussian,
      flow: .naturalGradient(.allEntries), initial: [.identity(2), .identity(2)], times: [0, 1])
  }

  /// β = u v with u² = v² crosses 0 at t = log 2, where the Jacobian vanishes.
  static func singular() throws -> Problem {
    try Problem(
      model: DeepLinearModel(widths: [1, 1, 1]),
      data: Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(column: [1])),
      likelihood: .gaussian, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[1]]), Matrix(rows: [[-1]])], times: [0, 1])
  }

  static func run(_ claim: Claim) async -> ClaimResult {
    await Runner(settings: CheckSettings(digits: 30), jobs: 2).run([claim])[0]
  }
}
