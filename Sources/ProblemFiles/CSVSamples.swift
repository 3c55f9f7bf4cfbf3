import Foundation
import Multiprecision
import Symbolics

/// Samples from the columns of a CSV file that `data` names.
enum CSVSamples {
  static func read(_ file: Field, _ mapping: FieldMapping) throws(InputError) -> DataDescription.Content {
    let path = try file.cell(expected: "the path of a CSV file").text
    let table = try CSVTable(file: try open(path, namedBy: file))
    let targets = try targetColumns(mapping, table)
    let inputs = try inputColumns(mapping, table, except: targets)
    guard table.rows.count * inputs.count <= InputLimits.inputEntries else {
      throw file.error(
        "found \(table.rows.count) rows of \(inputs.count) inputs, expected at most \(InputLimits.inputEntries) "
          + "entries, the limit")
    }
    var entries: [Rational] = []
    var cells: [[TextCell]] = []
    var bytes = InputLimits.numberBytes
    for row in table.rows.indices {
      for cell in inputs.map({ table.cell(row, $0) }) {
        bytes -= Rational.estimatedBytes(of: cell.text)
        guard bytes >= 0 else { throw cell.position.error(DocumentNode.numbersTooLarge) }
      }
    }
    for row in table.rows.indices {
      for column in inputs { entries.append(try table.cell(row, column).number()) }
      cells.append(targets.map { table.cell(row, $0) })
    }
    let matrix = Matrix(rows: table.rows.count, columns: inputs.count, elements: entries)
    return .samples(inputs: matrix, targets: cells)
  }

  private static func open(_ path: String, namedBy field: Field) throws(InputError) -> InputFile {
    do {
      return try InputFile(path: resolved(path, from: field.file))
    } catch {
      throw field.error("\(error)")
    }
  }

  /// The path counts from the problem file's folder.
  static func resolved(_ path: String, from file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  private static func targetColumns(_ mapping: FieldMapping, _ table: CSVTable) throws(InputError) -> [Int] {
    if let target = mapping["target"] {
      try mapping.refuse(["targets"], "does not go with target, expected one of the two")
      return [try column(target, table)]
    }
    let targets = try mapping.required("targets", "the name of a column, or target")
    return try columns(targets, table)
  }

  /// The columns named, or all but the targets.
  private static func inputColumns(
    _ mapping: FieldMapping, _ table: CSVTable, except targets: [Int]
  ) throws(InputError) -> [Int] {
    if let inputs = mapping["inputs"] { return try columns(inputs, table) }
    let others = table.header.indices.filter { !targets.contains($0) }
    guard !others.isEmpty else {
      throw mapping.field.error("found no column for the inputs in \(VisibleText.shortened(table.file))")
    }
    return others
  }

  private static func columns(_ field: Field, _ table: CSVTable) throws(InputError) -> [Int] {
    var indices: [Int] = []
    for item in try field.items("a list of column names") {
      let index = try column(item, table)
      guard !indices.contains(index) else {
        throw item.error("found \(item.summary) twice, expected it once")
      }
      indices.append(index)
    }
    return indices
  }

  private static func column(_ field: Field, _ table: CSVTable) throws(InputError) -> Int {
    let name = try field.cell(expected: "a column name").text
    guard let index = table.header.firstIndex(of: name) else {
      throw field.error(
        "found \(TextCell.quoted(name)), expected a column of \(VisibleText.shortened(table.file)): "
          + VisibleText.list(table.header)
          + Suggestion.hint(for: name, among: table.header))
    }
    return index
  }
}
