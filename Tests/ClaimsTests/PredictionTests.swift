import Claims
import Learning
import Multiprecision
import Symbolics
import Testing

private func check(
  _ problem: Problem, _ observable: Observable, _ formula: String, control: String? = nil
) async throws -> ClaimResult {
  let prediction = Prediction(
    observable, .everywhere(try Expression(parsing: formula)),
    control: try control.map { .everywhere(try Expression(parsing: $0)) })
  return try await SmallProblems.run(
    PredictionClaim.make(name: "A network", problem: problem, prediction: prediction))
}

@Suite struct PredictionTests {
  @Test(arguments: [
    (Likelihood.bernoulli, Observable.means, "y + (mu0 - y)*exp(-t)"),
    (.gaussian, .means, "y + (f0 - y)*exp(-t)"), (.poisson, .means, "y + (exp(f0) - y)*exp(-t)"),
    (.bernoulli, .outputs, "s*log((1 + exp(s*f0))*exp(t) - 1)"),
    (.bernoulli, .outputs, "(-1)^(n + 1)*(t + log1p(exp(s*f0) - exp(-t)))"),
    (.poisson, .outputs, "log(y + (mu0 - y)*exp(-t))"),
    (.gaussian, .outputs, "(2 - n)*k + (f0 - y)*exp(-t*(N - K)*(d - 1))"),
  ])
  func rightPredictionIsCertified(_ likelihood: Likelihood, _ observable: Observable, _ formula: String)
    async throws
  {
    let result = try await check(SmallProblems.network(likelihood), observable, formula)
    guard case .certified(let digits?) = result.verdict else {
      Issue.record("\(result.verdict.name): \(result.verdict.detail)")
      return
    }
    #expect(digits >= 30)
    #expect(result.claim.id == "a-network" && result.controlsRun == 1 && result.controlsRefuted == 1)
    #expect(result.instances[0].controls[0].name == "the formula at time 11/10 t")
  }

  @Test(arguments: [
    (Observable.means, "y + (mu0 - y)*exp(-1.0000000000000000001*t)"),
    (.means, "y + (mu0 - y)*exp(-t) + 1e-25"), (.outputs, "f0 + s*t"),
    (.outputs, "s*log((1 + exp(s*f0))*exp(t) - 1.00000000000001)"),
  ])
  func slightlyWrongPredictionIsRefuted(_ observable: Observable, _ formula: String) async throws {
    let result = try await check(SmallProblems.network(.bernoulli), observable, formula)
    #expect(result.verdict.isRefuted, "\(result.verdict.name): \(result.verdict.detail)")
  }

  @Test func endToEndMatricesHaveAFormulaForEachEntry() async throws {
    let problem = try SmallProblems.factorization(
      observed: Matrix(rows: [[1, Rational(1, 2)], [Rational(1, 3), 2]]))
    let law = try Matrix(rows: [["1", "1/2"], ["1/3", "2"]]).map {
      try Expression(parsing: "\($0) + (w0 - \($0))*exp(-t)")
    }
    func verdict(_ formula: Prediction.Formula) async throws -> Verdict {
      try await SmallProblems.run(
        PredictionClaim.make(name: "w", problem: problem, prediction: Prediction(.endToEnd, formula))
      ).verdict
    }
    #expect(try await verdict(.entries(law)).holds)
    #expect(try await verdict(.entries(law.transposed())).isRefuted)
    let byIndex = try Expression(parsing: "(i/(2*i + j - 2) + (i - 1)*(j - 1)) + 0*w0*t")
    #expect(try await verdict(.everywhere(byIndex)).isRefuted)
  }

  @Test func unobservedTargetsLeaveTheirEntriesOut() async throws {
    let problem = try SmallProblems.factorization(observed: Matrix(rows: [[1, nil], [nil, 2]]))
    #expect(try await check(problem, .means, "y + (mu0 - y)*exp(-t)").verdict.holds)
    #expect(try await check(problem, .means, "f0 + (1 - f0)*(1 - exp(-t))").verdict.isRefuted)
  }

