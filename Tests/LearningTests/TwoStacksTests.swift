import Integrators
import Multiprecision
import Testing

@testable import Learning

/// Whole trajectories of the two stacks: graph and Taylor series, direct linear algebra and collocation.
@Suite struct TwoStacksTests {
  private static let digits = 42

  static let kinds: [ProblemKind] = {
    var kinds: [ProblemKind] = []
    func add(_ model: (any Model)?, _ likelihood: Likelihood, _ measure: ProblemKind.Measure?) {
      guard let model else { return }
      kinds.append(ProblemKind(model: model, likelihood: likelihood, measure: measure, seed: 3))
    }
    add(try? DeepLinearModel(widths: [4, 3, 1]), .bernoulli, .trainingInputs)
    add(try? DeepLinearModel(widths: [2, 2, 2]), .gaussian, .trainingAndOtherInputs)
    add(try? DeepLinearModel(widths: [4, 3]), .categorical, .trainingInputs)
    add(try? DiagonalModel(inputCount: 3, form: .difference, depth: 2), .poisson, nil)
    add(try? MultilayerPerceptron(widths: [2, 3, 1], activation: .tanh), .bernoulli, .trainingInputs)
    add(try? MultilayerPerceptron(widths: [2, 2, 2], activation: .softplus), .gaussian, nil)
    // Rank-deficient: a duplicated input, fewer parameters than samples, a bottleneck; then damping.
    add(try? DeepLinearModel(widths: [4, 3, 1]), .bernoulli, .trainingInputs)
    kinds[kinds.count - 1].hasDuplicate = true
    add(try? DeepLinearModel(widths: [2, 1]), .bernoulli, .trainingInputs)
    kinds[kinds.count - 1].sampleCount = 5
    add(try? DeepLinearModel(widths: [3, 1, 2]), .gaussian, .trainingInputs)
    add(try? DiagonalModel(inputCount: 4, form: .product, depth: 2), .gaussian, .trainingInputs)
    kinds[kinds.count - 1].damping = Rational(1, 5)
    kinds[kinds.count - 1].normalisation = .mean
    return kinds
  }()

  @Test func everyKindIsMade() { #expect(Self.kinds.count == 10) }

  @Test(arguments: kinds) func trajectoriesAgree(kind: ProblemKind) throws {
    let problem = try kind.problem(times: [0, Rational(1, 7), Rational(1, 2)])
    let taylor = try TaylorIntegrator(digits: Self.digits)
      .integrate(problem.vectorField(), from: problem.initial, at: problem.times)
    let collocation = try problem.integrateByCollocation(digits: Self.digits)
    #expect(collocation.samples.map(\.time) == problem.times)
    #expect(collocation.log10Error <= -Double(Self.digits))
    for (a, b) in zip(taylor.samples, collocation.samples) {
      let distance = a.state.log10RelativeDistance(
        to: b.state, precision: collocation.statistics.precision)
      #expect(distance < -40, "\(kind) at \(a.time): 10^\(distance)")
    }
  }

  @Test func aSignChangeOfBalancedFactorsStopsTheFlow() throws {
    // β = u v with u² = v²: β reaches 0 at log 2, where the Jacobian vanishes and the flow ends.
    let problem = try Problem(
      model: DiagonalModel(inputCount: 1, form: .product, depth: 2),
      data: Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(rows: [[1]])), likelihood: .gaussian,
      flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[1]]), Matrix(rows: [[-1]])],
      times: [1])
    let error = #expect(throws: IntegrationError.self) { try problem.integrateByCollocation(digits: 20) }
    let time = try #require(error?.time)
    #expect(time <= 0.693_147_181 && time > 0.693_14)
  }

  @Test func aRankThatChangesIsSingular() throws {
    // f = w₂ w₁ᵀ x with w₁ = 0: the Jacobian has rank 2 at the start and 3 beside it.
    let problem = try Problem(
      model: DeepLinearModel(widths: [2, 1, 2]),
      data: Dataset(matrix: Matrix(rows: [[1, 2], [3, 5]])), likelihood: .gaussian,
      flow: .naturalGradient(.allEntries), initial: [Matrix(rows: [[0, 0]]), Matrix(rows: [[1], [1]])],
      times: [1])
    let error = #expect(throws: IntegrationError.self) { try problem.integrateByCollocation(digits: 20) }
    guard case .singular(0, _)? = error else {
      Issue.record("expected singular, found \(String(describing: error))")
      return
    }
  }

  @Test func zeroWeightsStandStill() throws {
    // At zero weights the Jacobian vanishes, so both gradients do.
    let problem = try Problem(
      model: DeepLinearModel(widths: [2, 2, 1]),
      data: Dataset(inputs: Matrix(rows: [[1, 2]]), targets: Matrix(rows: [[1]])), likelihood: .gaussian,
      flow: .naturalGradient(.trainingInputs),
      initial: [Matrix(rows: [[0, 0], [0, 0]]), Matrix(rows: [[0, 0]])], times: [1])
    let still = try problem.integrateByCollocation(digits: 20)
    #expect(still.samples[0].state.allSatisfy { $0.elements.allSatisfy(\.isZero) })
  }
}
