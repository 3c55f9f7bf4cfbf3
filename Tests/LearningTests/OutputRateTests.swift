import ComputationGraph
import Multiprecision
import Testing

@testable import Learning

/// The mean parameters' velocity under the flow, dμ/dt = -ρ (μ - ȳ), with the rates ρ written out by hand.
@Suite struct OutputRateTests {
  private static let precision = 512

  /// Max over the entries of |dμ/dt + ρ (μ - ȳ)|, as log10; `rates` and `targets` are samples × outputs.
  private func log10Residual(
    _ problem: Problem, rates: Matrix<Rational>, targets: Matrix<Rational>
  ) throws -> Double {
    let field = try problem.vectorField()
    let means = try problem.observables(field.state).means
    let moved = try field.graph.pushforward([means], along: Array(zip(field.state, field.velocity)))
    let values = problem.initial.map { Matrix<BigFloat>($0, precision: Self.precision) }
    let found = try field.graph.evaluate(
      [moved[0], means], variables: Array(zip(field.state, values)), precision: Self.precision)
    let expected = Matrix<BigFloat>(rows: rates.rows, columns: rates.columns) { n, k in
      -BigFloat(rates[n, k], precision: Self.precision)
        * (found[1][n, k] - BigFloat(targets[n, k], precision: Self.precision))
    }
    #expect(expected.elements.contains { !$0.isZero })
    return log10Difference(found[0], expected)
  }

  private func problem(
    _ likelihood: Likelihood, inputs: [[Rational]], targets: Matrix<Rational?>, _ measure: FisherMeasure,
    _ normalisation: Normalisation
  ) throws -> Problem {
    let model = try MultilayerPerceptron(widths: [2, 5, targets.columns], activation: .tanh)
    var random = SeededRationals(seed: 11)
    return try Problem(
      model: model, data: Dataset(inputs: Matrix(rows: inputs), targets: targets), likelihood: likelihood,
      flow: .naturalGradient(measure),
      initial: model.parameterShapes.map { random.matrix($0.rows, $0.columns) }, times: [1],
      normalisation: normalisation)
  }

  /// Two outputs; the third sample repeats the first input with other targets.
  private static let inputs: [[Rational]] = [[1, 2], [-1, Rational(1, 2)], [1, 2]]
  private static let half = Rational(1, 2)

  @Test(arguments: Likelihood.allCases, Normalisation.allCases)
  func trainingInputs(likelihood: Likelihood, normalisation: Normalisation) throws {
    // Of two conflicting samples the mean target counts; sum over sum and mean over mean both give rate 1.
    let problem = try problem(
      likelihood, inputs: Self.inputs, targets: Matrix(rows: [[1, 0], [0, 1], [0, 1]]), .trainingInputs,
      normalisation)
    let residual = try log10Residual(
      problem, rates: Matrix(rows: 3, columns: 2, repeating: 1),
      targets: Matrix(rows: [[Self.half, Self.half], [0, 1], [Self.half, Self.half]]))
    #expect(residual < -90, "10^\(residual)")
  }

  @Test(arguments: Likelihood.allCases, Normalisation.allCases)
  func givenInputs(likelihood: Likelihood, normalisation: Normalisation) throws {
    // The first input is listed twice (weights 2 and 3, two samples), the second once (1/3, one sample), and a
    // third without a label (5/3): rates 2/5 and 3. As means: loss over 3 samples, Fisher matrix over 7.
    let measure = FisherMeasure.inputs(
      Matrix(rows: [Self.inputs[0], Self.inputs[1], Self.inputs[0], [2, -1]]),
      weights: [2, Rational(1, 3), 3, Rational(5, 3)])
    let problem = try problem(
      likelihood, inputs: Self.inputs, targets: Matrix(rows: [[1, 0], [0, 1], [0, 1]]), measure, normalisation
    )
    let scale: Rational = normalisation == .mean ? Rational(7, 3) : 1
    let (slow, fast) = (scale * Rational(2, 5), scale * 3)
    let residual = try log10Residual(
      problem, rates: Matrix(rows: [[slow, slow], [fast, fast], [slow, slow]]),
      targets: Matrix(rows: [[Self.half, Self.half], [0, 1], [Self.half, Self.half]]))
    #expect(residual < -90, "10^\(residual)")
  }

  @Test(arguments: [Likelihood.gaussian, .bernoulli, .poisson], Normalisation.allCases)
  func unobservedEntries(likelihood: Likelihood, normalisation: Normalisation) throws {
    // Sample 0 has output 0 only, its duplicate both; sample 1 output 1 only. Under all entries the weight of
    // an entry is its input's sample count, and what is unobserved stands still.
    let targets = Matrix<Rational?>(rows: [[1, nil], [nil, 1], [0, 1]])
    let means = Matrix<Rational>(rows: [[Self.half, 1], [0, 1], [Self.half, 1]])
    // Loss and Fisher matrix are means over the same three samples.
    let all = try problem(likelihood, inputs: Self.inputs, targets: targets, .allEntries, normalisation)
    let rates = Matrix<Rational>(rows: [[1, Self.half], [0, 1], [1, Self.half]])
    let residual = try log10Residual(all, rates: rates, targets: means)
    #expect(residual < -90, "all entries: 10^\(residual)")

    // Under the observed entries only what is observed has a rate; the rest moves as it will.
    let observed = try problem(
      likelihood, inputs: Self.inputs, targets: targets, .observedEntries, normalisation)
    let laws = try observed.closedForms().compactMap { $0 as? OnSampleLaw }
    #expect(laws.first?.rates == Matrix(rows: [[1, 1], [nil, 1]]))
  }
}
