import Foundation
import Testing

@Suite struct VerifyFileTests {
  private static let problem = """
    model:      {kind: deep-linear, widths: [2, 1]}
    data:       {inputs: [[1, 0.5]], targets: [1]}
    likelihood: bernoulli
    flow:       {kind: natural-gradient, fisher: training-inputs}
    initial:    {identity: 1}
    times:      [0, 1]

    """

  private func verify(_ text: String) throws -> CommandRun {
    try CommandRun(
      ["verify", "problem.yaml", "--digits", "20", "--format", "json"],
      files: ["problem.yaml": Data(text.utf8)])
  }

  @Test(arguments: [
    ("", 0, "certified"), ("prediction: {means: 1 + (mu0 - 1)*exp(-t)}", 0, "certified"),
    ("prediction: {means: 1 + (mu0 - 1)*exp(-1.01*t)}", 1, "refuted"),
    ("prediction: {means: 1 + (mu0 - 1)*exp(-t), control: y + (mu0 - y)*exp(-t)}", 2, "inconclusive"),
  ])
  func verdictOnAFileDecidesTheStatus(_ prediction: String, _ status: Int32, _ verdict: String) throws {
    let run = try verify(Self.problem + prediction)
    #expect(run.status == status, "\(run.errors)")
    #expect(
      run.output.contains(#""verdict": "\#(verdict)""#) || run.output.contains(#""verdict":"\#(verdict)""#),
      "\(run.output)")
  }

  @Test func gradientFlowHasNoClosedFormToFollow() throws {
    let run = try verify(
      Self.problem.replacing("{kind: natural-gradient, fisher: training-inputs}", with: "{kind: gradient}"))
    #expect(run.status == 2 && run.output.contains("notApplicable"), "\(run.output)\(run.errors)")
  }

  @Test func mistakesInAPredictionAreBadInput() throws {
    let run = try verify(Self.problem + "prediction: {means: mu0*epx(-t)}")
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(
      run.errors.hasPrefix("problem.yaml:7: prediction.means: column 5: found 'epx('")
        && run.errors.contains("did you mean 'exp'?"), "\(run.errors)")
  }

  @Test func theExampleHolds() throws {
    let run = try CommandRun(["verify", "Examples/prediction.yaml", "--digits", "30"], in: packageFolder)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  /// A range that holds for all solutions, one that none keeps, one that some keep, and an equality, which is not asked of many.
  @Test(arguments: [
    ("x: [1/4, 0.9]", "certified", Int32(0)), ("x: [0.9, 1]", "refuted", 1),
    ("x: 0.5 +/- 0.1", "inconclusive", 2),
    ("x: exp(-t)", "expected a range", 65),
  ])
  func predictionsOfRangesAreRanges(_ prediction: String, _ verdict: String, _ status: Int32) throws {
    for option in ["--certified", "--estimate"] {
      let run = try CommandRun(
        ["verify", "problem.yaml", "--format", "json", option],
        files: [
          "problem.yaml": Data(
            """
            system: {x: {derivative: -a*x, initial: [1, 2]}}
            constants: {a: 1 +/- 0.1}
            times: [1]
            prediction: {\(prediction)}
            """.utf8)
        ])
      #expect(run.status == status, "\(option) \(run.output) \(run.errors)")
      #expect((run.output + run.errors).contains(verdict), "\(option) \(run.output) \(run.errors)")
    }
  }
}
