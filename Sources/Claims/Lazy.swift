import Synchronization

/// A value that is computed when it is first asked for, and then kept.
final class Lazy<Value: Sendable>: Sendable {
  private let compute: @Sendable () throws -> Value
  private let cache = Mutex<Value?>(nil)

  init(_ compute: @escaping @Sendable () throws -> Value) { self.compute = compute }

  func value() throws -> Value {
    if let known = cache.withLock({ $0 }) { return known }
    let value = try compute()
    cache.withLock { $0 = value }
    return value
  }
}
