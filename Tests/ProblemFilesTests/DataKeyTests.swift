import Learning
import Multiprecision
import ProblemFiles
import Testing

@Suite struct DataKeyTests {
  private func targets(_ targets: String, _ likelihood: String, outputs: Int = 1) throws -> Matrix<Rational?>
  {
    var file = FileText()
    file.model = "{kind: deep-linear, widths: [1, \(outputs)]}"
    file.data = "{inputs: [[1], [2], [3]], targets: \(targets)}"
    file.likelihood = likelihood
    return try file.problem().data.targets
  }

  @Test func labelsBecomeMeanParameters() throws {
    #expect(try targets("[1, -1, +1]", "bernoulli") == Matrix(rows: [[1], [0], [1]]))
    #expect(try targets("[1, 0, \"1\"]", "bernoulli") == Matrix(rows: [[1], [0], [1]]))
    #expect(try targets("[3, 0, 12]", "poisson") == Matrix(rows: [[3], [0], [12]]))
    #expect(
      try targets("[1/3, -2, 0.5]", "gaussian") == Matrix(rows: [[Rational(1, 3)], [-2], [Rational(1, 2)]]))
  }

  @Test func severalOutputsHaveListsOfTargets() throws {
    #expect(
      try targets("[[1, 2], [3, 4], [5, 6]]", "gaussian", outputs: 2)
        == Matrix(rows: [[1, 2], [3, 4], [5, 6]]))
    #expect(try targets("[[1], [2], [3]]", "gaussian") == Matrix(rows: [[1], [2], [3]]))
    #expect(
      try targets("[[1, -1], [-1, -1], [1, 1]]", "bernoulli", outputs: 2)
        == Matrix(rows: [[1, 0], [0, 0], [1, 1]]))
  }

  @Test func classesAreNumbersOrNames() throws {
    let expected = Matrix<Rational?>(rows: [[0, 1], [1, 0], [0, 1]])
    #expect(try targets("[1, 0, 1]", "categorical", outputs: 2) == expected)
    let byAppearance = Matrix<Rational?>(rows: [[1, 0], [0, 1], [1, 0]])
    #expect(try targets("[dog, cat, dog]", "categorical", outputs: 2) == byAppearance)
  }

  @Test func namesStandForTheirClasses() throws {
    var file = FileText()
    file.data = "{inputs: [[1, 0], [0, 1]], targets: [yes, no], classes: {no: -1, yes: 1}}"
    #expect(try file.problem().data.targets == Matrix(rows: [[1], [0]]))
    file.model = "{kind: linear}"
    file.likelihood = "categorical"
    file.data = "{inputs: [[1, 0], [0, 1]], targets: [b, a], classes: {a: 0, b: 1, c: 2}}"
    #expect(try file.problem().data.targets == Matrix(rows: [[0, 1, 0], [1, 0, 0]]))
  }

  @Test func columnsOfAFileAreInputsAndTargets() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a,b,c,kind\n0.1,2,3,x\r\n\"1/3\",5,6,y\n", to: "samples.csv")
    func problem(_ data: String, _ likelihood: String = "bernoulli") throws -> Problem {
      var file = FileText()
      file.model = "{kind: linear}"
      file.data = data
      file.likelihood = likelihood
      return try ProblemFile(path: try folder.write(file.text, to: "problem.yaml")).problem
    }
    let some = try problem(
      "{file: samples.csv, inputs: [c, a], target: kind, classes: {x: 0, y: 1}}")
    #expect(some.data.inputs == Matrix(rows: [[3, Rational(1, 10)], [6, Rational(1, 3)]]))
    #expect(some.data.targets == Matrix(rows: [[0], [1]]))
    let allOthers = try problem("{file: samples.csv, target: kind}", "categorical")
    #expect(allOthers.data.inputs == Matrix(rows: [[Rational(1, 10), 2, 3], [Rational(1, 3), 5, 6]]))
    #expect(allOthers.data.targets == Matrix(rows: [[1, 0], [0, 1]]))
    let several = try problem("{file: samples.csv, inputs: [a], targets: [b, c]}", "gaussian")
    #expect(several.data.targets == Matrix(rows: [[2, 3], [5, 6]]))
  }
}
