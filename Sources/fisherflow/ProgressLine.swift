import Dispatch
import Foundation
import Reporting

/// A line on a terminal's standard error that shows how far long work has come, and for how long it runs; silent
/// when piped.
final class ProgressLine: @unchecked Sendable {
  private let isShown = isatty(STDERR_FILENO) != 0
  private let lock = NSLock()
  private let start = ContinuousClock.now
  private var text: String
  private var lastWrite = ContinuousClock.now
  private var isDirty = false
  private var timer: (any DispatchSourceTimer)?

  /// - Parameter text: what is shown until the first update.
  init(_ text: String) {
    self.text = text
    guard isShown else { return }
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "fisherflow.progress"))
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { [weak self] in self?.tick() }
    timer.resume()
    self.timer = timer
  }

  /// Shows the text, at most five times a second.
  func update(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    lock.withLock {
      guard ContinuousClock.now - lastWrite > .milliseconds(200) else { return }
      self.text = text()
      write()
    }
  }

  /// Takes the line away, for good.
  func clear() {
    guard isShown else { return }
    lock.withLock {
      timer?.cancel()
      timer = nil
      guard isDirty else { return }
      isDirty = false
      try? StandardStreams.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO, named: "standard error")
    }
  }

  /// Work that says nothing for a while still shows that it goes on.
  private func tick() {
    lock.withLock { if timer != nil { write() } }
  }

  private func write() {
    lastWrite = ContinuousClock.now
    isDirty = true
    let seconds = Int((lastWrite - start) / .seconds(1))
    let line = "\(text), \(seconds) s".prefix(TerminalStyle.columns(of: STDERR_FILENO) - 1)
    try? StandardStreams.write(Array("\r\u{1B}[K\(line)".utf8), to: STDERR_FILENO, named: "standard error")
  }
}

/// What `solve` shows while it integrates: the flow's time, and which run it is where one has to be repeated.
final class SolveProgress {
  private let line: ProgressLine
  private var run = 1
  private var reached = 0.0

  init(line: ProgressLine) { self.line = line }

  func report(_ time: Double, of end: Double) {
    if time < reached { run += 1 }
    reached = time
    line.update(String(format: "t = %.4g of %g", time, end) + (run > 1 ? ", run \(run)" : ""))
  }
}