  @Test func formulaWithoutTimeIsShiftedForItsControl() async throws {
    let resting = try SmallProblems.network(.gaussian, times: [0])
    let result = try await check(resting, .outputs, "f0")
    #expect(result.verdict.holds)
    #expect(result.instances[0].controls[0].name == "the formula plus 1/1000")
  }

  @Test func controlThatIsRightLeavesNothingShown() async throws {
    let right = "y + (mu0 - y)*exp(-t)"
    let result = try await check(
      SmallProblems.network(.bernoulli), .means, right, control: "mu0*exp(-t) + y*(1 - exp(-t))")
    guard case .inconclusive(let why) = result.verdict else {
      Issue.record("\(result.verdict.name)")
      return
    }
    #expect(why.contains("no power") && why.contains("the control given"), "\(why)")
    #expect(
      try await check(SmallProblems.network(.bernoulli), .means, right, control: "mu0 + y*t").verdict.holds)
  }

  @Test func predictionOfASingularFlowIsNotApplicable() async throws {
    let result = try await check(SmallProblems.singular(), .outputs, "1 + (f0 - 1)*exp(-t)")
    guard case .notApplicable(let hypothesis) = result.verdict else {
      Issue.record("\(result.verdict.name): \(result.verdict.detail)")
      return
    }
    #expect(hypothesis.contains("t = 0.69"), "\(hypothesis)")
  }

  @Test func formulaThatIsNotDefinedIsInconclusive() async throws {
    let result = try await check(SmallProblems.network(.gaussian), .outputs, "log(y - 1 - t)")
    #expect(result.verdict.name == "inconclusive", "\(result.verdict.detail)")
  }

  @Test(arguments: [
    (Observable.means, "y + m0", "prediction.means", "'m0', expected one of t, y, s, f0"),
    (.means, "y + MU0", "prediction.means", "found the variable 'MU0'"),
    (.outputs, "w0", "prediction.outputs", "'w0'"), (.endToEnd, "mu0", "prediction.endToEnd", "t, w0, i, j"),
  ])
  func unknownNamesAreRefused(_ observable: Observable, _ formula: String, _ field: String, _ reason: String)
    throws
  {
    let prediction = Prediction(observable, .everywhere(try Expression(parsing: formula)))
    do {
      try prediction.check(for: try SmallProblems.network(.bernoulli))
      Issue.record("\(formula) was accepted")
    } catch let error as ProblemError {
      #expect(error.field == field && error.reason.contains(reason), "\(error)")
    }
  }

  @Test func placesOfErrorsAreNamed() throws {
    let bernoulli = try SmallProblems.network(.bernoulli)
    func error(_ prediction: Prediction, _ problem: Problem) -> ProblemError? {
      #expect(throws: ProblemError.self) { try prediction.check(for: problem) }
    }
    let column: Matrix<Expression> = Matrix(column: [.variable("t"), .variable("T")])
    #expect(error(Prediction(.means, .entries(column)), bernoulli)?.field == "prediction.means[1][0]")
    #expect(
      error(Prediction(.endToEnd, .entries(column)), bernoulli)?.reason
        == "found 2×1 formulas, expected one or 1×2")
    #expect(
      error(Prediction(.means, .everywhere(0), control: .everywhere(.variable("z"))), bernoulli)?.field
        == "prediction.control")
    #expect(
      error(Prediction(.means, .everywhere(.variable("s"))), try SmallProblems.network(.gaussian))?.field
        == "prediction.means")
    let perceptron = try MultilayerPerceptron(widths: [1, 1], activation: .tanh)
    let bent = try Problem(
      model: perceptron, data: Dataset(inputs: Matrix(rows: [[1]]), targets: Matrix(column: [1])),
      likelihood: .gaussian,
      flow: .gradient,
      initial: perceptron.parameterShapes.map { Matrix(rows: $0.rows, columns: $0.columns, repeating: 0) },
      times: [1])
    #expect(error(Prediction(.endToEnd, .everywhere(0)), bent)?.field == "prediction.endToEnd")
  }
}
