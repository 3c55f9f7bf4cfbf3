import Foundation
import Testing

/// `-` is standard input, and JSON is as good as YAML.
@Suite struct StandardInputTests {
  private static let yaml = MalformedInput.template
  private static let json = """
    {
      "model": {"kind": "deep-linear", "widths": [2, 3, 1]},
      "data": {"inputs": [[1, 0.5], ["1/3", 2e0]], "targets": [1, -1]},
      "likelihood": "bernoulli",
      "flow": {"kind": "natural-gradient", "fisher": "training-inputs"},
      "initial": {"seed": 7, "scale": 0.1},
      "times": [0, 1]
    }
    """
  private static let options = ["--digits", "10", "--at", "1"]

  @Test(arguments: [yaml, json, "\u{FEFF}" + yaml, "\u{FEFF}" + json]) func problemIsPipedIn(text: String)
    throws
  {
    let expected = try CommandRun(
      ["solve", "p.yaml"] + Self.options, files: ["p.yaml": Data(Self.yaml.utf8)])
    let run = try CommandRun(["solve", "-"] + Self.options, input: Data(text.utf8))
    #expect(
      run.status == 0 && run.errors == expected.errors && run.output == expected.output, "\(run.errors)")
    let verified = try CommandRun(["verify", "-", "--digits", "10"], input: Data(text.utf8))
    #expect(verified.status == 0 && verified.output.contains("standard-input"), "\(verified.errors)")
  }

  @Test(arguments: ["p.json", "P.JSON", "problem"]) func jsonFilesAreProblems(name: String) throws {
    let files = [name: Data(Self.json.utf8)]
    let run = try CommandRun(["solve", name] + Self.options, files: files)
    #expect(run.status == 0 && run.output.contains("\"samples\""), "\(run.errors)")
    let verified = try CommandRun(["verify", name, "--digits", "10"], files: files)
    #expect(verified.status == 0, "\(verified.errors)")
  }

  @Test(arguments: [
    ("", "standard input: the file is empty\n"), ("likelihood: [\n", "standard input:2: not valid YAML"),
    ("{\"model\": {\"kind\": \"linear\"},\n \"model\": 1}", "standard input:2: model: found twice"),
    (json.replacing("0.5]", with: ".5x]"), "standard input:3: data.inputs[0][1]: found \".5x\""),
    (
      json.replacing("\"times\": [0, 1]", with: "\"times\": [1, 0]"),
      "standard input:7: times[1]: found 0 after 1"
    ),
  ])
  func mistakesOnStandardInputAreLocated(text: String, message: String) throws {
    for command in ["solve", "verify"] {
      let run = try CommandRun([command, "-"], input: Data(text.utf8))
      #expect(run.status == 65 && run.output.isEmpty && run.errors.hasPrefix(message), "\(run.errors)")
    }
  }

  @Test func anyFileIsAProblemFile() throws {
    let files = ["problem.txt": Data(Self.yaml.utf8), "dir/p": Data(Self.yaml.utf8)]
    for name in ["problem.txt", "dir/p"] {
      let run = try CommandRun(["verify", name, "--digits", "10"], files: files)
      #expect(run.status == 0, "\(run.errors)")
    }
    let substitution = try CommandRun.script(
      "fisherflow verify <(cat p.yaml) --digits 10", files: ["p.yaml": Data(Self.yaml.utf8)])
    #expect(substitution.status == 0, "\(substitution.errors)")
    let folder = try CommandRun(["verify", "dir"], files: files)
    #expect(folder.status == 65 && folder.errors == "dir: found a directory, expected a file\n")
  }

  @Test func filesOfOneNameHaveDifferentIds() throws {
    func ids(_ names: [String]) throws -> [String] {
      let files = Dictionary(names.map { ($0, Data(Self.yaml.utf8)) }) { first, _ in first }
      let run = try CommandRun(["verify"] + names + ["--digits", "10", "--format", "json"], files: files)
      #expect(run.status == 0, "\(run.errors)")
      let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      return (json?["claims"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }
    #expect(
      try ids(["a/p.yaml", "b/p.yaml", "q.yaml", "t1-bernoulli.yaml"]) == [
        "a-p-yaml", "b-p-yaml", "q", "t1-bernoulli-yaml",
      ])
    #expect(try ids(["p.yaml", "p.json.yaml", "p.yaml"]) == ["p", "p-json"])
    #expect(try ids(["p.yaml.yaml", "p.yaml", "a/p.yml"]) == ["p-yaml-yaml", "p-yaml", "a-p-yml"])
  }

  /// The file's own times are checked where others are used.
  @Test func timesOfTheFileAreRead() throws {
    let text = Self.yaml.replacing("[0, 1, 2, 5]", with: "[0, 2, 1]")
    let run = try CommandRun(["solve", "p.yaml", "--at", "1"], files: ["p.yaml": Data(text.utf8)])
    #expect(run.status == 65 && run.errors.hasPrefix("p.yaml:10: times[2]: found 1 after 2"), "\(run.errors)")
  }
}
