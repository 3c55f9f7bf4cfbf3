import Multiprecision
import Yams

/// A YAML file as a tree whose values are still the text of the file: no number has been rounded.
enum YAMLDocument {
  /// - Throws: `InputError` for text that is not one YAML document, for keys given twice, for anchors, and for
  ///   more values than `InputLimits.yamlValues`.
  static func root(of text: String, file: String) throws(InputError) -> Field {
    if let line = lineOfAnchor(in: text) {
      throw InputError(
        file: file, line: line, field: "",
        "found an anchor (&name), expected the value itself wherever it is used")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text, .basic)
    } catch {
      throw inputError(error, file: file)
    }
    guard let node else { throw InputError(file: file, field: "", "the file is empty") }
    let root = Field(node: node, path: "", file: file)
    var remaining = InputLimits.yamlValues
    guard count(node, remaining: &remaining) else {
      throw root.error(
        "found more than \(InputLimits.yamlValues) values, the limit")
    }
    var bytes = InputLimits.numberBytes
    if let place = firstBeyond(&bytes, in: node) {
      throw InputError(
        file: file, line: place.mark?.line, column: place.mark?.column, field: "", numbersTooLarge)
    }
    return root
  }

  /// The first line with an anchor, if there is one: `&` after a blank or a bracket, and a name.
  ///
  /// Anchors let a short file stand for one of any size, and comparing such keys takes for ever, so they are
  /// refused before the file is parsed; also in quotes and comments, where nobody misses them.
  private static func lineOfAnchor(in text: String) -> Int? {
    let opening = Set("\n \t\r[{,:".utf8)
    let closing = Set("\n \t\r&=".utf8)
    var (line, previous) = (1, UInt8(ascii: "\n"))
    var isCandidate = false
    for byte in text.utf8 {
      if isCandidate, !closing.contains(byte) { return line }
      isCandidate = byte == UInt8(ascii: "&") && opening.contains(previous)
      if byte == UInt8(ascii: "\n") { line += 1 }
      previous = byte
    }
    return nil
  }

  static let numbersTooLarge =
    "found numbers that take up more than \(InputLimits.numberBytes >> 20) MiB when they are written out, the limit"

  /// The scalar with which the numbers of the file no longer fit into `bytes`; nil if they all do.
  private static func firstBeyond(_ bytes: inout Int, in node: Node) -> Node? {
    switch node {
    case .alias: return nil
    case .scalar(let scalar):
      bytes -= Rational.estimatedBytes(of: scalar.string)
      return bytes < 0 ? node : nil
    case .sequence(let items):
      for item in items {
        if let place = firstBeyond(&bytes, in: item) { return place }
      }
      return nil
    case .mapping(let pairs):
      for (key, value) in pairs {
        if let place = firstBeyond(&bytes, in: key) ?? firstBeyond(&bytes, in: value) { return place }
      }
      return nil
    }
  }

  /// Counts down by the node's values; false once more than remained are found.
  private static func count(_ node: Node, remaining: inout Int) -> Bool {
    remaining -= 1
    guard remaining >= 0 else { return false }
    switch node {
    case .scalar, .alias: return true
    case .sequence(let items): return items.allSatisfy { count($0, remaining: &remaining) }
    case .mapping(let pairs):
      return pairs.allSatisfy {
        count($0.key, remaining: &remaining) && count($0.value, remaining: &remaining)
      }
    }
  }

  private static func inputError(_ error: any Error, file: String) -> InputError {
    func refusal(_ mark: Mark?, _ message: String, field: String = "") -> InputError {
      InputError(file: file, line: mark?.line, column: mark?.column, field: field, message)
    }
    func sentence(_ context: YamlError.Context?, _ problem: String) -> String {
      let context = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
      return "not valid YAML: \(problem)\(context)"
    }
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return refusal(mark, sentence(context, problem))
    case .reader(let problem, _, _, _): return refusal(nil, "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return refusal(context.mark, "found twice, expected once", field: keys.first ?? "")
    case .memory: return refusal(nil, "not enough memory for the file")
    default: return refusal(nil, "not valid YAML")
    }
  }
}
