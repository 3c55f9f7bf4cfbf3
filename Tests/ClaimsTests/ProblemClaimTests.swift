import Claims
import Learning
import Multiprecision
import Testing

@Suite struct ProblemClaimTests {
  @Test(arguments: Likelihood.allCases.filter { $0 != .categorical })
  func problemFollowsItsClosedForms(_ likelihood: Likelihood) async throws {
    let problem = try SmallProblems.network(likelihood)
    let result = try await SmallProblems.run(ProblemClaim.make(name: "network", problem: problem))
    #expect(result.verdict.holds, "\(result.verdict.name): \(result.verdict.detail)")
    #expect(result.instances.count == (try problem.closedForms().count))
    #expect(result.controlsRefuted == result.instances.count)
  }

  @Test func strongestObservableIsCompared() async throws {
    let problem = try SmallProblems.factorization(
      observed: Matrix(rows: [[1, Rational(1, 2)], [Rational(1, 3), 2]]))
    let instances = try ProblemClaim.make(name: "w", problem: problem).instances(CheckSettings(digits: 20))
    let labels = try instances.map { try $0.predicted().entries[0].label }
    #expect(labels.allSatisfy { $0.hasPrefix("endToEnd") } && !labels.isEmpty)
  }

  @Test(arguments: [
    (Flow.gradient, "natural gradient flow"),
    (.naturalGradient(.trainingInputs, damping: Rational(1, 2)), "no damping"),
    (.naturalGradient(.secondMoment(.identity(2))), "the Fisher measure contains the training inputs"),
  ])
  func missingHypothesisIsNamed(_ flow: Flow, _ hypothesis: String) async throws {
    let given = try SmallProblems.network(.gaussian)
    let problem = try Problem(
      model: given.model, data: given.data, likelihood: .gaussian, flow: flow, initial: given.initial,
      times: [1])
    let result = try await SmallProblems.run(ProblemClaim.make(name: "network", problem: problem))
    guard case .notApplicable(let found) = result.verdict else {
      Issue.record("\(result.verdict.name): \(result.verdict.detail)")
      return
    }
    #expect(found.hasPrefix(hypothesis), "\(found)")
  }

  @Test func violatedConditionsAndSingularFlowsAreNotApplicable() async throws {
    let first = try await SmallProblems.run(
      ProblemClaim.make(name: "singular", problem: SmallProblems.singular()))
    #expect(first.verdict.name == "notApplicable", "\(first.verdict.detail)")
    // Three inputs in two dimensions: the Jacobian has at most two rows of rank.
    let many = try Problem(
      model: DeepLinearModel(widths: [2, 1]),
      data: Dataset(inputs: Matrix(rows: [[1, 0], [0, 1], [1, 1]]), targets: Matrix(column: [1, 0, 1])),
      likelihood: .poisson, flow: .naturalGradient(.trainingInputs), initial: [Matrix(rows: [[1, 0]])],
      times: [1])
    let second = try await SmallProblems.run(ProblemClaim.make(name: "many", problem: many))
    guard case .notApplicable(let hypothesis) = second.verdict else {
      Issue.record("\(second.verdict.name): \(second.verdict.detail)")
      return
    }
    #expect(hypothesis.contains("full row rank"), "\(hypothesis)")
  }
}
