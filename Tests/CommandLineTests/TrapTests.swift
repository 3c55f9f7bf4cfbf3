import Foundation
import Testing

/// Well-formed input that once ended in a trap or an abort: the command answers, or refuses with a reason.
@Suite struct TrapTests {
  /// A problem, the options, and a part of what is said where the command does not succeed.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let problem: String
    var arguments: [String] = []
    var status: Int32 = 0
    var message = ""

    var testDescription: String { name }
  }

  private static func system(_ derivative: String, from initial: String, to time: String) -> String {
    "system:\n  x: {derivative: \"\(derivative)\", initial: \"\(initial)\"}\ntimes: [\(time)]\n"
  }

  private static func learning(
    _ model: String = "{kind: linear}", inputs: String = "[[1]]", targets: String = "[1]",
    likelihood: String = "gaussian", flow: String = "{kind: natural-gradient, fisher: training-inputs}",
    initial: String = "{identity: 1}", times: String = "[0, 1]"
  ) -> String {
    """
    model: \(model)
    data: {inputs: \(inputs), targets: \(targets)}
    likelihood: \(likelihood)
    flow: \(flow)
    initial: \(initial)
    times: \(times)

    """
  }

  /// Times, states and scales beyond the doubles' range.
  static let magnitudes: [Case] = [
    Case(
      name: "a time below the doubles", problem: system("x", from: "1", to: "1"),
      arguments: ["--at", "1e-320"]),
    Case(name: "a time far below", problem: system("x", from: "1", to: "1e-4000")),
    Case(name: "a constant to 1e308", problem: system("0", from: "1", to: "1e308")),
    Case(name: "a constant to 1e400", problem: system("0", from: "1", to: "1e400")),
    Case(name: "a line to 1e-400", problem: system("1e300", from: "1e-100", to: "1e-400")),
    Case(name: "a start below the doubles", problem: system("x", from: "1e-5000", to: "1")),
    Case(name: "a start above the doubles", problem: system("-x", from: "1e5000", to: "1")),
    Case(
      name: "a law at t = 1e100",
      problem: learning(likelihood: "bernoulli", times: "[0, 1e100]")),
    Case(
      name: "inputs of 1e200",
      problem: learning(
        "{kind: mlp, widths: [1, 2, 1], activation: tanh}", inputs: "[[1e200]]", initial: "{seed: 1}"),
      arguments: ["--method", "collocation"]),
  ]

  @Test(arguments: magnitudes) func solvesWhatDoublesDoNotHold(_ item: Case) throws {
    let run = try CommandRun.solve(item.problem, ["--digits", "10"] + item.arguments)
    #expect(run.status == item.status, "\(item): status \(run.status)\n\(run.errors)")
    #expect(item.message.isEmpty || run.errors.contains(item.message), "\(item): \(run.errors)")
  }

  /// What has no answer, or none within the limits, in whatever way it is integrated.
  static let withoutAnswer: [Case] = [
    Case(name: "a start above the doubles", problem: system("-x", from: "1e5000", to: "1")),
    Case(name: "exp(x) from 1000", problem: system("exp(x)", from: "1000", to: "1")),
    Case(name: "a tower in time", problem: system("exp(exp(exp(x)))", from: "100", to: "1")),
    Case(
      name: "a removable singularity",
      problem: system("(x + 40)/expm1((x + 40)/10)", from: "-40", to: "1")),
    Case(
      name: "Poisson means of inputs of 1e30",
      problem: learning(inputs: "[[1e30]]", likelihood: "poisson")),
    Case(
      name: "parameters of 1e-200",
      problem: learning("{kind: deep-linear, widths: [1, 2, 1]}", initial: "{identity: 1e-200}")),
  ]

  @Test(
    arguments: withoutAnswer, [[], ["--method", "taylor"], ["--method", "collocation"], ["--certified"]])
  func refusesWithAReason(_ item: Case, _ arguments: [String]) throws {
    let run = try CommandRun.solve(item.problem, ["--digits", "10", "--max-seconds", "2"] + arguments)
    #expect([0, 2, 65].contains(run.status), "\(item) \(arguments): status \(run.status)\n\(run.errors)")
    #expect(run.status == 0 || !run.errors.isEmpty, "\(item) \(arguments)")
  }

  /// Nothing to measure: inputs of zeros, of which a Fisher matrix of rank 0 comes.
  @Test(arguments: [
    "{kind: linear}", "{kind: deep-linear, widths: [1, 2, 1]}", "{kind: diagonal, form: product, depth: 2}",
  ])
  func inputsOfZerosLeaveTheParametersAlone(model: String) throws {
    for damping in ["", ", damping: 1/2"] {
      let run = try CommandRun.solve(
        Self.learning(
          model, inputs: "[[0], [0]]", targets: "[1, 2]",
          flow: "{kind: natural-gradient, fisher: training-inputs\(damping)}"),
        ["--digits", "10", "--method", "taylor", "--format", "csv"])
      #expect(run.status == 0, "\(model)\(damping): status \(run.status)\n\(run.errors)")
    }
  }

  /// Formulas and indices whose numbers are beyond what is stored, or what a word holds.
  static let formulas: [Case] = [
    Case(
      name: "four ranges of 200,001",
      problem: """
        system:
          "m[a,b,c,d]": {derivative: "0", initial: 1, for: {a: [-100000, 100000], b: [-100000, 100000], c: [-100000, 100000], d: [-100000, 100000]}}
        times: [1]
        """,
      status: 65, message: "problem.yaml:2: system.m[a,b,c,d]: found more than"),
    Case(
      name: "an index plus the greatest integer",
      problem: """
        system:
          "m[i]": {derivative: "m[i+9223372036854775807]", initial: 1, for: {i: [1, 3]}}
        times: [1]
        """,
      status: 65, message: "problem.yaml:2: system.m[i].derivative: found 'm[i+9223372036854775807]' at"),
    Case(
      name: "an index minus the greatest integer",
      problem: """
        system:
          "m[i]": {derivative: "m[i-9223372036854775808]", initial: 1, for: {i: [-3, -2]}}
        times: [1]
        """,
      status: 65, message: "problem.yaml:2: system.m[i].derivative: found"),
    Case(
      name: "a tower at the start", problem: system("1", from: "9^(9^9)", to: "1"), status: 65,
      message: "problem.yaml:2: system.x.initial: found"),
    Case(
      name: "ten to the ten to the ten", problem: system("1", from: "10^(10^10)", to: "1"), status: 65,
      message: "problem.yaml:2: system.x.initial: found"),
    Case(
      name: "a product of towers",
      problem: system("1", from: "9^65536" + String(repeating: "*9^65536", count: 999), to: "1"),
      status: 65, message: "problem.yaml:2: system.x.initial: found"),
    Case(
      name: "an exponent of a billion", problem: system("x", from: "1e999999999", to: "1"), status: 65,
      message: "problem.yaml:2: system.x.initial: "),
    Case(
      name: "many numbers of a hundred thousand digits",
      problem: system("1", from: "1e99999" + String(repeating: "*1e99999", count: 7_000), to: "1"),
      status: 65,
      message: "problem.yaml:2: system.x.initial: "),
    Case(
      name: "a power beyond the integers", problem: system("x^(-9223372036854775808)", from: "1", to: "1e-30")
    ),
    Case(
      name: "deep parentheses",
      problem: system(
        String(repeating: "(", count: 30_000) + "x" + String(repeating: ")", count: 30_000), from: "1",
        to: "1"),
      status: 65, message: "problem.yaml:2: system.x.derivative: "),
  ]

  @Test(arguments: formulas) func formulasAreCheckedForSize(_ item: Case) throws {
    let run = try CommandRun.solve(item.problem, ["--digits", "10"])
    #expect(
      item.status == 0 ? [0, 2].contains(run.status) : run.status == item.status,
      "\(item): status \(run.status)\n\(run.errors.prefix(300))")
    #expect(item.message.isEmpty || run.errors.contains(item.message), "\(item): \(run.errors.prefix(300))")
  }

  /// What would take up tens of gigabytes is refused before it is begun.
  static let large: [Case] = [
    Case(
      name: "20,000 samples, natural gradient",
      problem: learning(
        "{kind: mlp, widths: [1, 2, 1], activation: tanh}",
        inputs: "[\((1...20_000).map { "[\($0)/20000]" }.joined(separator: ", "))]",
        targets: "[\((1...20_000).map { "\($0 % 7)" }.joined(separator: ", "))]", initial: "{seed: 1}"),
      status: 2, message: "MiB are allowed"),
    Case(
      name: "damping with 20,000 samples",
      problem: learning(
        inputs: "[\((1...20_000).map { "[\($0)/20000]" }.joined(separator: ", "))]",
        targets: "[\((1...20_000).map { "\($0 % 7)" }.joined(separator: ", "))]",
        flow: "{kind: natural-gradient, fisher: training-inputs, damping: 1}"),
      status: 2, message: "MiB are allowed"),
    Case(
      name: "100,000 outputs",
      problem: learning(
        "{kind: deep-linear, widths: [1, 100000]}",
        targets: "[[\([String](repeating: "1", count: 100_000).joined(separator: ", "))]]"),
      status: 2, message: "MiB are allowed"),
  ]

  @Test(arguments: large) func refusesBeforeItAllocates(_ item: Case) throws {
    let run = try CommandRun.solve(item.problem, ["--digits", "10"])
    #expect(run.status == item.status, "\(item): status \(run.status)\n\(run.errors.prefix(300))")
    #expect(item.message.isEmpty || run.errors.contains(item.message), "\(item): \(run.errors.prefix(300))")
  }

  /// Large, but nothing of n × n is made: solved, or refused for the size of its power series.
  @Test(arguments: [
    learning(
      inputs: "[[\((1...100_000).map { "\($0 % 10)" }.joined(separator: ", "))]]", initial: "{identity: 0}",
      times: "[1]"),
    learning(
      "{kind: mlp, widths: [1, 100000, 1], activation: tanh, bias: false}", initial: "{identity: 0}",
      times: "[0]"
    )
    .replacingOccurrences(of: "{identity: 0}", with: "{seed: 1}"),
  ]) func wideProblemsDoNotAbort(_ problem: String) throws {
    let run = try CommandRun.solve(problem, ["--digits", "10", "--format", "csv"])
    let isRefused = run.status == 2 && run.errors.contains("MiB are allowed")
    #expect(run.status == 0 || isRefused, "status \(run.status)\n\(run.errors.prefix(300))")
  }
}

extension CommandRun {
  /// `solve` on one problem.
  fileprivate static func solve(_ problem: String, _ arguments: [String]) throws -> CommandRun {
    try CommandRun(["solve", "problem.yaml"] + arguments, files: ["problem.yaml": Data(problem.utf8)])
  }
}
