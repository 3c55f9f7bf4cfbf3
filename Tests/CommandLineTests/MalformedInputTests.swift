import Foundation
import Testing

@Suite struct MalformedInputTests {
  @Test func tableHasEnoughMistakes() { #expect(MalformedInput.all.count >= 40) }

  @Test(arguments: MalformedInput.all)
  func mistakeIsNamedAndNothingIsWritten(input: MalformedInput) throws {
    #expect(input.original == MalformedInput.whole || MalformedInput.template.contains(input.original))
    let run = try CommandRun.solve(input.text)
    #expect(run.status == 65 && run.output.isEmpty, "\(run.errors)")
    #expect(run.errors.hasPrefix(input.prefix), "\(run.errors)")
    #expect(run.errors.contains(input.fragment), "\(run.errors)")
  }

  @Test func mistakesInACSVFileHaveItsLines() throws {
    let problem = """
      model:      {kind: linear}
      data:       {file: samples.csv, inputs: [a, b], target: kind, classes: {x: 0, y: 1}}
      likelihood: bernoulli
      flow:       {kind: gradient}
      initial:    {identity: 0}
      times:      [1]
      """
    func errors(_ csv: String) throws -> String {
      let files = ["problem.yaml": Data(problem.utf8), "samples.csv": Data(csv.utf8)]
      let run = try CommandRun(["solve", "problem.yaml"], files: files)
      #expect(run.status == 65 && run.output.isEmpty)
      return run.errors
    }
    #expect(try errors("a,b,kind\n1,2,x\n3,four,y\n").hasPrefix("samples.csv:3: b: found \"four\""))
    #expect(
      try errors("a,b,kind\n1,2,z\n").hasPrefix("samples.csv:2: kind: found \"z\", expected a class: x, y"))
    #expect(try errors("a,b,kind\n1,2\n").hasPrefix("samples.csv:2: found 2 fields, expected 3"))
    #expect(
      try errors("a,B,kind\n1,2,x\n").hasPrefix(
        "problem.yaml:2: data.inputs[1]: found \"b\", expected a column"))
    #expect(try errors("").hasPrefix("problem.yaml:2: data.file: samples.csv: the file is empty"))
  }

  @Test func pathThatIsNoProblemFileIsRefused() throws {
    func run(_ path: String, _ files: [String: Data] = [:]) throws -> String {
      let run = try CommandRun(["solve", path], files: files)
      #expect(run.status == 65 && run.output.isEmpty)
      return run.errors
    }
    #expect(try run("missing.yaml") == "missing.yaml: found no such file\n")
    #expect(try run(".") == ".: found a directory, expected a file\n")
    #expect(try run("latin.yaml", ["latin.yaml": Data([0xFF, 0xFE])]).contains("not UTF-8"))
    #expect(try run("/dev/zero").contains("larger than 64 MiB"))
  }
}
