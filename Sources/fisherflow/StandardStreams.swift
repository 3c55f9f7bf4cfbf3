import Foundation

/// Standard output for the result, standard error for everything else.
enum StandardStreams {
  static func writeOutput(_ text: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// One line. A closed standard error is nothing to fail over.
  static func writeError(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}
