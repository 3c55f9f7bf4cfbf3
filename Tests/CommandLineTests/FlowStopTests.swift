import Testing

@Suite struct FlowStopTests {
  /// T1: β = u v with u² = v² crosses 0 at t = log 2, where the Jacobian vanishes.
  @Test func lossOfRankOnTheWayIsReportedWithItsTime() throws {
    let problem = """
      model:      {kind: deep-linear, widths: [1, 1, 1]}
      data:       {inputs: [[1]], targets: [1]}
      likelihood: gaussian
      flow:       {kind: natural-gradient, fisher: training-inputs}
      initial:    {parameters: [[[1]], [[-1]]]}
      times:      [0, 1]
      """
    for options in [[], ["--estimate"]] {
      let run = try CommandRun(
        ["solve", "problem.yaml", "--digits", "15", "--method", "taylor"] + options,
        files: ["problem.yaml": .init(problem.utf8)])
      // The sample before is there.
      #expect(run.status == 2 && run.output.contains("\"t\": \"0\"") && run.output.contains("\"stop\""))
      #expect(run.errors.contains("the flow stops at t = 0.69"), "\(run.errors)")
    }
  }

  @Test func problemWithoutClosedFormSaysWhy() throws {
    let gradient = """
      model:      {kind: linear}
      data:       {inputs: [[1]], targets: [1]}
      likelihood: gaussian
      flow:
        kind: gradient
      initial:    {identity: 0}
      times:      [1]
      """
    let run = try CommandRun.solve(gradient, "--method", "closed-form")
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(
      run.errors.hasPrefix("problem.yaml:4: flow: has no closed form: no law is known"), "\(run.errors)")
  }

  @Test func interruptionLeavesNoOutput() throws {
    let problem = """
      model:      {kind: mlp, widths: [2, 6, 1], activation: tanh}
      data:       {inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0]}
      likelihood: bernoulli
      flow:       {kind: natural-gradient, fisher: training-inputs}
      initial:    {seed: 3, scale: 1}
      times:      [0, 100]
      """
    let run = try CommandRun(
      ["solve", "problem.yaml", "--digits", "1000"], files: ["problem.yaml": .init(problem.utf8)],
      interruptAfter: 1)
    #expect(run.status == 130 && run.output.isEmpty)
    #expect(run.errors == "interrupted\n")
  }

  /// Inputs that are all but dependent are independent, and the flow goes on: nobody says that it stops.
  @Test func nearlyDependentInputsDoNotStopAFlow() throws {
    let problem = """
      model: {kind: linear}
      data: {inputs: [[1, 1], [1, 1.00000000000000000001]], targets: [1, -1]}
      likelihood: gaussian
      flow: {kind: natural-gradient, fisher: training-inputs}
      initial: {parameters: [[1/3, 2]]}
      times: [1, 20]

      """
    let run = try CommandRun.solve(problem, "--digits", "8", "--estimate", "--method", "taylor")
    #expect(!run.errors.contains("stops"), "\(run.errors)")
    #expect(run.status == 0 || !run.errors.isEmpty)
  }
}
