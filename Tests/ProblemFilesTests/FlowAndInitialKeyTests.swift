import Learning
import Multiprecision
import ProblemFiles
import Testing

@Suite struct FlowAndInitialKeyTests {
  @Test func flowHasItsMeasure() throws {
    func flow(_ text: String) throws -> Flow {
      var file = FileText()
      file.likelihood = "gaussian"
      file.flow = text
      return try file.problem().flow
    }
    #expect(try flow("{kind: gradient}") == .gradient)
    #expect(
      try flow("{kind: natural-gradient, fisher: training-inputs}") == .naturalGradient(.trainingInputs))
    #expect(try flow("{kind: natural-gradient, fisher: all-entries}") == .naturalGradient(.allEntries))
    #expect(
      try flow("{kind: natural-gradient, fisher: observed-entries}") == .naturalGradient(.observedEntries))
    let inputs = Matrix<Rational>(rows: [[1, 2], [3, 4]])
    #expect(
      try flow(
        "{kind: natural-gradient, fisher: {inputs: [[1, 2], [3, 4]], weights: [1/2, 3]}, damping: 1e-3}")
        == .naturalGradient(.inputs(inputs, weights: [Rational(1, 2), 3]), damping: Rational(1, 1000)))
    #expect(
      try flow("{kind: natural-gradient, fisher: {inputs: [[1, 2], [3, 4]]}}")
        == .naturalGradient(.inputs(inputs, weights: [1, 1])))
    #expect(
      try flow("{kind: natural-gradient, fisher: {secondMoment: [[2, 1], [1, 2]]}}")
        == .naturalGradient(.secondMoment(Matrix(rows: [[2, 1], [1, 2]]))))
  }

  @Test func normalisationIsSumUnlessMean() throws {
    var file = FileText()
    #expect(try file.problem().normalisation == .sum)
    file.more = "normalisation: mean"
    #expect(try file.problem().normalisation == .mean)
    file.more = "normalisation: sum"
    #expect(try file.problem().normalisation == .sum)
  }

  @Test func timesOfTheCallerReplaceTheFiles() throws {
    let file = try ProblemFile(text: FileText().text, file: "problem.yaml", times: [Rational(1, 7)])
    #expect(file.problem.times == [Rational(1, 7)])
  }

  @Test func parametersHaveTheModelsShapes() throws {
    func parameters(_ model: String, _ initial: String) throws -> [Matrix<Rational>] {
      var file = FileText()
      file.model = model
      file.initial = "{parameters: \(initial)}"
      return try file.problem().initial
    }
    let row = Matrix<Rational>(rows: [[1, 2]])
    #expect(try parameters("{kind: linear}", "[[1, 2]]") == [row])
    #expect(try parameters("{kind: linear}", "[[[1, 2]]]") == [row])
    #expect(try parameters("{kind: deep-linear, widths: [2, 1]}", "[[[1, 2]]]") == [row])
    #expect(
      try parameters("{kind: deep-linear, widths: [2, 1, 1]}", "[[[1, 2]], [[3]]]") == [
        row, Matrix(rows: [[3]]),
      ])
    let column = Matrix<Rational>(column: [1, 2])
    #expect(
      try parameters("{kind: diagonal, form: difference, depth: 2}", "[[1, 2], [3, 4]]")
        == [column, Matrix(column: [3, 4])])
    #expect(
      try parameters("{kind: mlp, widths: [2, 1], activation: tanh}", "[[[1, 2]], [3]]") == [
        row, Matrix(rows: [[3]]),
      ])
  }

  @Test func layoutTellsHowParametersAreWritten() throws {
    var file = FileText()
    #expect(try ProblemFile(text: file.text, file: "p").parameterLayout == .list)
    file.model = "{kind: linear}"
    #expect(try ProblemFile(text: file.text, file: "p").parameterLayout == .matrix)
  }
}
