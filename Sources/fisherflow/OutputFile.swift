import Foundation
import ProblemFiles

/// A regular file that a report replaces as a whole: it is written beside the file and takes its place, with the
/// file's mode and owner; links stay and lead to it.
///
/// It is written in place where another file cannot be put there or would not be the same one: in a folder that
/// is not writable, for a file with other names (hard links), or with an owner that cannot be kept.
struct OutputFile {
  /// As it was named.
  private let name: String
  /// Behind all links.
  private let path: String
  private let status: stat?

  var identity: FileIdentity? { status.map(FileIdentity.init) }

  /// - Throws: `InputError` for a file that is not writable.
  init(existing name: String, _ status: stat, option: String) throws(InputError) {
    // Opened without being changed: this is the one sure test.
    let descriptor = open(name, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputDestination.refusal(name, errno, option) }
    close(descriptor)
    guard let resolved = realpath(name, nil) else { throw OutputDestination.refusal(name, errno, option) }
    defer { free(resolved) }
    (self.name, path, self.status) = (name, String(cString: resolved), status)
  }

  /// - Throws: `InputError` for a folder that is missing or not writable.
  init(new name: String, option: String) throws(InputError) {
    let path = Self.target(ofLink: name)
    let (folder, file) = Self.split(path)
    guard !file.isEmpty, file != ".", file != ".." else {
      throw OutputDestination.refusal(name, EISDIR, option)
    }
    var status = stat()
    guard stat(folder, &status) == 0 else { throw OutputDestination.refusal(name, errno, option) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw OutputDestination.refusal(name, ENOTDIR, option) }
    guard faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 else {
      throw OutputDestination.refusal(name, errno, option)
    }
    (self.name, self.path, self.status) = (name, path, nil)
  }

  /// Hands a file's bytes to its argument, part by part.
  typealias Body = ((_ bytes: [UInt8]) throws(OutputError) -> Void) throws(OutputError) -> Void

  func write(_ body: Body) throws(OutputError) {
    guard !isKeptInPlace, let (descriptor, temporary) = try makeTemporary() else {
      return try writeInPlace(body)
    }
    // From here to the end takes no time; a signal in between would leave the temporary file behind.
    let handlers = Interruption.signals.map { ($0, signal($0, SIG_IGN)) }
    defer { for (number, handler) in handlers { signal(number, handler) } }
    do {
      defer { close(descriptor) }
      try write(body, to: descriptor)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw OutputError(place: name, code: code)
    }
  }

  private var isKeptInPlace: Bool { (status?.st_nlink ?? 1) > 1 }

  /// A new file beside this one with its mode and owner; nil if there cannot be one and this file exists.
  private func makeTemporary() throws(OutputError) -> (descriptor: Int32, path: String)? {
    let temporary = Self.split(path).folder + "/.fisherflow-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      if status != nil { return nil }
      throw OutputError(place: name, code: errno)
    }
    guard let status else { return (descriptor, temporary) }
    var made = stat()
    guard fstat(descriptor, &made) == 0,
      (made.st_uid == status.st_uid && made.st_gid == status.st_gid)
        || fchown(descriptor, status.st_uid, status.st_gid) == 0,
      fchmod(descriptor, status.st_mode & 0o7777) == 0
    else {
      close(descriptor)
      unlink(temporary)
      return nil
    }
    return (descriptor, temporary)
  }

  private func writeInPlace(_ body: Body) throws(OutputError) {
    let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputError(place: name, code: errno) }
    defer { close(descriptor) }
    do {
      try write(body, to: descriptor)
    } catch {
      ftruncate(descriptor, 0)
      throw error
    }
  }

  private func write(_ body: Body, to descriptor: Int32) throws(OutputError) {
    try body { [name] bytes throws(OutputError) in
      try StandardStreams.write(bytes, to: descriptor, named: name)
    }
    try flush(descriptor)
  }

  /// Waits until the disk has it: full disks and quotas may be noticed only then.
  private func flush(_ descriptor: Int32) throws(OutputError) {
    guard fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP else { return }
    throw OutputError(place: name, code: errno)
  }

  /// Where a link to a file that is not there leads; the path itself if it is no link.
  private static func target(ofLink path: String) -> String {
    var path = path
    for _ in 0..<40 {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = target.hasPrefix("/") ? target : split(path).folder + "/" + target
    }
    return path
  }

  /// `a/b` as `a` and `b`; `b` as `.` and `b`.
  private static func split(_ path: String) -> (folder: String, file: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (
      slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...])
    )
  }
}
