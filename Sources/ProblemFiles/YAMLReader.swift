import Yams

/// Reads a YAML text.
enum YAMLReader {
  static func root(of text: String, file: String) throws(InputError) -> DocumentNode {
    let node: Node?
    do {
      if let mark = try anchor(in: text) {
        throw InputError(
          file: file, line: mark.line, column: mark.column, field: "",
          "found an anchor (&name), expected the value itself wherever it is used")
      }
      node = try Yams.compose(yaml: text, .basic)
    } catch let error as InputError {
      throw error
    } catch {
      throw inputError(error, file: file)
    }
    guard let node else { throw InputError(file: file, field: "", "the file is empty") }
    var remaining = InputLimits.yamlValues
    return try converted(node, file: file, depth: 0, remaining: &remaining)
  }

  /// The place of an anchor.
  ///
  /// Anchors let a short text stand for one of any size, and comparing keys made of it takes for ever. So they are
  /// looked for in the text without its aliases: with a letter for the `*` of each, it is as long and is parsed
  /// alike, and no value in it is larger than the text.
  private static func anchor(in text: String) throws -> Mark? {
    guard !marks(UInt8(ascii: "&"), in: text).isEmpty else { return nil }
    var bytes = Array(text.utf8)
    for place in marks(UInt8(ascii: "*"), in: text) { bytes[place] = UInt8(ascii: "x") }
    let parser = try Yams.Parser(yaml: String(decoding: bytes, as: UTF8.self), resolver: .basic)
    // A node's reference to its anchor does not keep it; the parser does.
    return try withExtendedLifetime(parser) { try parser.singleRoot().flatMap(firstAnchor) }
  }

  /// The places of a sign before a name, as anchors (`&`) and aliases (`*`) have it; and of others, in quotes,
  /// comments and texts.
  private static func marks(_ sign: UInt8, in text: String) -> [Int] {
    let opening = Set("\n \t\r[]{},:\"'".utf8)
    let closing = Set("\n \t\r&=".utf8)
    var places: [Int] = []
    var previous = UInt8(ascii: "\n")
    var isCandidate = false
    for (place, byte) in text.utf8.enumerated() {
      if isCandidate, !closing.contains(byte) { places.append(place - 1) }
      isCandidate = byte == sign && opening.contains(previous)
      previous = byte
    }
    return places
  }

  private static func firstAnchor(in node: Node) -> Mark? {
    if node.anchor != nil, let mark = node.mark { return mark }
    switch node {
    case .scalar, .alias: return nil
    case .sequence(let items): return items.lazy.compactMap(firstAnchor).first
    case .mapping(let pairs):
      return pairs.lazy.compactMap { firstAnchor(in: $0.key) ?? firstAnchor(in: $0.value) }.first
    }
  }

  /// Counts down by the values.
  private static func converted(
    _ node: Node, file: String, depth: Int, remaining: inout Int
  ) throws(InputError) -> DocumentNode {
    guard depth <= InputLimits.nesting else {
      throw InputError(
        file: file, line: node.mark?.line, column: node.mark?.column, field: "",
        "found lists or mappings nested more than \(InputLimits.nesting) deep, the limit")
    }
    remaining -= 1
    guard remaining >= 0 else {
      throw InputError(
        file: file, line: 1, field: "", "found more than \(InputLimits.yamlValues) values, the limit")
    }
    let content: DocumentNode.Content
    switch node {
    case .scalar(let scalar): content = .scalar(scalar.string, isPlain: scalar.style == .plain)
    case .alias: content = .scalar("", isPlain: true)
    case .sequence(let sequence):
      var items: [DocumentNode] = []
      items.reserveCapacity(sequence.count)
      for item in sequence {
        items.append(try converted(item, file: file, depth: depth + 1, remaining: &remaining))
      }
      content = .list(items)
    case .mapping(let mapping):
      var pairs: [(key: DocumentNode, value: DocumentNode)] = []
      for (key, value) in mapping {
        pairs.append(
          (
            try converted(key, file: file, depth: depth + 1, remaining: &remaining),
            try converted(value, file: file, depth: depth + 1, remaining: &remaining)
          ))
      }
      content = .mapping(pairs)
    }
    return DocumentNode(content: content, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func inputError(_ error: any Error, file: String) -> InputError {
    func refusal(_ mark: Mark?, _ message: String, field: String = "") -> InputError {
      InputError(file: file, line: mark?.line, column: mark?.column, field: field, message)
    }
    func sentence(_ context: YamlError.Context?, _ problem: String) -> String {
      if problem.hasPrefix("Maximum nesting level") {
        return "found lists or mappings nested more than \(InputLimits.nesting) deep, the limit"
      }
      let context = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
      return "not valid YAML: \(problem)\(context)"
    }
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return refusal(mark, sentence(context, problem))
    case .reader(let problem, let offset, let value, let text):
      let line = offset.map { text.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
      let code = value > 0 ? ": U+\(String(value, radix: 16, uppercase: true))" : ""
      return InputError(file: file, line: line, field: "", "not valid YAML: \(problem)\(code)")
    case .duplicatedKeysInMapping(let keys, let context):
      return refusal(context.mark, "found twice, expected once", field: keys.first ?? "")
    case .memory: return refusal(nil, "not enough memory for the file")
    default: return refusal(nil, "not valid YAML")
    }
  }
}
