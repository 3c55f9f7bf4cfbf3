import Multiprecision

extension Field {
  /// A list of numbers.
  func vector(count: Int? = nil) throws(InputError) -> [Rational] {
    let expected = count.map { "a list of \($0) number\($0 == 1 ? "" : "s")" } ?? "a list of numbers"
    let items = try items(expected)
    guard count == nil || count == items.count else { throw mismatch(expected: expected) }
    var numbers: [Rational] = []
    for item in items { numbers.append(try item.number()) }
    return numbers
  }

  /// A list of rows of equal length, entries by `entry`.
  func table<Entry>(
    of rowsExpected: String, row rowExpected: String = "a list of numbers",
    rowLimit: Int = InputLimits.samples, _ entry: (Field) throws(InputError) -> Entry
  ) throws(InputError) -> Matrix<Entry> {
    var rows: [[Entry]] = []
    for item in try items(rowsExpected, limit: rowLimit) {
      var row: [Entry] = []
      for field in try item.items(rowExpected, limit: InputLimits.width) {
        row.append(try entry(field))
      }
      if let first = rows.first, first.count != row.count {
        throw item.error(
          "found \(row.count) entr\(row.count == 1 ? "y" : "ies"), expected \(first.count) as in the first row"
        )
      }
      rows.append(row)
    }
    return Matrix(rows: rows)
  }

  /// A list of rows of numbers.
  func matrix() throws(InputError) -> Matrix<Rational> {
    try table(of: "a list of rows") { (field) throws(InputError) in try field.number() }
  }

  /// A matrix of a known shape.
  func matrix(rows: Int, columns: Int, _ name: String) throws(InputError) -> Matrix<Rational> {
    let matrix = try matrix()
    guard matrix.rows == rows, matrix.columns == columns else {
      throw error("found a \(matrix.rows)×\(matrix.columns) matrix, expected \(name) of \(rows)×\(columns)")
    }
    return matrix
  }
}
