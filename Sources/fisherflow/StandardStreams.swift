import Foundation
import Symbolics

/// Standard output for the result, standard error for everything else.
enum StandardStreams {
  /// Makes what may go wrong with the streams an error of a write: a reader that has gone, a limit on the size of
  /// files, and a stream that is closed, whose number the next file opened would take.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is given out, and the other way round nothing is read or written.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Whether a descriptor is open for writing.
  static func isWritable(_ descriptor: Int32) -> Bool {
    let flags = fcntl(descriptor, F_GETFL)
    return flags != -1 && flags & O_ACCMODE != O_RDONLY
  }

  /// - Throws: `OutputError` unless all of it was taken.
  static func writeOutput(_ text: String) throws(OutputError) {
    try write(Array(text.utf8), to: STDOUT_FILENO, named: "standard output")
  }

  /// One line, whatever is in it. A closed standard error is nothing to fail over.
  static func writeError(_ line: String) {
    try? write(Array((VisibleText.escaped(line) + "\n").utf8), to: STDERR_FILENO, named: "standard error")
  }

  /// Writes all of it, and asks the system whether it took it.
  static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(OutputError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw OutputError(place: name, code: errno)
      }
    }
    // Some file systems tell only at the end that there was no room; closing a copy asks them.
    let copy = dup(descriptor)
    if copy >= 0, close(copy) != 0, errno != EINTR { throw OutputError(place: name, code: errno) }
  }
}
