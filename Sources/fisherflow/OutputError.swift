import Foundation

/// A result that could not be written: no room, a stream that is closed, a reader that has gone.
struct OutputError: Error, CustomStringConvertible {
  /// `standard output`, or the file's name.
  let place: String
  /// The system's error number.
  let code: Int32

  var isBrokenPipe: Bool { code == EPIPE }

  var description: String { "could not write \(place): \(String(cString: strerror(code)))" }
}
