@_exported import CFLINT
import CThreadCaches

/// Contiguous storage of real balls: the owner of every bulk vector, matrix and power series.
///
/// The pointers of the arithmetic libraries live here and nowhere else. The buffer frees what it allocated.
/// It may cross tasks, but two tasks may not write to it at once.
public final class BallBuffer: @unchecked Sendable {
  public let count: Int
  package let base: UnsafeMutablePointer<arb_struct>

  /// `count` zeros.
  public init(count: Int) {
    fisherflow_attach_thread()
    self.count = count
    base = _arb_vec_init(count)
  }

  deinit {
    _arb_vec_clear(base, count)
  }
}

/// Headers that point at the limbs of balls owned elsewhere, in another order: they are copied in, read by
/// dot products, and never cleared. A header is stale as soon as its owner's ball is written.
package final class BallAliases {
  package let base: UnsafeMutablePointer<arb_struct>

  package init(count: Int) {
    base = .allocate(capacity: count)
    base.initialize(repeating: arb_struct(), count: count)
  }

  deinit {
    base.deallocate()
  }
}
