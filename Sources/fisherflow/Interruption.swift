import Dispatch
import Foundation

/// Runs work that Ctrl-C ends cleanly: the task is cancelled, and nothing is written.
enum Interruption {
  /// How long cancelled work may take to notice.
  private static let grace = DispatchTimeInterval.seconds(10)

  /// - Throws: what the work throws; `CancellationError` when it was interrupted.
  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (result, wasInterrupted) = try await runToCheckpoint(work)
    if wasInterrupted { throw CancellationError() }
    return result
  }

  /// For work that, when it is cancelled, returns what it has so far.
  static func runToCheckpoint<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> (result: Result, wasInterrupted: Bool) {
    let task = Task { try await work() }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    let lastResort = DispatchWorkItem {
      StandardStreams.writeError("interrupted")
      _exit(ExitStatus.interrupted.rawValue)
    }
    source.setEventHandler {
      task.cancel()
      DispatchQueue.global().asyncAfter(deadline: .now() + grace, execute: lastResort)
    }
    source.resume()
    defer {
      source.cancel()
      // Work that noticed in time may write what it has.
      lastResort.cancel()
    }
    let result = try await task.value
    return (result, task.isCancelled)
  }
}
