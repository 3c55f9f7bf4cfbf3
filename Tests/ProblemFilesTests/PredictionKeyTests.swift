import Claims
import Multiprecision
import ProblemFiles
import Symbolics
import Testing

@Suite struct PredictionKeyTests {
  private func prediction(_ text: String) throws -> Prediction? {
    var file = FileText()
    file.more = "prediction: \(text)"
    return try ProblemFile(text: file.text, file: "problem.yaml").prediction
  }

  private func error(_ text: String) -> InputError? {
    #expect(throws: InputError.self) { try prediction(text) }
  }

  @Test func fileWithoutPredictionHasNone() throws {
    #expect(try ProblemFile(text: FileText().text, file: "p").prediction == nil)
  }

  @Test func oneFormulaHoldsEverywhere() throws {
    let formula = try Expression(parsing: "y + (mu0 - y)*exp(-t)")
    #expect(
      try prediction(#"{means: "y + (mu0 - y)*exp(-t)"}"#) == Prediction(.means, .everywhere(formula)))
    #expect(
      try prediction("{outputs: t, control: 1/3}")
        == Prediction(
          .outputs, .everywhere(.variable("t")), control: .everywhere(Expression(Rational(1, 3)))))
  }

  @Test func rowsOfFormulasStandForTheEntries() throws {
    let entries: Matrix<Expression> = Matrix(rows: [[.variable("w0"), Expression(Rational(1, 10))]])
    #expect(try prediction(#"{endToEnd: [["w0", 0.1]]}"#) == Prediction(.endToEnd, .entries(entries)))
  }

  @Test(arguments: [
    ("{}", "prediction", "found none, expected one of outputs, means, endToEnd"),
    ("{means: y, outputs: t}", "prediction", "found outputs and means, expected one of"),
    ("{control: t}", "prediction", "found none"),
    ("{mean: y}", "prediction.mean", "did you mean \"means\"?"),
    ("3", "prediction", "expected a mapping with outputs"),
    ("{means: }", "prediction.means", "found nothing, expected a formula"),
    ("{means: {a: 1}}", "prediction.means", "found a mapping, expected a formula"),
    ("{means: y + (mu0 - y)*exp(-t}", "prediction.means", "column 21: found the end of the formula"),
    ("{means: y + m0}", "prediction.means", "column 5: found 'm0', expected one of t, y, s, f0, mu0"),
    ("{means: y + mu}", "prediction.means", "did you mean 'mu0'?"),
    ("{means: tahn(t)}", "prediction.means", "did you mean 'tanh'?"),
    ("{endToEnd: y}", "prediction.endToEnd", "expected one of t, w0, i, j, N, K, d"),
    ("{means: [[y], [t, t]]}", "prediction.means[1]", "found 2 entries, expected 1 as in the first row"),
    ("{means: [[y], [mu]]}", "prediction.means[1][0]", "column 1: found 'mu'"),
    ("{means: [y, t]}", "prediction.means[0]", "expected a list of formulas"),
    ("{means: [[y, t]]}", "prediction.means", "found 1×2 formulas, expected one or 2×1"),
    ("{means: y, control: [[t]]}", "prediction.control", "found 1×1 formulas, expected one or 2×1"),
    ("{means: y, control: 2t}", "prediction.control", "column 2: found 't', expected an operator"),
  ])
  func mistakeIsNamedWithItsPlace(_ text: String, _ field: String, _ message: String) {
    let error = error(text)
    #expect(
      error?.file == "problem.yaml" && error?.line == 7 && error?.field == field,
      "\(String(describing: error))")
    #expect(error?.message.contains(message) ?? false, "\(String(describing: error))")
  }
}
