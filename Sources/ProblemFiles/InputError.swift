import Symbolics

/// What is wrong with an input: where it stands, what was found there, and what was expected.
///
/// Printed as `file:line: field: message`, one line without control characters; parts that are not known are left
/// out, and very long ones cut.
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
    let name = file.map { $0.isEmpty ? "\"\"" : VisibleText.shortened($0, to: Self.nameLimit) }
    let place = name.map { name in line.map { "\(name):\($0)" } ?? name }
    let parts = [
      place, field.isEmpty ? nil : VisibleText.shortened(field),
      VisibleText.shortened(message, to: Self.messageLimit),
    ]
    return parts.compactMap { $0 }.joined(separator: ": ")
  }

  /// As long as a file's name may be on most systems.
  private static let nameLimit = 255
  private static let messageLimit = 1_000
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
