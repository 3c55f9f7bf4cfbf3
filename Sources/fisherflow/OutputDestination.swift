import Foundation
import ProblemFiles
import Symbolics

/// Where a report goes: standard output, or what `--output` names. It is checked when it is made, before the work
/// whose report it takes, and changed only by `write`.
struct OutputDestination {
  private enum Target {
    case stream(Int32)
    case file(OutputFile)
    /// A FIFO or a device, opened when there is something to write: a reader takes the first close for the end.
    case special
  }

  private let path: String
  private let option: String
  private let target: Target

  /// - Parameters:
  ///   - path: nil or `-` for standard output.
  ///   - option: the one that names it, for errors.
  /// - Throws: `InputError` for a place that cannot be written; `OutputError` for a standard output that is closed.
  init(_ path: String?, option: String = "--output") throws {
    (self.path, self.option) = (path ?? "-", option)
    guard let path, path != "-" else {
      guard StandardStreams.isWritable(STDOUT_FILENO) else {
        throw OutputError(place: "standard output", code: EBADF)
      }
      target = .stream(STDOUT_FILENO)
      return
    }
    if let descriptor = Self.descriptor(path) {
      guard StandardStreams.isWritable(descriptor) else { throw Self.refusal(path, EBADF, option) }
      target = .stream(descriptor)
      return
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT, !path.isEmpty else { throw Self.refusal(path, errno, option) }
      target = .file(try OutputFile(new: path, option: option))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: target = .file(try OutputFile(existing: path, status, option: option))
    case S_IFDIR: throw Self.refusal(path, EISDIR, option)
    default:
      guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else { throw Self.refusal(path, errno, option) }
      target = .special
    }
  }

  /// Whether it is the terminal or pipe that the command was started with.
  var isStandardOutput: Bool { if case .stream(STDOUT_FILENO) = target { true } else { false } }

  /// - Throws: `InputError` if one of the files that were read is the one to be written, by whatever name.
  func refuse(inputs: [String]) throws(InputError) {
    guard case .file(let file) = target, let identity = file.identity else { return }
    for input in inputs where FileIdentity(input) == identity {
      throw InputError(
        field: option,
        "found \(VisibleText.shortened(path)), which is the input \(VisibleText.shortened(input)), "
          + "expected another file")
    }
  }

  /// - Throws: `OutputError`. A file is then as it was.
  func write(_ text: String) throws(OutputError) {
    let bytes = Array(text.utf8)
    try write { write throws(OutputError) in try write(bytes) }
  }

  /// Writes what `body` hands to its argument, part by part.
  ///
  /// - Throws: `OutputError`, also of `body`. A file is then as it was.
  func write(_ body: OutputFile.Body) throws(OutputError) {
    switch target {
    case .stream(let descriptor):
      let name = descriptor == STDOUT_FILENO ? "standard output" : path
      try body { bytes throws(OutputError) in
        try StandardStreams.write(bytes, to: descriptor, named: name)
      }
    case .file(let file): try file.write(body)
    case .special:
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw OutputError(place: path, code: errno) }
      defer { close(descriptor) }
      try body { [path] bytes throws(OutputError) in
        try StandardStreams.write(bytes, to: descriptor, named: path)
      }
    }
  }

  static func refusal(_ path: String, _ code: Int32, _ option: String) -> InputError {
    InputError(
      field: option,
      "could not write \(path.isEmpty ? "\"\"" : VisibleText.shortened(path)): \(String(cString: strerror(code)))"
    )
  }

  /// The descriptor that a path stands for; opening it anew would write at its beginning.
  private static func descriptor(_ path: String) -> Int32? {
    if path == "/dev/stdout" { return STDOUT_FILENO }
    if path == "/dev/stderr" { return STDERR_FILENO }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
    }
    return nil
  }
}

/// Which file a path leads to, through links and under other names.
struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  init(_ status: stat) { (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino)) }

  /// Nil for a path that leads nowhere.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
