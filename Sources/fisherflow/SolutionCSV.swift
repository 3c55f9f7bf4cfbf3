import Multiprecision

/// A solution as CSV: one row for each time, a column for each number and one for its radius; unknown numbers are empty.
///
/// Columns: t, the numbers by name, `radius(NAME)` for each, radius (the largest), certified.
struct SolutionCSV {
  let solution: Solution

  var text: String {
    let rows = solution.samples.map(columns)
    let header = rows.first.map { $0.map(\.name) } ?? []
    return ([header] + rows.map { $0.map(\.value) }).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private func columns(_ sample: Solution.Sample) -> [(name: String, value: String)] {
    let digits = solution.digits
    let leaves = sample.numbers.leaves
    return [("t", "\(sample.time)")]
      + leaves.map { ($0.column, $0.ball?.decimal(digits: digits) ?? "") }
      + leaves.map { ("radius(\($0.column))", $0.ball.map { [$0].decimalRadius(digits: digits) } ?? "") }
      + [
        ("radius", leaves.compactMap(\.ball).decimalRadius(digits: digits)),
        ("certified", "\(sample.isCertified)"),
      ]
  }
}
