import Learning

extension Field {
  /// A problem's error at the place in the file that it names.
  func inputError(_ error: ProblemError) -> InputError {
    let relative =
      error.field.hasPrefix(path + ".") ? String(error.field.dropFirst(path.count + 1)) : error.field
    let node = descendant(relative).node
    return InputError(file: file, line: node.line, column: node.column, field: error.field, error.reason)
  }

  /// The value at a path such as `data.targets[3]`, or the nearest one above it that there is.
  func descendant(_ path: String) -> Field {
    var place = self
    for step in path.split(whereSeparator: { ".[]".contains($0) }) {
      guard let next = place.child(String(step)) else { break }
      place = next
    }
    return place
  }

  /// The lines of the keys of this mapping and those in it, by path.
  func linesOfKeys(levels: Int) throws(InputError) -> [String: Int] {
    guard levels > 0, node.mapping != nil else { return [:] }
    var lines: [String: Int] = [:]
    for (key, value) in try FieldMapping.pairs(of: self, expected: "a mapping") {
      lines[key.position.field] = key.position.line
      lines.merge(try value.linesOfKeys(levels: levels - 1)) { first, _ in first }
    }
    return lines
  }

  private func child(_ step: String) -> Field? {
    switch node.content {
    case .mapping:
      return node[step].map { Field(node: $0, path: path.isEmpty ? step : "\(path).\(step)", file: file) }
    case .list(let items):
      guard let index = Int(step), items.indices.contains(index) else { return nil }
      return Field(node: items[index], path: "\(path)[\(index)]", file: file)
    case .scalar: return nil
    }
  }
}
