import Integrators
import Multiprecision
import Testing

@testable import Learning

/// The on-sample law on whole problems: categorical targets, unobserved entries, weights, trajectories.
@Suite struct OnSampleLawProblemTests {
  private static let precision = 256

  private func law(_ problem: Problem) throws -> OnSampleLaw {
    try #require(problem.closedForms().compactMap { $0 as? OnSampleLaw }.first)
  }

  /// Every entry that the law knows against a trajectory of 30 digits; the number of entries compared.
  private func compare(_ problem: Problem, _ name: String) throws -> Int {
    let law = try law(problem)
    let trajectory = try TaylorIntegrator(digits: 30)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    let observables = try problem.vectorField().graph
    let parameters = problem.model.parameterVariables(in: observables)
    let nodes = try problem.observables(parameters)
    var compared = 0
    for sample in trajectory.samples {
      let found = try observables.evaluate(
        [nodes.outputs, nodes.means], variables: Array(zip(parameters, sample.state)), precision: 192)
      let values = try law.values(at: sample.time, precision: Self.precision)
      for (matrix, expected) in zip(found, [values.outputs, values.means]) {
        let expected = try #require(expected)
        #expect(expected.shape == matrix.shape)
        for (value, ball) in zip(matrix.elements, expected.elements) {
          guard let ball else { continue }
          let error = (ball - Ball(value)).log10UpperMagnitude
          #expect(error < -28, "\(name), t = \(sample.time): \(value) against \(ball)")
          compared += 1
        }
      }
    }
    return compared
  }

