import CFLINT
import CThreadCaches

/// The owner of one Arb ball.
final class BallStorage: ManagedBuffer<Void, arb_struct> {
  /// Zero.
  static func make() -> BallStorage {
    fisherflow_attach_thread()
    let storage = unsafeDowncast(BallStorage.create(minimumCapacity: 1) { _ in }, to: BallStorage.self)
    storage.withUnsafeMutablePointerToElements { arb_init($0) }
    return storage
  }

  deinit {
    withUnsafeMutablePointerToElements { arb_clear($0) }
  }
}
