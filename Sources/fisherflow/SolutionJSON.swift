import Multiprecision
import ProblemFiles
import Reporting

/// A solution as the JSON document of `solve --format json`.
struct SolutionJSON {
  let solution: Solution
  let layout: ParameterLayout

  var document: JSONValue {
    [
      "method": .string(solution.method.rawValue), "digits": .integer(solution.digits),
      "certified": .boolean(solution.isCertified), "samples": .array(solution.samples.map(sample)),
    ]
  }

  private func sample(_ sample: Solution.Sample) -> JSONValue {
    [
      "t": .string("\(sample.time)"), "outputs": perInput(sample.outputs), "means": perInput(sample.means),
      "endToEnd": sample.endToEnd.map { rows($0.map { $0 }) } ?? .null,
      "parameters": sample.parameters.map(parameters) ?? .null, "loss": number(sample.loss),
      "radius": .string(sample.numbers.decimalRadius(digits: solution.digits)),
    ]
  }

  private func number(_ ball: Ball?) -> JSONValue {
    ball.map { .string($0.decimal(digits: solution.digits)) } ?? .null
  }

  private func rows(_ matrix: Matrix<Ball?>) -> JSONValue {
    .array((0..<matrix.rows).map { .array(matrix.row($0).map(number)) })
  }

  /// A number for each input, or a list where there are several outputs.
  private func perInput(_ matrix: Matrix<Ball?>) -> JSONValue {
    matrix.columns == 1 ? .array(matrix.elements.map(number)) : rows(matrix)
  }

  /// In the shape that `initial: parameters:` takes.
  private func parameters(_ matrices: [Matrix<Ball>]) -> JSONValue {
    let values = zip(matrices, solution.model.parameterNames).map { matrix, name in
      ParameterLayout.isVector(name) ? JSONValue.array(matrix.elements.map(number)) : rows(matrix.map { $0 })
    }
    return layout == .matrix ? values[0] : .array(values)
  }
}
