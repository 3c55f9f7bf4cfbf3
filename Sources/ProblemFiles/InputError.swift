/// What is wrong with an input: where it stands, what was found there, and what was expected.
///
/// Printed as `file:line: field: message`; parts that are not known are left out.
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named to the reader; nil for input that is not in a file, such as an option.
  public let file: String?
  /// From 1.
  public let line: Int?
  /// From 1.
  public let column: Int?
  /// The path in the file, `data.targets[3]`; a CSV file's column; empty for the whole file.
  public let field: String
  public let message: String

  public init(file: String? = nil, line: Int? = nil, column: Int? = nil, field: String, _ message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.field = field
    self.message = message
  }

  public var description: String {
    let place = file.map { file in line.map { "\(file):\($0)" } ?? file }
    return [place, field.isEmpty ? nil : field, message].compactMap { $0 }.joined(separator: ": ")
  }
}

/// A place in an input, and the name of what stands there.
struct SourcePosition: Sendable {
  let file: String
  let line: Int?
  let column: Int?
  let field: String

  func error(_ message: String) -> InputError {
    InputError(file: file, line: line, column: column, field: field, message)
  }
}
