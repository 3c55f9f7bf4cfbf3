import Foundation
import Reporting
import Testing

@Suite struct SolveTests {
  private struct Document: Decodable {
    struct Sample: Decodable {
      let t: String
      let outputs: [String?]
      let means: [String?]
      let endToEnd: [[String]]?
      let loss: String?
      let radius: String
    }
    let method: String
    let digits: Int
    let certified: Bool
    let samples: [Sample]
  }

  private func document(_ run: CommandRun) throws -> Document {
    // A closed form whose hypothesis is proved at the start only says so in a note.
    #expect(run.status == 0 && (run.errors.isEmpty || run.errors.hasPrefix("note: ")), "\(run.errors)")
    return try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
  }

  private let problem = MalformedInput.template

  private static let examples =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: packageFolder.appendingPathComponent("Examples").path))
    ?? []).filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func thereAreExamples() { #expect(Self.examples.count >= 8) }

  @Test(arguments: examples)
  func exampleSolves(name: String) throws {
    let run = try CommandRun(["solve", "Examples/\(name)", "--digits", "15"], in: packageFolder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect((json?["samples"] as? [[String: Any]])?.isEmpty == false)
  }

  /// x' = -a x with a from 9/10 to 11/10 and x(0) from 1 to 2: from e^(-11/10) to 2 e^(-9/10). Only a proof speaks of all of them.
  @Test func rangesAreEnclosed() throws {
    let file = "system: {x: {derivative: -a*x, initial: [1, 2]}}\nconstants: {a: 1 +/- 0.1}\ntimes: [0, 1]\n"
    let run = try CommandRun.solve(file, "--digits", "40")
    #expect(run.status == 0 && run.errors.isEmpty)
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(json?["certified"] as? Bool == true)
    let samples = try #require(json?["samples"] as? [[String: Any]])
    let ends = try samples.map { sample in
      let variables = try #require(sample["variables"] as? [String: String])
      #expect(variables.count == 1)
      let (value, radius) = (
        Double(variables["x"] ?? "") ?? 0, Double(sample["radius"] as? String ?? "") ?? 0
      )
      return (value - radius, value + radius)
    }
    #expect(ends[0].0 <= 1 && ends[0].0 > 0.98 && ends[0].1 >= 2 && ends[0].1 < 2.02)
    #expect(ends[1].0 <= exp(-1.1) && ends[1].0 > 0.28 && ends[1].1 >= 2 * exp(-0.9) && ends[1].1 < 0.83)
    for options in [["--estimate"], ["--method", "collocation"]] {
      let refused = try CommandRun(
        ["solve", "problem.yaml"] + options, files: ["problem.yaml": Data(file.utf8)])
      #expect(refused.status == 64 && refused.errors.contains("the system has ranges"), "\(refused.errors)")
    }
  }

  @Test func documentHasExactlyItsMembers() throws {
    let run = try CommandRun.solve(problem, "--digits", "12", "--at", "0,1/3")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(Set(json.keys) == ["method", "digits", "certified", "samples"])
    let samples = try #require(json["samples"] as? [[String: Any]])
    for sample in samples {
      #expect(
        Set(sample.keys) == [
          "t", "outputs", "means", "endToEnd", "parameters", "loss", "radius", "radii", "certified",
        ])
    }
    #expect(samples.map { $0["t"] as? String } == ["0", "1/3"])
    let parameters = try #require(samples[0]["parameters"] as? [[[String]]])
    #expect(parameters.map(\.count) == [3, 1] && parameters[0][0].count == 2 && parameters[1][0].count == 3)
    #expect(parameters[0][0][0] == "-0.051300000000000")
  }

  /// Without the option the document is the same at every run; with it, figures come last.
  @Test(arguments: [
    (["--method", "taylor", "--estimate"], true), (["--method", "collocation"], true),
    (["--method", "closed-form"], false),
  ])
  func statisticsAreAddedOnRequest(method: [String], hasWork: Bool) throws {
    let files = ["p.yaml": Data(problem.utf8)]
    let arguments = ["solve", "p.yaml", "--digits", "12", "--at", "1"] + method
    let plain = try CommandRun(arguments, files: files)
    let run = try CommandRun(arguments + ["--statistics"], files: files)
    #expect(
      run.output.hasPrefix(plain.output.dropLast("\n}\n".count) + ",\n  \"statistics\": {"), "\(run.output)")
    try expectFigures(of: run, hasOrder: hasWork, hasSteps: hasWork)
  }

  @Test(arguments: [["--estimate"], ["--certified"]])
  func systemsHaveStatistics(options: [String]) throws {
    let run = try CommandRun(
      ["solve", "Examples/oscillator.yaml", "--digits", "12", "--at", "1", "--statistics"] + options,
      in: packageFolder)
    try expectFigures(of: run, hasOrder: options == ["--estimate"], hasSteps: true)
  }

  private func expectFigures(of run: CommandRun, hasOrder: Bool, hasSteps: Bool) throws {
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let figures = try #require(json?["statistics"] as? [String: Any], "\(run.errors)")
    #expect(Set(figures.keys) == ["steps", "order", "precision", "seconds"])
    #expect(((figures["steps"] as? Int) ?? 0 > 0) == hasSteps, "\(figures)")
    #expect(((figures["order"] as? Int) ?? 0 > 10) == hasOrder, "\(figures)")
    #expect(((figures["precision"] as? Int) ?? 0 > 40) == hasOrder, "\(figures)")
    #expect((figures["seconds"] as? Double) ?? 0 > 0, "\(figures)")
  }

  /// The margin of T1 in doubles: m(t) = log((1 + e^m) e^t - 1).
  @Test(arguments: ["taylor", "closed-form", "collocation"])
  func marginsFollowTheOnSampleLaw(method: String) throws {
    let result = try document(CommandRun.solve(problem, "--digits", "20", "--method", method))
    #expect(result.method == method && result.digits == 20 && result.certified == (method == "taylor"))
    #expect(result.samples.map(\.t) == ["0", "1", "2", "5"])
    for (input, label) in [1.0, -1.0].enumerated() {
      let margins = try result.samples.map { label * (try #require($0.outputs[input].flatMap(Double.init))) }
      for (sample, margin) in zip(result.samples, margins) {
        let t = try #require(Double(sample.t))
        #expect(abs(margin - log((1 + exp(margins[0])) * exp(t) - 1)) < 1e-12)
        let mean = try #require(sample.means[input].flatMap(Double.init))
        #expect(abs(mean - 1 / (1 + exp(-label * margin))) < 1e-12)
        #expect(try #require(Double(sample.radius)) <= 1e-20 * max(1, margin))
      }
    }
  }

  /// Two precisions and two methods print the same digits, as far as their radii go.
  @Test func methodsAndPrecisionsAgree() throws {
    let long = try document(
      CommandRun.solve(problem, "--digits", "40", "--at", "2", "--method", "closed-form"))
    for (digits, method) in [
      ("12", "taylor"), ("25", "taylor"), ("12", "closed-form"), ("15", "collocation"),
    ] {
      let short = try document(CommandRun.solve(problem, "--digits", digits, "--at", "2", "--method", method))
      for (a, b) in zip(short.samples[0].outputs, long.samples[0].outputs) {
        let (a, b) = (try #require(a), try #require(b))
        #expect(b.hasPrefix(a.prefix((Int(digits) ?? 0) - 1)))
      }
    }
  }

  @Test func certifiedNeedsAMethodThatCertifies() throws {
    let run = try CommandRun.solve(problem, "--certified", "--method", "collocation")
    #expect(run.status == 64 && run.output.isEmpty && run.errors.contains("--certified: collocation"))
    let lorenz = try CommandRun(
      ["solve", "Examples/lorenz.yaml", "--certified", "--digits", "15", "--at", "1"], in: packageFolder)
    #expect(lorenz.status == 0 && lorenz.output.contains("\"certified\": true"), "\(lorenz.errors)")
    let iris = try CommandRun(
      ["solve", "Examples/iris.yaml", "--certified", "--digits", "30", "--at", "1"], in: packageFolder)
    let result = try document(iris)
    #expect(result.certified && result.method == "closed-form")
  }

  @Test func csvHasAColumnForEachNumber() throws {
    let run = try CommandRun.solve(problem, "--digits", "10", "--at", "0,2", "--format", "csv")
    let lines = run.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(run.status == 0 && lines.count == 3)
    #expect(Set(lines.map(\.count)) == [1 + 2 * (2 + 2 + 2 + 9 + 1) + 2])
    #expect(lines[0].prefix(3) == ["t", "output[0]", "output[1]"] && lines[0].contains("W_2[0][2]"))
    #expect(lines[1][0] == "0" && lines[2][0] == "2" && lines[1].last == "true")
  }

  @Test(arguments: [
    (["solve"], Int32(64), "Missing expected argument"),
    (["solve", "p.yaml", "--digits", "many"], 64, "--digits"),
    (
      ["solve", "p.yaml", "--method", "euler"], 64,
      "--method: found \"euler\", expected one of auto, closed-form,"
    ),
    (["solve", "p.yaml", "--format", "xml"], 64, "--format"),
    (["solve", "p.yaml", "--format", "csv", "--statistics"], 64, "--statistics: csv"),
    (["solve", "p.yaml", "--unknown"], 64, "--unknown"), (["nonsense"], 64, "nonsense"),
    (["solve", "p.yaml", "--digits", "1000000"], 65, "--digits: found 1000000, expected 5 to 10000"),
    (["solve", "p.yaml", "--digits=-3"], 65, "--digits: found -3"),
    (["solve", "p.yaml", "--digits", "-3"], 65, "--digits: found -3"),
    (["solve", "p.yaml", "--at", "-1"], 65, "--at: found -1, expected times from 0 on"),
    (["solve", "p.yaml", "--at", "1,x"], 65, "--at: found \"x\""),
    (["solve", "p.yaml", "--at", "2,1"], 65, "--at: found 1 after 2, expected increasing times"),
    (["solve", "p.yaml", "--at=-1"], 65, "--at: found -1, expected times from 0 on"),
    (["solve", "p.yaml", "--at", ""], 65, "--at: found"),
  ])
  func wrongOptionIsRefused(arguments: [String], status: Int32, message: String) throws {
    let run = try CommandRun(arguments, files: ["p.yaml": Data(problem.utf8)])
    #expect(run.status == status && run.output.isEmpty, "\(run.status) \(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
