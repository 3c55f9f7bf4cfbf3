import Foundation

/// A line on a terminal's standard error that shows how far long work has come; silent when piped.
final class ProgressLine: @unchecked Sendable {
  private let isShown = isatty(STDERR_FILENO) != 0
  private let lock = NSLock()
  private var lastUpdate = ContinuousClock.now
  private var isDirty = false

  /// Shows the text, at most five times a second.
  func update(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    lock.withLock {
      let now = ContinuousClock.now
      guard now - lastUpdate > .milliseconds(200) else { return }
      lastUpdate = now
      isDirty = true
      write("\r\u{1B}[K\(text())")
    }
  }

  func clear() {
    lock.withLock {
      guard isDirty else { return }
      isDirty = false
      write("\r\u{1B}[K")
    }
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
