import Learning
import Multiprecision
import ProblemFiles
import Testing

@Suite struct ExactnessTests {
  @Test(
    arguments: [
      ("0.1", 1, 10), ("1/3", 1, 3), ("\"1/3\"", 1, 3), ("'0.1'", 1, 10), ("1e-3", 1, 1000), ("-2.50", -5, 2),
      ("+7", 7, 1), (".5", 1, 2), ("3.", 3, 1), ("1e3", 1000, 1), ("0x10", nil, nil), ("1_000", nil, nil),
      (".inf", nil, nil), ("1:30", nil, nil), ("0o17", nil, nil),
    ] as [(String, Int?, Int?)])
  func literalIsTheTextOfTheFile(text: String, numerator: Int?, denominator: Int?) throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "gaussian"
    file.data = "{inputs: [[\(text)]], targets: [1]}"
    if let numerator, let denominator {
      #expect(try file.problem().data.inputs[0, 0] == Rational(numerator, denominator))
    } else {
      #expect(file.error()?.field == "data.inputs[0][0]")
    }
  }

  @Test func everyNumberOfAFileIsExact() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "gaussian"
    file.data = "{inputs: [[0.1, 0.2]], targets: [0.3]}"
    file.flow = "{kind: natural-gradient, fisher: {inputs: [[0.4, 1]], weights: [0.5]}, damping: 0.6}"
    file.initial = "{parameters: [[0.7, 0.8]]}"
    file.times = "[0.9, 1.1]"
    let problem = try file.problem()
    func tenths(_ k: Int) -> Rational { Rational(k, 10) }
    #expect(problem.data.inputs == Matrix(rows: [[tenths(1), tenths(2)]]))
    #expect(problem.data.targets == Matrix(rows: [[tenths(3)]]))
    #expect(
      problem.flow
        == .naturalGradient(
          .inputs(Matrix(rows: [[tenths(4), 1]]), weights: [tenths(5)]), damping: tenths(6)))
    #expect(problem.initial == [Matrix(rows: [[tenths(7), tenths(8)]])])
    #expect(problem.times == [tenths(9), tenths(11)])
  }

  @Test func numberOfTenThousandDigitsIsKept() throws {
    let digits = String(repeating: "7", count: 10_000)
    var file = FileText()
    file.times = "[\(digits)]"
    #expect(try file.problem().times[0].description == digits)
  }

  @Test func scaleOfParametersIsExact() throws {
    var file = FileText()
    file.initial = "{identity: 0.1}"
    #expect(
      try file.problem().initial == [
        Matrix([["0.1", "0"], ["0", "0.1"], ["0", "0"]]), Matrix([["0.1", "0", "0"]]),
      ])
  }
}
