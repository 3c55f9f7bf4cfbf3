import Multiprecision

/// A value in a YAML or JSON text, still as the text writes it: no number has been rounded.
struct DocumentNode: Sendable {
  enum Content: Sendable {
    /// A number, a word or a text. A plain one has no quotes.
    case scalar(String, isPlain: Bool)
    case list([DocumentNode])
    /// In the text's order; no key occurs twice.
    case mapping([(key: DocumentNode, value: DocumentNode)])
  }

  let content: Content
  /// From 1.
  let line: Int
  /// From 1, in Unicode scalars.
  let column: Int

  var scalar: String? { if case .scalar(let text, _) = content { text } else { nil } }

  var list: [DocumentNode]? { if case .list(let items) = content { items } else { nil } }

  var mapping: [(key: DocumentNode, value: DocumentNode)]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  subscript(key: String) -> DocumentNode? { mapping?.first { $0.key.scalar == key }?.value }
}

extension DocumentNode {
  static let numbersTooLarge =
    "found numbers that take up more than \(InputLimits.numberBytes >> 20) MiB when they are written out, the limit"

  /// The scalar with which the numbers of the text no longer fit into `bytes`; nil if they all do.
  func firstBeyond(_ bytes: inout Int) -> DocumentNode? {
    switch content {
    case .scalar(let text, _):
      bytes -= Rational.estimatedBytes(of: text)
      return bytes < 0 ? self : nil
    case .list(let items):
      for item in items {
        if let place = item.firstBeyond(&bytes) { return place }
      }
      return nil
    case .mapping(let pairs):
      for (key, value) in pairs {
        if let place = key.firstBeyond(&bytes) ?? value.firstBeyond(&bytes) { return place }
      }
      return nil
    }
  }
}

extension Field {
  /// The value that a text holds. A name that ends with `.json` stands for JSON, `.yaml` and `.yml` for YAML; under
  /// any other name a text that begins as a JSON object is read as JSON, and as YAML if it is not.
  ///
  /// - Throws: `InputError` for text that is not one document, for keys given twice, for nesting beyond
  ///   `InputLimits.depth`, for more values than `InputLimits.yamlValues`, and for numbers beyond `InputLimits.numberBytes`.
  init(text: String, file: String) throws(InputError) {
    let name = file.lowercased()
    if name.hasSuffix(".json") {
      self.init(node: try JSONReader.root(of: text, file: file), path: "", file: file)
    } else if !name.hasSuffix(".yaml"), !name.hasSuffix(".yml"), JSONReader.mayBeObject(text) {
      self.init(node: try Self.jsonOrYAML(text, file), path: "", file: file)
    } else {
      self.init(node: try YAMLReader.root(of: text, file: file), path: "", file: file)
    }
    var bytes = InputLimits.numberBytes
    if let place = node.firstBeyond(&bytes) {
      throw InputError(
        file: file, line: place.line, column: place.column, field: "", DocumentNode.numbersTooLarge)
    }
  }

  /// If it is neither, the error is that of JSON, as which it begins.
  private static func jsonOrYAML(_ text: String, _ file: String) throws(InputError) -> DocumentNode {
    do {
      return try JSONReader.root(of: text, file: file)
    } catch {
      guard let node = try? YAMLReader.root(of: text, file: file) else { throw error }
      return node
    }
  }
}
