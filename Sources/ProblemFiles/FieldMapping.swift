import Symbolics

/// A mapping of which every key is known.
struct FieldMapping {
  let field: Field
  private let values: [String: Field]

  /// - Throws: `InputError` for a value that is not a mapping, and for a key that is not allowed, with the
  ///   nearest one that is.
  init(_ field: Field, allowing keys: [String], expected: String? = nil) throws(InputError) {
    let pairs = try Self.pairs(
      of: field, expected: expected ?? "a mapping with \(VisibleText.list(keys))")
    var values: [String: Field] = [:]
    for (key, value) in pairs {
      guard keys.contains(key.text) else {
        throw key.position.error(
          "unknown key, expected \(keys.count == 1 ? "" : "one of ")\(VisibleText.list(keys))"
            + Suggestion.hint(for: key.text, among: keys))
      }
      values[key.text] = value
    }
    self.field = field
    self.values = values
  }

  subscript(key: String) -> Field? { values[key] }

  func required(_ key: String, _ expected: String) throws(InputError) -> Field {
    if let value = values[key] { return value }
    let position = field.position
    throw InputError(
      file: position.file, line: position.line, column: position.column, field: Self.path(field, key),
      "missing, expected \(expected)")
  }

  /// Refuses a key that this mapping's other keys leave no meaning.
  func refuse(_ keys: [String], _ reason: String) throws(InputError) {
    for key in keys {
      if let value = values[key] { throw value.error(reason) }
    }
  }

  /// The pairs of a mapping in the file's order; keys are texts.
  static func pairs(
    of field: Field, expected: String
  ) throws(InputError) -> [(key: TextCell, value: Field)] {
    guard let mapping = field.node.mapping else { throw field.mismatch(expected: expected) }
    var pairs: [(key: TextCell, value: Field)] = []
    for (keyNode, valueNode) in mapping {
      guard let name = keyNode.scalar else {
        throw Field(node: keyNode, path: field.path, file: field.file).mismatch(
          expected: "a key that is a text")
      }
      let path = Self.path(field, name)
      let position = SourcePosition(
        file: field.file, line: keyNode.line, column: keyNode.column, field: path)
      pairs.append(
        (
          TextCell(text: name, position: position),
          Field(node: valueNode, path: path, file: field.file)
        ))
    }
    return pairs
  }

  private static func path(_ field: Field, _ key: String) -> String {
    field.path.isEmpty ? key : "\(field.path).\(key)"
  }
}
