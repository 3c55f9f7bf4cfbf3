import Foundation

/// A file's text, read whole.
struct InputFile {
  /// The name it was asked for by.
  let name: String
  let text: String

  /// - Throws: `InputError` for a file that is missing, a directory, unreadable, too large, empty, or not UTF-8.
  init(path: String) throws(InputError) {
    func refusal(_ message: String) -> InputError { InputError(file: path, field: "", message) }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw refusal("found no such file")
    }
    guard !isDirectory.boolValue else { throw refusal("found a directory, expected a file") }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw refusal("the file cannot be read") }
    defer { try? handle.close() }
    let bytes: Data
    do {
      bytes = try Self.read(handle, atMost: InputLimits.fileBytes + 1)
    } catch {
      throw refusal("the file cannot be read")
    }
    guard bytes.count <= InputLimits.fileBytes else {
      throw refusal("the file is larger than \(InputLimits.fileBytes >> 20) MiB, the limit")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refusal(
        "found text that is not UTF-8\(Self.firstInvalidLine(bytes).map { " in line \($0)" } ?? "")")
    }
    guard text.utf8.contains(where: { !Self.blanks.contains($0) }) else { throw refusal("the file is empty") }
    (name, self.text) = (path, text)
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]

  /// Pipes give less than was asked for, so this reads until the end or the limit.
  private static func read(_ handle: FileHandle, atMost limit: Int) throws -> Data {
    var bytes = Data()
    while bytes.count < limit, let part = try handle.read(upToCount: limit - bytes.count), !part.isEmpty {
      bytes.append(part)
    }
    return bytes
  }

  private static func firstInvalidLine(_ bytes: Data) -> Int? {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
  }
}
