import Dispatch
import Foundation

/// A signal that ended the work: Ctrl-C, a request to terminate, a terminal that was closed.
struct Interrupted: Error, CustomStringConvertible {
  let signal: Int32

  /// As shells give it for a command that a signal ended.
  var status: Int32 { 128 + signal }

  var description: String {
    switch signal {
    case SIGTERM: "terminated"
    case SIGHUP: "hung up"
    default: "interrupted"
    }
  }
}

/// Runs work that SIGINT (Ctrl-C), SIGTERM and SIGHUP end cleanly: the task is cancelled, and its report, if it has
/// one, is still written.
enum Interruption {
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// For work that has nothing to show before its end.
  ///
  /// - Throws: what the work throws; `Interrupted` when it was interrupted.
  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (result, interruption) = try await runToCheckpoint(work)
    if let interruption { throw interruption }
    return result
  }

  /// For work that, when it is cancelled, returns what it has so far.
  static func runToCheckpoint<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> (result: Result, interruption: Interrupted?) {
    let task = Task { try await work() }
    let watch = SignalWatch { task.cancel() }
    defer { watch.end() }
    do {
      let result = try await task.value
      return (result, watch.interruption)
    } catch is CancellationError {
      throw watch.interruption ?? CancellationError()
    }
  }
}

/// Listens for the signals while work runs.
private final class SignalWatch: @unchecked Sendable {
  /// How long cancelled work may take to notice.
  private static let grace = DispatchTimeInterval.seconds(10)

  /// One of its own: the threads of the global queues may all be at work for minutes.
  private let queue = DispatchQueue(label: "fisherflow.signals")
  private let lock = NSLock()
  private var first: Int32?
  private var sources: [any DispatchSourceSignal] = []
  private var lastResort: DispatchWorkItem?

  /// - Parameter cancel: called once, at the first signal.
  init(cancel: @escaping @Sendable () -> Void) {
    for number in Interruption.signals {
      let previous = signal(number, SIG_IGN)
      // As nohup starts commands.
      if number == SIGHUP, unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        continue
      }
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [weak self] in self?.receive(number, cancel) }
      source.resume()
      sources.append(source)
    }
  }

  var interruption: Interrupted? { lock.withLock { first.map(Interrupted.init) } }

  private func receive(_ number: Int32, _ cancel: () -> Void) {
    let isFirst = lock.withLock {
      defer { first = first ?? number }
      return first == nil
    }
    guard isFirst else {
      // Ctrl-C again means at once.
      if number == SIGINT { Self.quit(Interrupted(signal: number)) }
      return
    }
    cancel()
    let item = DispatchWorkItem { Self.quit(Interrupted(signal: number)) }
    lock.withLock { lastResort = item }
    queue.asyncAfter(deadline: .now() + Self.grace, execute: item)
  }

  private static func quit(_ interruption: Interrupted) {
    StandardStreams.writeError(interruption.description)
    _exit(interruption.status)
  }

  /// From here on the signals end the command as they do by themselves. Work that noticed in time may write what
  /// it has.
  func end() {
    lock.withLock { lastResort?.cancel() }
    for source in sources {
      source.cancel()
      signal(Int32(source.handle), SIG_DFL)
    }
  }
}