  private func problem(
    _ likelihood: Likelihood, _ measure: FisherMeasure, _ targets: Matrix<Rational?>,
    normalisation: Normalisation = .sum, inputs: [[Rational]] = [[1, 2], [-1, Rational(1, 2)], [1, 2]]
  ) throws -> Problem {
    let model = try MultilayerPerceptron(widths: [2, 6, targets.columns], activation: .softplus)
    var random = SeededRationals(seed: 23)
    return try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: inputs), targets: targets), likelihood: likelihood,
      flow: .naturalGradient(measure),
      initial: model.parameterShapes.map { random.matrix($0.rows, $0.columns) },
      times: [0, Rational(1, 3), 1], normalisation: normalisation)
  }

  @Test(arguments: Likelihood.allCases, Normalisation.allCases)
  func trajectoriesFollowTheLaw(likelihood: Likelihood, normalisation: Normalisation) throws {
    // The third sample contradicts the first.
    let targets = Matrix<Rational?>(rows: [[1, 0], [0, 1], [0, 1]])
    let training = try problem(likelihood, .trainingInputs, targets, normalisation: normalisation)
    // 3 times, 3 samples, 2 outputs; means, and logits where there are such.
    let expected = likelihood == .categorical ? 18 : 36
    #expect(try compare(training, "training inputs") == expected)
    let weighted = try problem(
      likelihood,
      .inputs(
        Matrix(rows: [[3, 1], [-1, Rational(1, 2)], [1, 2]]), weights: [1, Rational(3, 2), Rational(4, 5)]),
      targets, normalisation: normalisation)
    #expect(try compare(weighted, "given inputs") == expected)
  }

  @Test(arguments: [Likelihood.gaussian, .bernoulli, .poisson])
  func unobservedEntries(likelihood: Likelihood) throws {
    let targets = Matrix<Rational?>(rows: [[1, nil], [nil, 1], [0, 1]])
    // Under all entries the law knows them all: what is unobserved stands still.
    let all = try problem(likelihood, .allEntries, targets)
    #expect(try compare(all, "all entries") == 36)
    let start = try law(all).values(at: 0, precision: Self.precision)
    let late = try law(all).values(at: 1000, precision: Self.precision)
    #expect(late.outputs?[1, 0]?.isIdentical(to: try #require(start.outputs?[1, 0])) == true)
    #expect(late.means?[1, 0]?.isIdentical(to: try #require(start.means?[1, 0])) == true)
    // Under the training inputs, which count observed targets only, it knows nothing of them.
    for measure in [FisherMeasure.trainingInputs, .observedEntries] {
      let observed = try problem(likelihood, measure, targets)
      let values = try law(observed).values(at: 1, precision: Self.precision)
      #expect(values.outputs?.elements.map { $0 == nil } == [false, false, true, false, false, false])
      #expect(values.means?.elements.map { $0 == nil } == [false, false, true, false, false, false])
      #expect(try compare(observed, "\(measure)") == 30)
    }
  }

  @Test func categoricalMeansRelaxToTheClass() throws {
    let model = try DeepLinearModel(widths: [2, 3])
    let problem = try Problem(
      model: model,
      data: Dataset(inputs: .identity(2), targets: Matrix(rows: [[0, 0, 1], [1, 0, 0]])),
      likelihood: .categorical, flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[0, 1], [0, -500], [0, 30]])], times: [1])
    let law = try law(problem)
    for time in [Rational(0), 1, 10_000, 1_000_000] {
      let values = try law.values(at: time, precision: Self.precision)
      #expect(values.outputs?.elements.allSatisfy { $0 == nil } == true)
      let decay = Ball.exp(Ball(-time, precision: 2048))
      // p(0) = (1/3, 1/3, 1/3) at the first input.
      for k in 0..<3 {
        let y = Ball(k == 2 ? 1 : 0, precision: 2048)
        let expected = y + (Ball(Rational(1, 3), precision: 2048) - y) * decay
        let found = try #require(values.means?[0, k])
        #expect(found.overlaps(expected) && found.log10RelativeRadius < -74, "t = \(time): \(found)")
      }
      // Probabilities sum to 1.
      let sum = try (0..<3).reduce(Ball(0, precision: 256)) { try $0 + #require(values.means?[1, $1]) }
      #expect(sum.contains(1) && sum.log10Radius < -74)
    }
  }

  /// The end-to-end matrix of a factorisation, entry by entry, and none where an entry is unknown.
  @Test func endToEndOfAFactorisation() throws {
    func problem(_ measure: FisherMeasure, _ matrix: Matrix<Rational?>) throws -> Problem {
      try Problem(
        model: DeepLinearModel(widths: [2, 2]), data: Dataset(matrix: matrix), likelihood: .gaussian,
        flow: .naturalGradient(measure), initial: [Matrix(rows: [[1, 2], [3, 4]])], times: [1])
    }
    let matrix = Matrix<Rational?>(rows: [[5, nil], [-1, 0]])
    let known = try law(problem(.allEntries, matrix)).values(at: 2, precision: 256).endToEnd
    let decay = Ball.exp(Ball(-2, precision: 256))
    func relaxed(_ y: Int, _ w: Int) -> Ball { Ball(y, precision: 256) + Ball(w - y, precision: 256) * decay }
    let expected = Matrix(rows: [[relaxed(5, 1), Ball(2, precision: 256)], [relaxed(-1, 3), relaxed(0, 4)]])
    #expect(agree(try #require(known), expected, digits: 74))
    #expect(try law(problem(.observedEntries, matrix)).values(at: 2, precision: 256).endToEnd == nil)
  }

  @Test func measuresWithoutTheTrainingInputsHaveNoLaw() throws {
    let targets = Matrix<Rational?>(rows: [[1], [0], [0]])
    let other = try problem(.gaussian, .inputs(Matrix(rows: [[1, 2]]), weights: [1]), targets)
    #expect(try !other.closedForms().contains { $0 is OnSampleLaw })
    var damped = try problem(.gaussian, .trainingInputs, targets)
    damped = try Problem(
      model: damped.model, data: damped.data, likelihood: .gaussian,
      flow: .naturalGradient(.trainingInputs, damping: 1), initial: damped.initial, times: [1])
    #expect(try damped.closedForms().isEmpty)
  }
}
