/// A CSV file (RFC 4180): a header and rows of as many fields, with their lines.
///
/// Lines end in LF or CR LF. A field in double quotes may hold commas, line ends and doubled quotes; blanks
/// around other fields are dropped. Empty lines and a byte-order mark are skipped.
struct CSVTable {
  struct Row {
    /// The line on which the row begins, from 1.
    let line: Int
    let fields: [String]
  }

  let file: String
  let header: [String]
  let rows: [Row]

  init(file: InputFile) throws(InputError) {
    try self.init(text: file.text, file: file.name)
  }

  /// - Throws: `InputError` for quotes out of place, rows of another length than the header, column names that
  ///   are empty or repeated, no rows, or more than `InputLimits.samples`.
  init(text: String, file: String) throws(InputError) {
    var scanner = CSVScanner(text: text, file: file)
    guard let first = try scanner.next() else { throw InputError(file: file, field: "", "the file is empty") }
    var names: Set<String> = []
    for (index, name) in first.fields.enumerated() {
      func refusal(_ message: String) -> InputError {
        InputError(file: file, line: first.line, field: name, message)
      }
      if name.isEmpty { throw refusal("found no name for column \(index + 1) in the header") }
      guard names.insert(name).inserted else { throw refusal("found the column twice, expected it once") }
    }
    var rows: [Row] = []
    while let row = try scanner.next() {
      guard row.fields.count == first.fields.count else {
        throw InputError(
          file: file, line: row.line, field: "",
          "found \(row.fields.count) fields, expected \(first.fields.count) as in the header")
      }
      guard rows.count < InputLimits.samples else {
        throw InputError(
          file: file, line: row.line, field: "", "found more than \(InputLimits.samples) rows, the limit")
      }
      rows.append(row)
    }
    guard !rows.isEmpty else {
      throw InputError(file: file, field: "", "found a header only, expected at least one row")
    }
    (self.file, header, self.rows) = (file, first.fields, rows)
  }

  func cell(_ row: Int, _ column: Int) -> TextCell {
    TextCell(
      text: rows[row].fields[column],
      position: SourcePosition(file: file, line: rows[row].line, column: nil, field: header[column]))
  }
}
