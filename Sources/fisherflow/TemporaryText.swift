import Foundation

/// A text on its way to a file. It is kept on the disk and has no name there: nothing of it is left when the command ends,
/// however that ends.
final class TemporaryText {
  private let file: UnsafeMutablePointer<FILE>

  private static let place = "a temporary file"
  private static let chunkSize = 1 << 20

  init() throws(OutputError) {
    guard let file = tmpfile() else { throw OutputError(place: Self.place, code: errno) }
    self.file = file
  }

  deinit { fclose(file) }

  func append(_ text: String) throws(OutputError) {
    var text = text
    let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard isWritten else { throw OutputError(place: Self.place, code: errno) }
  }

  /// Hands out all of it, from the beginning.
  func forEachChunk(_ body: ([UInt8]) throws(OutputError) -> Void) throws(OutputError) {
    guard fseek(file, 0, SEEK_SET) == 0 else { throw OutputError(place: Self.place, code: errno) }
    var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
    while true {
      let count = fread(&chunk, 1, Self.chunkSize, file)
      if count > 0 { try body(Array(chunk[..<count])) }
      guard count == Self.chunkSize else { break }
    }
    guard ferror(file) == 0 else { throw OutputError(place: Self.place, code: errno) }
  }
}
