import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// Gradient flow in the clock log(1 + t).
@Suite struct LogTimeTests {
  private static let precision = 256

  private func problem(
    _ model: any Model, _ likelihood: Likelihood = .bernoulli, flow: Flow = .gradient,
    normalisation: Normalisation = .sum
  ) throws -> Problem {
    // A duplicated input with both labels, and one more sample of each label.
    try Problem(
      model: model,
      data: Dataset(
        inputs: Matrix(rows: [[1, 2], [1, 2], [-1, 3], [Rational(1, 2), -1]]),
        targets: Matrix(column: [1, 0, 1, 0])),
      likelihood: likelihood, flow: flow,
      initial: InitialParameters.seeded(seed: 5, scale: 1).matrices(for: model), times: [1],
      normalisation: normalisation)
  }

  private func velocity(_ field: VectorField, at state: [Matrix<Rational>]) throws -> [Matrix<Ball>] {
    let balls = state.map { matrix in matrix.map { Ball($0, precision: Self.precision) } }
    return try field.graph.evaluate(
      field.velocity, variables: Array(zip(field.state, balls)), precision: Self.precision)
  }

  /// dθ/ds = e^s θ', at any state and clock.
  @Test(arguments: [Normalisation.sum, .mean]) func velocityIsScaled(normalisation: Normalisation) throws {
    let models: [any Model] = [
      try DeepLinearModel(widths: [2, 1]), try DeepLinearModel(widths: [2, 3, 1]),
      try DiagonalModel(inputCount: 2, form: .difference, depth: 3),
      try MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh),
    ]
    for model in models {
      let problem = try problem(model, normalisation: normalisation)
      let plain = try velocity(problem.vectorField(), at: problem.initial)
      for clock: Rational in [0, 3, -2] {
        let scaled = try velocity(
          problem.logTimeVectorField(), at: problem.initial + [Matrix(column: [clock])])
        #expect(scaled.count == plain.count + 1 && scaled[plain.count][0, 0].contains(1))
        let factor = Ball.exp(Ball(clock, precision: Self.precision))
        for (a, b) in zip(plain.flatMap(\.elements), scaled.flatMap(\.elements)) {
          #expect((factor * a).overlaps(b) && b.log10Radius < -60, "\(model), s = \(clock): \(a), \(b)")
        }
      }
    }
  }

  /// Far beyond e^s of any float: margins of about s give velocities of order 1, with all digits.
  @Test func nothingOverflows() throws {
    let model = try DeepLinearModel(widths: [1, 1])
    let problem = try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(column: [1])),
      likelihood: .bernoulli, flow: .gradient, initial: [Matrix(rows: [[0]])], times: [0])
    let huge = try Rational(10).power(30)
    let found = try velocity(
      problem.logTimeVectorField(), at: [Matrix(rows: [[huge + 2]]), Matrix(column: [huge])])
    // e^(s - softplus(s + 2)) = e^-2 to all digits.
    let difference = found[0][0, 0] - Ball.exp(Ball(-2, precision: Self.precision))
    #expect(difference.log10UpperMagnitude < -40)
  }

  @Test func otherFlowsAndFamiliesAreRefused() throws {
    let model = try DeepLinearModel(widths: [2, 1])
    #expect(throws: ProblemError.self) {
      try problem(model, flow: .naturalGradient(.trainingInputs)).logTimeVectorField()
    }
    #expect(throws: ProblemError.self) { try problem(model, .gaussian).logTimeVectorField() }
  }
}
