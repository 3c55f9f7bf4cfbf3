import Integrators
import Multiprecision
import Testing

@testable import Learning

/// The linear model with no more inputs than dimensions.
@Suite struct LinearModelLawTests {
  private static let precision = 256

  private func problem(_ likelihood: Likelihood, seed: Int, outputs: Int = 2, zero: Bool = false) throws
    -> Problem
  {
    var random = SeededRationals(seed: seed)
    let inputs = random.matrix(3, 5)
    let targets = Matrix<Rational?>(rows: 3, columns: outputs) { n, k in Rational((n + k) % 2) }
    let start = zero ? Matrix<Rational>(rows: outputs, columns: 5, repeating: 0) : random.matrix(outputs, 5)
    return try Problem(
      model: DeepLinearModel(widths: [5, outputs]), data: Dataset(inputs: inputs, targets: targets),
      likelihood: likelihood, flow: .naturalGradient(.trainingInputs), initial: [start],
      times: [0, Rational(1, 2), 3])
  }

  private func law(_ problem: Problem) throws -> LinearModelLaw {
    try #require(problem.closedForms().compactMap { $0 as? LinearModelLaw }.first)
  }

  private static let families: [Likelihood] = [.gaussian, .bernoulli, .categorical, .poisson]

  @Test(arguments: families, 1...3) func trajectoryFollowsTheLaw(likelihood: Likelihood, seed: Int) throws {
    let problem = try problem(likelihood, seed: seed)
    let law = try law(problem)
    let trajectory = try TaylorIntegrator(digits: 40)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    for sample in trajectory.samples {
      let expected = try #require(law.values(at: sample.time, precision: Self.precision).endToEnd)
      for (found, ball) in zip(sample.state[0].elements, expected.elements) {
        let error = (ball - Ball(found)).log10UpperMagnitude
        #expect(error < -38, "\(likelihood), seed \(seed), t = \(sample.time): \(found) against \(ball)")
      }
    }
  }

  /// X W(t)ᵀ is the on-sample law's F(t), and W(t) - W(0) has nothing outside the inputs' span, so of all
  /// matrices that fit it is the nearest to W(0).
  @Test(arguments: families, 1...3) func changeHasLeastNorm(likelihood: Likelihood, seed: Int) throws {
    let problem = try problem(likelihood, seed: seed)
    let law = try law(problem)
    func balls(_ matrix: Matrix<Rational>) -> Matrix<Ball> { Matrix(matrix, precision: Self.precision) }
    let nullspace = problem.data.inputs.nullspaceBasis()
    #expect(nullspace.columns == 2)
    for time in [Rational(0), Rational(1, 3), 7, 1000] {
      let values = try law.values(at: time, precision: Self.precision)
      let weights = try #require(values.endToEnd)
      let outside = (weights - balls(problem.initial[0])) * balls(nullspace)
      #expect(outside.elements.allSatisfy { $0.containsZero && $0.log10Radius < -70 })
      let outputs = try #require(values.outputs).map { try #require($0) }
      #expect(agree(balls(problem.data.inputs) * weights.transposed(), outputs, digits: 70))
    }
  }

  @Test func startIsTheInitialMatrix() throws {
    let problem = try problem(.bernoulli, seed: 4)
    let start = try #require(law(problem).values(at: 0, precision: Self.precision).endToEnd)
    for (ball, value) in zip(start.elements, problem.initial[0].elements) {
      #expect(ball.contains(value) && ball.log10Radius < -74)
    }
  }

  /// From W(0) = 0 with labels y = ±1: β(t) = log(2 e^t - 1) X⁺ y.
  @Test func fromZeroTheDirectionIsConstant() throws {
    let problem = try problem(.bernoulli, seed: 5, outputs: 1, zero: true)
    let labels = problem.data.targets.map { 2 * ($0 ?? 0) - 1 }
    let direction = problem.data.inputs.moorePenroseInverse() * labels
    for time in [Rational(1, 10), 1, 30, 1000] {
      let length = Ball.log(2 * .exp(Ball(time, precision: 2048)) - Ball(1, precision: 2048))
      let expected = direction.map { length * Ball($0, precision: 2048) }.transposed()
      let found = try #require(law(problem).values(at: time, precision: Self.precision).endToEnd)
      #expect(agree(found, expected, digits: 70), "t = \(time)")
    }
  }

  /// Dependent inputs violate the condition; conflicting duplicates are one input and do not.
  @Test func conditionIsOnDistinctInputs() throws {
    func status(_ rows: [[Rational]]) throws -> Condition.Status {
      let problem = try Problem(
        model: DeepLinearModel(widths: [2, 1]),
        data: Dataset(
          inputs: Matrix(rows: rows), targets: Matrix(column: rows.indices.map { Rational($0 % 2) })),
        likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[1, 2]])],
        times: [1])
      return try #require(law(problem).conditions.first).status
    }
    #expect(try status([[1, 2], [1, 2], [0, 1]]) == .certified)
    #expect(try status([[1, 2], [2, 4]]) == .violated)
    #expect(try status([[1, 2], [0, 1], [1, 1]]) == .violated)
  }
}

private func * (factor: Int, ball: Ball) -> Ball { Ball(factor, precision: ball.precision) * ball }
