import Learning
import Multiprecision
import ProblemFiles
import Testing

@Suite struct ModelKeyTests {
  @Test func linearTakesItsSizesFromTheData() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    let model = try #require(try file.problem().model as? DeepLinearModel)
    #expect(model.widths == [2, 1])
  }

  @Test func linearHasAnOutputForEachClass() throws {
    var file = FileText()
    file.model = "{kind: linear}"
    file.likelihood = "categorical"
    file.data = "{inputs: [[1, 2], [3, 4]], targets: [2, 0]}"
    let problem = try file.problem()
    #expect(problem.model.outputCount == 3)
    #expect(problem.data.targets == Matrix(rows: [[0, 0, 1], [1, 0, 0]]))
  }

  @Test func deepLinearHasItsWidths() throws {
    let model = try #require(try FileText().problem().model as? DeepLinearModel)
    #expect(model.widths == [2, 3, 1])
  }

  @Test(arguments: ["product", "difference"])
  func diagonalTakesItsDimensionFromTheData(form: String) throws {
    var file = FileText()
    file.model = "{kind: diagonal, form: \(form), depth: 3}"
    let model = try #require(try file.problem().model as? DiagonalModel)
    #expect(model.form.rawValue == form && model.depth == 3 && model.inputCount == 2)
  }

  @Test func factorizationReadsAMatrixWithUnobservedEntries() throws {
    var file = FileText()
    file.model = "{kind: matrix-factorization, widths: [3, 2, 2]}"
    file.data = "{matrix: [[1, null, 1/2], [~, 4, 5]]}"
    file.likelihood = "gaussian"
    file.flow = "{kind: natural-gradient, fisher: observed-entries}"
    let problem = try file.problem()
    #expect(problem.data.inputs == .identity(3))
    #expect(problem.data.targets == Matrix(rows: [[1, nil], [nil, 4], [Rational(1, 2), 5]]))
    #expect(problem.flow == .naturalGradient(.observedEntries))
  }

  @Test(arguments: MultilayerPerceptron.Activation.allCases, [nil, true, false] as [Bool?])
  func perceptronHasActivationAndBias(activation: MultilayerPerceptron.Activation, bias: Bool?) throws {
    var file = FileText()
    let biasText = bias.map { ", bias: \($0)" } ?? ""
    file.model = "{kind: mlp, widths: [2, 4, 1], activation: \(activation.rawValue)\(biasText)}"
    let model = try #require(try file.problem().model as? MultilayerPerceptron)
    #expect(model.widths == [2, 4, 1] && model.activation == activation && model.hasBias == (bias ?? true))
  }

  @Test func formulaIsRefusedForNow() {
    var file = FileText()
    file.model = "{kind: formula, expression: a*x}"
    let error = file.error()
    #expect(error?.field == "model.kind" && error?.message.contains("not supported yet") == true)
  }
}
