import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Softmax: the gradient law on contrasts, and the linear model's logits.
@Suite struct CategoricalLawTests {
  private static let precision = 256

  private func problem(
    widths: [Int], inputs: Matrix<Rational>, classes: [Int], seed: Int, times: [Rational] = [0, 1]
  ) throws -> Problem {
    let K = widths[widths.count - 1]
    let model = try DeepLinearModel(widths: widths)
    return try Problem(
      model: model,
      data: Dataset(
        inputs: inputs, targets: Matrix(rows: classes.map { label in (0..<K).map { $0 == label ? 1 : 0 } })),
      likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
      initial: InitialParameters.seeded(seed: UInt64(seed), scale: 1).matrices(for: model), times: times)
  }

  private func law<Law: ClosedForm>(_ type: Law.Type, _ problem: Problem) throws -> Law {
    try #require(problem.closedForms().compactMap { $0 as? Law }.first)
  }

  /// Σ (p - y) xᵀ for contrasts V, sample by sample; (K - 1) × d.
  private func gradient(_ problem: Problem, _ contrasts: Matrix<Ball>) -> Matrix<Ball> {
    let precision = contrasts[0, 0].precision
    let x = Matrix<Ball>(problem.data.inputs, precision: precision)
    let outputs = x * contrasts.transposed()
    let errors = Matrix<Ball>(rows: x.rows, columns: contrasts.rows) { n, k in
      let exponentials = outputs.row(n).map { Ball.exp($0) }
      let sum = exponentials.reduce(Ball(1, precision: precision), +)
      return exponentials[k] / sum - Ball(problem.data.targets[n, k] ?? 0, precision: precision)
    }
    return errors.transposed() * x
  }

  private let spanning = Matrix<Rational>(rows: [
    [1, 0], [2, 1], [-1, 2], [0, -1], [1, 1], [-2, Rational(1, 3)],
  ])

  /// ∇L(V(t)) = e^-t ∇L(V(0)); a zero of higher precision is inside; samples that share an input count.
  @Test(arguments: [[2, 3], [2, 2, 3], [2, 4]], 1...2) func gradientDecays(widths: [Int], seed: Int) throws {
    let inputs = Matrix(rows: (0..<6).map { spanning.row($0) } + [spanning.row(1), spanning.row(1)])
    let problem = try problem(widths: widths, inputs: inputs, classes: [0, 1, 2, 0, 1, 2, 0, 1], seed: seed)
    let law = try law(GradientLaw.self, problem)
    let start = try gradient(problem, law.initialFreeMatrix(precision: 384))
    for time in [Rational(1, 1000), Rational(1, 3), 2, 12] {
      let rough = try law.freeMatrix(at: time, precision: 128)
      let fine = try law.freeMatrix(at: time, precision: 384)
      for (a, b) in zip(rough.elements, fine.elements) {
        #expect(a.contains(b) && b.log10RelativeRadius < -90, "t = \(time): \(a) against \(b)")
      }
      let growth = Ball.exp(Ball(time, precision: 384))
      #expect(agree(gradient(problem, fine).map { growth * $0 }, start, digits: 85), "t = \(time)")
    }
  }

  /// The linear model's weights, whose column sums are conserved, against the integrated flow.
  @Test(arguments: 1...3) func weightsFollowTheGradientLaw(seed: Int) throws {
    let problem = try problem(widths: [2, 3], inputs: spanning, classes: [0, 1, 2, 0, 1, 2], seed: seed)
    let law = try law(GradientLaw.self, problem)
    let trajectory = try TaylorIntegrator(digits: 40)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    for sample in trajectory.samples {
      let expected = try law.endToEnd(at: sample.time, precision: Self.precision)
      for (found, ball) in zip(sample.state[0].elements, expected.elements) {
        #expect((ball - Ball(found)).log10UpperMagnitude < -38, "t = \(sample.time): \(found), \(ball)")
      }
    }
  }

  /// A deep net's rows may share any change: the law gives probabilities and no rows.
  @Test func deepRowsAreNotGiven() throws {
    let problem = try problem(widths: [2, 2, 3], inputs: spanning, classes: [0, 1, 2, 0, 1, 2], seed: 1)
    let law = try law(GradientLaw.self, problem)
    let values = try law.values(at: 1, precision: Self.precision)
    #expect(values.endToEnd == nil && values.outputs == nil && values.means?.rows == 6)
    #expect(throws: ProblemError.self) { try law.endToEnd(at: 1, precision: Self.precision) }
  }

  /// Logits far apart: the derivative of the residual is the variance, and both stay finite.
  @Test func scaledErrorsAtExtremes() throws {
    let precision = 512
    for (outputs, targets) in [
      ([0, 0], [1, 0, 0]), ([800, -800], [0, 1, 0]), ([3, 900], [0, 0, 1]), ([-700, -900], [0, 0, 1]),
      ([2, -1], [Rational(1, 2), Rational(1, 4), Rational(1, 4)]),
    ] as [([Rational], [Rational])] {
      let t = Ball(Rational(5, 2), precision: precision)
      let f = outputs.map { Ball($0, precision: precision) }
      let errors = try #require(Likelihood.categorical.scaledErrors(f, targets: targets, at: t))
      let variance = try #require(Likelihood.categorical.scaledVariance(f, at: t))
      let exponentials = (f + [Ball(0, precision: precision)]).map { Ball.exp($0) }
      let sum = exponentials.dropFirst().reduce(exponentials[0], +)
      let p = exponentials.map { $0 / sum }
      for k in f.indices {
        let expected = Ball.exp(t) * (p[k] - Ball(targets[k], precision: precision))
        #expect(errors[k].isFinite && errors[k].overlaps(expected), "\(outputs), \(targets): \(errors)")
        for l in f.indices {
          let plain = Ball.exp(t) * (k == l ? p[k] - p[k] * p[k] : -(p[k] * p[l]))
          #expect(variance[k, l].isFinite && variance[k, l].overlaps(plain), "\(outputs): \(variance)")
          #expect(variance[k, l].relativeAccuracyBits > 400 || variance[k, l].isZero)
        }
      }
    }
  }

  /// Conflicting labels on one input, N ≤ d: F(0) + C log(1 + ȳ (e^t - 1)/p(0)) against the integrated flow.
  @Test func meanTargetsOfTheLinearModel() throws {
    let inputs = Matrix<Rational>(rows: [[1, 2, 0], [0, 1, -1], [1, 2, 0], [1, 2, 0]])
    let problem = try problem(
      widths: [3, 3], inputs: inputs, classes: [0, 1, 2, 0], seed: 5, times: [0, 1, 3])
    let law = try law(LinearModelLaw.self, problem)
    #expect(law.section == "T10")
    let trajectory = try TaylorIntegrator(digits: 40)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    for sample in trajectory.samples {
      let expected = try #require(law.values(at: sample.time, precision: Self.precision).endToEnd)
      for (found, ball) in zip(sample.state[0].elements, expected.elements) {
        #expect((ball - Ball(found)).log10UpperMagnitude < -38, "t = \(sample.time): \(found), \(ball)")
      }
    }
  }
}
