import Multiprecision

/// The `data` mapping: samples, inline or in a CSV file, or a matrix. Targets are still texts.
struct DataDescription {
  enum Content {
    /// N × d, and the K targets of each sample.
    case samples(inputs: Matrix<Rational>, targets: [[TextCell]])
    /// nil is unobserved.
    case matrix(Matrix<TextCell?>)
  }

  let content: Content
  /// `classes`: what each name stands for.
  let classes: [(name: String, cell: TextCell)]?

  init(_ field: Field) throws(InputError) {
    let mapping = try FieldMapping(
      field, allowing: ["inputs", "targets", "file", "target", "classes", "matrix"])
    if let matrix = mapping["matrix"] {
      try mapping.refuse(
        ["inputs", "targets", "file", "target", "classes"],
        "does not go with matrix, which is all of the data")
      content = .matrix(try Self.matrix(matrix))
      classes = nil
      return
    }
    classes = try mapping["classes"].map(Self.classes)
    if let file = mapping["file"] {
      content = try CSVSamples.read(file, mapping)
    } else {
      try mapping.refuse(
        ["target"], "names a column of a file, but there is no data.file; did you mean \"targets\"?")
      let inputs = try mapping.required(
        "inputs", "a list of inputs, each a list of numbers; or file; or matrix")
      let targets = try mapping.required("targets", "a list with the target of each input")
      content = try Self.inline(inputs: inputs, targets: targets)
    }
  }

  private static func inline(inputs: Field, targets: Field) throws(InputError) -> Content {
    let matrix = try inputs.matrix()
    guard matrix.elements.count <= InputLimits.inputEntries else {
      throw inputs.mismatch(expected: "at most \(InputLimits.inputEntries) entries, the limit")
    }
    var rows: [[TextCell]] = []
    for item in try targets.items("a list with the target of each input") {
      var row: [TextCell] = []
      let fields =
        item.isList ? try item.items("a target or a list of them", limit: InputLimits.width) : [item]
      for field in fields { row.append(try field.cell(expected: "a target")) }
      if let first = rows.first, first.count != row.count {
        throw item.error("found \(row.count) targets, expected \(first.count) as in the first sample")
      }
      rows.append(row)
    }
    guard rows.count == matrix.rows else {
      throw targets.error("found \(rows.count), expected one for each of \(matrix.rows) inputs")
    }
    return .samples(inputs: matrix, targets: rows)
  }

  private static func matrix(_ field: Field) throws(InputError) -> Matrix<TextCell?> {
    let matrix = try field.table(of: "a list of rows") { (entry) throws(InputError) -> TextCell? in
      entry.isNull ? nil : try entry.cell(expected: "a number, or null for an unobserved entry")
    }
    // The inputs of a matrix are unit vectors, one for each column.
    guard matrix.columns * matrix.columns <= InputLimits.inputEntries else {
      throw field.error("found \(matrix.columns) columns, more than the limit")
    }
    guard matrix.elements.contains(where: { $0 != nil }) else {
      throw field.error("found no observed entry, expected at least one")
    }
    return matrix
  }

  private static func classes(_ field: Field) throws(InputError) -> [(name: String, cell: TextCell)] {
    let expected = "a mapping from names to class numbers or labels"
    var classes: [(name: String, cell: TextCell)] = []
    for (key, value) in try FieldMapping.pairs(of: field, expected: expected) {
      classes.append((key.text, try value.cell(expected: "a class number or label")))
    }
    guard !classes.isEmpty else { throw field.mismatch(expected: expected) }
    return classes
  }
}
