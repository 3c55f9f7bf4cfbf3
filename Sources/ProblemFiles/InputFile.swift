import Foundation

/// A file's text, read whole.
struct InputFile {
  /// The name it was asked for by.
  let name: String
  /// Without a byte-order mark.
  let text: String

  /// - Throws: `InputError` for a file that is missing, a directory, unreadable, too large, empty, or not UTF-8.
  init(path: String) throws(InputError) {
    func refusal(_ message: String) -> InputError { InputError(file: path, field: "", message) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw refusal(errno == ENOENT ? "found no such file" : "the file cannot be read: \(Self.reason(errno))")
    }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw refusal("found a directory, expected a file")
    }
    try self.init(descriptor, name: path)
  }

  /// What is piped in, to its end.
  static func standardInput() throws(InputError) -> InputFile {
    try InputFile(STDIN_FILENO, name: "standard input")
  }

  private init(_ descriptor: Int32, name: String) throws(InputError) {
    func refusal(_ message: String) -> InputError { InputError(file: name, field: "", message) }
    let bytes: [UInt8]
    switch Self.read(descriptor, atMost: InputLimits.fileBytes + 1) {
    case .success(let read): bytes = read
    case .failure(let error): throw refusal("the file cannot be read: \(Self.reason(error.code.rawValue))")
    }
    guard bytes.count <= InputLimits.fileBytes else {
      throw refusal("the file is larger than \(InputLimits.fileBytes >> 20) MiB, the limit")
    }
    if let encoding = Self.wideEncoding(bytes) {
      throw refusal("found text in \(encoding), which is not UTF-8, expected UTF-8")
    }
    let content = bytes.starts(with: Self.byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      throw refusal(
        "found text that is not UTF-8\(Self.firstInvalidLine(content).map { " in line \($0)" } ?? "")")
    }
    guard content.contains(where: { !Self.blanks.contains($0) }) else { throw refusal("the file is empty") }
    (self.name, self.text) = (name, text)
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// UTF-16 or UTF-32, by its byte-order mark or by the zeros that it has beside ASCII characters.
  private static func wideEncoding(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard bytes.count >= 4, bytes.count < InputLimits.fileBytes else { return nil }
    let zeros = bytes.prefix(4).map { $0 == 0 }
    return zeros == [true, false, true, false] || zeros == [false, true, false, true] ? "UTF-16" : nil
  }

  /// Pipes give less than was asked for, so this reads until the end or the limit.
  private static func read(_ descriptor: Int32, atMost limit: Int) -> Result<[UInt8], POSIXError> {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let count = Foundation.read(descriptor, &part, min(part.count, limit - bytes.count))
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        return .failure(POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
      }
      bytes += part[..<count]
    }
    return .success(bytes)
  }

  /// `Permission denied`.
  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func firstInvalidLine(_ bytes: ArraySlice<UInt8>) -> Int? {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
  }
}
