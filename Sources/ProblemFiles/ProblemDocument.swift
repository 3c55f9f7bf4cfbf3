import Multiprecision

/// What a problem file holds: a problem of learning, or a system of formulas.
public enum ProblemDocument: Sendable {
  case problem(ProblemFile)
  case system(SystemFile)

  /// Reads a file; paths in it count from its folder.
  ///
  /// - Parameter times: sample times to use instead of the file's.
  public init(path: String, times: [Rational]? = nil) throws(InputError) {
    let file = try InputFile(path: path)
    try self.init(text: file.text, file: file.name, times: times)
  }

  /// Reads standard input, where a JSON document is told from YAML; paths in it count from the current folder.
  public static func standardInput(times: [Rational]? = nil) throws(InputError) -> ProblemDocument {
    let file = try InputFile.standardInput()
    return try ProblemDocument(text: file.text, file: file.name, times: times)
  }

  /// Reads a text; `file` is its name in errors, and its ending tells JSON (`.json`) from YAML (`.yaml`, `.yml`).
  public init(text: String, file: String, times: [Rational]? = nil) throws(InputError) {
    let root = try Field(text: text, file: file)
    if root.hasKey("system") {
      self = .system(try SystemFile(root, times: times))
    } else {
      self = .problem(try ProblemFile(root, times: times))
    }
  }

  /// Other files that were read for it: the CSV file of its data.
  public var dataFiles: [String] {
    switch self {
    case .problem(let file): file.dataFile.map { [$0] } ?? []
    case .system: []
    }
  }
}
