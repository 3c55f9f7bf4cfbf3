import Multiprecision
import ProblemFiles

/// A solution as CSV: one row for each time, one column for each number; unknown numbers are empty.
///
/// Columns: t, output[n], mean[n], endToEnd[k][i], the parameters by name (`W_1[i][j]`, `u[i]`), loss, radius,
/// certified; with several outputs output[n][k] and mean[n][k].
struct SolutionCSV {
  let solution: Solution

  var text: String {
    let rows = solution.samples.map(columns)
    let header = rows.first.map { $0.map(\.name) } ?? []
    return ([header] + rows.map { $0.map(\.value) }).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private typealias Column = (name: String, value: String)

  private func columns(_ sample: Solution.Sample) -> [Column] {
    var columns: [Column] = [("t", "\(sample.time)")]
    let isSingle = solution.model.outputCount == 1
    columns += entries("output", sample.outputs, isVector: isSingle)
    columns += entries("mean", sample.means, isVector: isSingle)
    if let endToEnd = sample.endToEnd { columns += entries("endToEnd", endToEnd.map { $0 }, isVector: false) }
    if let parameters = sample.parameters {
      for (matrix, name) in zip(parameters, solution.model.parameterNames) {
        columns += entries(name, matrix.map { $0 }, isVector: ParameterLayout.isVector(name))
      }
    }
    columns.append(("loss", text(sample.loss)))
    columns.append(("radius", sample.numbers.decimalRadius(digits: solution.digits)))
    columns.append(("certified", "\(solution.isCertified)"))
    return columns
  }

  private func text(_ ball: Ball?) -> String { ball.map { $0.decimal(digits: solution.digits) } ?? "" }

  private func entries(_ name: String, _ matrix: Matrix<Ball?>, isVector: Bool) -> [Column] {
    matrix.elements.enumerated().map { index, value in
      let (row, column) = (index / matrix.columns, index % matrix.columns)
      return ("\(name)[\(row)]" + (isVector ? "" : "[\(column)]"), text(value))
    }
  }
}
